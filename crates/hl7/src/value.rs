//! The states of a field: no information, delete, or a value (HL7 v2.5.1 §2.5.3).

use std::fmt;

/// What a message says at a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// The message ends before the path: no information.
    Absent,
    /// The place is there and holds nothing: no information.
    Empty,
    /// Two double quotes: the receiver is asked to delete what it has.
    Null,
    /// A value, as it is written: escapes and character set untouched.
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Tells the state of bytes that are present.
    #[inline]
    pub fn of(written: &'a [u8]) -> Self {
        match written {
            [] => Self::Empty,
            b"\"\"" => Self::Null,
            bytes => Self::Bytes(bytes),
        }
    }

    /// Tells the state of bytes that may be missing.
    #[inline]
    pub(crate) fn of_option(written: Option<&'a [u8]>) -> Self {
        written.map_or(Self::Absent, Self::of)
    }

    /// The bytes of a value; none when absent, empty or null.
    #[inline]
    pub fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Absent | Self::Empty | Self::Null => None,
        }
    }

    /// The bytes as they stand in the message, the two quotes of null included.
    #[inline]
    pub fn written(self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Null => b"\"\"",
            Self::Absent | Self::Empty => b"",
        }
    }

    /// Absent or empty: the sender says nothing, so the receiver changes nothing.
    pub fn says_nothing(self) -> bool {
        matches!(self, Self::Absent | Self::Empty)
    }
}

/// Shows state and length only: values are patient data.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => formatter.write_str("Absent"),
            Self::Empty => formatter.write_str("Empty"),
            Self::Null => formatter.write_str("Null"),
            Self::Bytes(bytes) => write!(formatter, "Bytes([redacted], {} bytes)", bytes.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p5_empty_null_and_a_value_are_told_apart() {
        assert_eq!(Value::of(b""), Value::Empty);
        assert_eq!(Value::of(b"\"\""), Value::Null);
        assert_eq!(Value::of(b"\""), Value::Bytes(b"\""));
        assert_eq!(Value::of_option(None), Value::Absent);
    }

    #[test]
    fn p5_only_absent_and_empty_say_nothing() {
        assert!(Value::Absent.says_nothing());
        assert!(Value::Empty.says_nothing());
        assert!(!Value::Null.says_nothing());
        assert!(!Value::Bytes(b"x").says_nothing());
    }

    #[test]
    fn a_debug_line_never_shows_the_value() {
        assert_eq!(
            format!("{:?}", Value::Bytes(b"DOE")),
            "Bytes([redacted], 3 bytes)"
        );
    }
}
