//! Ids. They name nobody by themselves.

use std::fmt;
use std::sync::Arc;

use crate::error::RandomFailed;

/// Bytes of a patient's or session's reference at most.
pub const MAX_REF_BYTES: usize = 128;

/// A text that cannot be a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reference has 1 to 128 bytes of printable ASCII without spaces")]
pub struct IdError;

macro_rules! random_id_type {
    ($(#[$page:meta])* $name:ident) => {
        $(#[$page])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// Reads it back from the text that `Display` gives.
            ///
            /// # Errors
            /// [`IdError`]
            pub fn parse(text: &str) -> Result<Self, IdError> {
                parse_hex(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

random_id_type! {
    /// A user or service account: 128 random bits, 32 hexadecimal digits.
    UserId
}
random_id_type! {
    /// An emergency access. Names it in the trail; opens nothing.
    GrantId
}

macro_rules! reference {
    ($(#[$page:meta])* $name:ident) => {
        $(#[$page])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a reference.
            ///
            /// # Errors
            /// [`IdError`]
            pub fn new(text: &str) -> Result<Self, IdError> {
                let fits = (1..=MAX_REF_BYTES).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_graphic());
                if fits { Ok(Self(text.into())) } else { Err(IdError) }
            }

            /// The text. Every call is a place where it may leak.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}

reference! {
    /// A patient, as the records name it. Stored sealed only.
    PatientRef
}
reference! {
    /// A session's public id.
    SessionRef
}

pub(crate) fn random_id() -> Result<[u8; 16], RandomFailed> {
    let mut id = [0; 16];
    aws_lc_rs::rand::fill(&mut id).map_err(|_| RandomFailed)?;
    Ok(id)
}

fn parse_hex(text: &str) -> Result<[u8; 16], IdError> {
    let digits = text.as_bytes();
    let mut id = [0; 16];
    if digits.len() != id.len() * 2 {
        return Err(IdError);
    }
    for (to, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
        *to = pair.iter().try_fold(0_u8, |byte, digit| {
            let digit = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return Err(IdError),
            };
            Ok(byte << 4 | digit)
        })?;
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_from_its_text_and_from_no_other() {
        let id = UserId([0xa7; 16]);

        assert_eq!(UserId::parse(&id.to_string()), Ok(id));
        assert_eq!(
            UserId::parse(
                &id.to_string()
                    .to_uppercase()
                    .replace(|c: char| c.is_ascii_digit(), "G")
            ),
            Err(IdError)
        );
        assert_eq!(UserId::parse("00"), Err(IdError));
    }

    #[test]
    fn a_reference_of_128_bytes_is_taken_and_one_beyond_is_refused() {
        assert!(PatientRef::new(&"p".repeat(MAX_REF_BYTES)).is_ok());
        assert_eq!(
            PatientRef::new(&"p".repeat(MAX_REF_BYTES + 1)),
            Err(IdError)
        );
        assert_eq!(PatientRef::new(""), Err(IdError));
        assert_eq!(PatientRef::new("a b"), Err(IdError));
    }

    #[test]
    fn a_patient_does_not_show_in_debug() {
        let patient = PatientRef::new("MRN-4711").unwrap();

        assert!(!format!("{patient:?}").contains("4711"));
    }
}
