//! The separators of one message, read from MSH-1 and MSH-2 (HL7 v2.5.1 §2.5.4, v2.7 §2.5.5.2).

use crate::error::ParseError;

/// Separators and the escape character of a message.
///
/// Two to five encoding characters are read. What a sender leaves out takes its usual value, unless that byte
/// already serves another purpose; then the message simply has no such level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiters {
    /// MSH-1, usually `|`.
    pub field: u8,
    /// First of MSH-2, usually `^`.
    pub component: u8,
    /// Second of MSH-2, usually `~`.
    pub repetition: u8,
    /// Third of MSH-2, usually `\`.
    pub escape: Option<u8>,
    /// Fourth of MSH-2, usually `&`.
    pub subcomponent: Option<u8>,
    /// Fifth of MSH-2 since v2.7, `#` where declared. Never assumed.
    pub truncation: Option<u8>,
}

impl Default for Delimiters {
    fn default() -> Self {
        Self::STANDARD
    }
}

impl Delimiters {
    /// `|^~\&`, which HL7 recommends and nearly every sender uses.
    pub const STANDARD: Self = Self {
        field: b'|',
        component: b'^',
        repetition: b'~',
        escape: Some(b'\\'),
        subcomponent: Some(b'&'),
        truncation: None,
    };

    /// Reads the separators of a header segment (MSH, FHS or BHS) and returns MSH-2 as it is written.
    ///
    /// # Errors
    /// When MSH-1 is not a separator, or MSH-2 is not two to five distinct ones.
    pub(crate) fn read(segment: &[u8]) -> Result<(Self, &[u8]), ParseError> {
        let field = *segment.get(3).ok_or(ParseError::FieldSeparator)?;
        if !can_separate(field) {
            return Err(ParseError::FieldSeparator);
        }
        let after = segment.get(4..).unwrap_or_default();
        let end = memchr::memchr(field, after).unwrap_or(after.len());
        let encoding = after.get(..end).unwrap_or_default();
        Ok((Self::from_encoding_characters(field, encoding)?, encoding))
    }

    fn from_encoding_characters(field: u8, encoding: &[u8]) -> Result<Self, ParseError> {
        let distinct = encoding
            .iter()
            .enumerate()
            .all(|(at, byte)| !encoding.iter().take(at).any(|before| before == byte));
        if !distinct || !encoding.iter().all(|byte| can_separate(*byte)) {
            return Err(ParseError::EncodingCharacters);
        }
        let (component, repetition, others) = match encoding {
            [component, repetition, others @ ..] if others.len() <= 3 => {
                (*component, *repetition, others)
            }
            _ => return Err(ParseError::EncodingCharacters),
        };
        let or_usual = |position: usize, usual: u8| match others.get(position) {
            Some(declared) => Some(*declared),
            None => Some(usual).filter(|byte| *byte != field && !encoding.contains(byte)),
        };
        Ok(Self {
            field,
            component,
            repetition,
            escape: or_usual(0, b'\\'),
            subcomponent: or_usual(1, b'&'),
            truncation: others.get(2).copied(),
        })
    }

    /// Whether `byte` ends a field, repetition, component or sub-component.
    #[inline]
    pub fn separates(&self, byte: u8) -> bool {
        byte == self.field || self.separates_within_field(byte)
    }

    /// Whether `byte` ends a repetition, component or sub-component.
    #[inline]
    pub(crate) fn separates_within_field(&self, byte: u8) -> bool {
        byte == self.component || byte == self.repetition || Some(byte) == self.subcomponent
    }

    /// MSH-2 as these separators are written.
    pub(crate) fn encoding_characters(&self) -> Vec<u8> {
        let optional = [self.escape, self.subcomponent, self.truncation];
        let mut written = vec![self.component, self.repetition];
        written.extend(optional.iter().map_while(|byte| *byte));
        written
    }
}

/// Separators are printable ASCII punctuation, so that no letter, digit, control or half of a character is one.
fn can_separate(byte: u8) -> bool {
    byte.is_ascii_punctuation()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> Result<Delimiters, ParseError> {
        Delimiters::read(header.as_bytes()).map(|(delimiters, _)| delimiters)
    }

    #[test]
    fn p1_the_separators_come_from_the_message() {
        let delimiters = read("MSH*:;!%*LAB").unwrap();

        assert_eq!(delimiters.field, b'*');
        assert_eq!(delimiters.component, b':');
        assert_eq!(delimiters.repetition, b';');
        assert_eq!(delimiters.escape, Some(b'!'));
        assert_eq!(delimiters.subcomponent, Some(b'%'));
    }

    #[test]
    fn p1_a_fifth_encoding_character_is_the_truncation_mark() {
        assert_eq!(read(r"MSH|^~\&#|LAB").unwrap().truncation, Some(b'#'));
        assert_eq!(read(r"MSH|^~\&|LAB").unwrap().truncation, None);
    }

    #[test]
    fn p1_missing_encoding_characters_take_their_usual_value() {
        let delimiters = read("MSH|^~|LAB").unwrap();

        assert_eq!(delimiters.escape, Some(b'\\'));
        assert_eq!(delimiters.subcomponent, Some(b'&'));
    }

    #[test]
    fn p1_a_usual_value_that_is_taken_is_not_used_twice() {
        let delimiters = read("MSH|&~|LAB").unwrap();

        assert_eq!(delimiters.component, b'&');
        assert_eq!(delimiters.subcomponent, None);
    }

    #[test]
    fn p1_duplicate_encoding_characters_are_refused() {
        assert_eq!(read(r"MSH|^^\&|LAB"), Err(ParseError::EncodingCharacters));
    }

    #[test]
    fn p1_letters_digits_spaces_and_controls_are_refused_as_separators() {
        for header in [
            "MSHA^~\\&AX",
            "MSH1^~\\&1X",
            "MSH ^~\\& X",
            "MSH\t^~\\&\tX",
            "MSH",
        ] {
            assert_eq!(read(header), Err(ParseError::FieldSeparator), "{header:?}");
        }
        for header in ["MSH|a~\\&|X", "MSH|^1\\&|X", "MSH|^~\\& |X"] {
            assert_eq!(
                read(header),
                Err(ParseError::EncodingCharacters),
                "{header:?}"
            );
        }
    }

    #[test]
    fn p1_two_to_five_encoding_characters_are_read_and_no_other_count() {
        for header in ["MSH|^|X", "MSH||X", "MSH|^~\\&#!|X"] {
            assert_eq!(
                read(header),
                Err(ParseError::EncodingCharacters),
                "{header:?}"
            );
        }
        assert!(read("MSH|^~|X").is_ok());
        assert!(read("MSH|^~\\&#|X").is_ok());
    }

    #[test]
    fn p1_a_header_that_ends_after_its_separators_is_read() {
        assert_eq!(read(r"MSH|^~\&"), Ok(Delimiters::STANDARD));
    }
}
