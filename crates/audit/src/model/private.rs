//! Texts about people: wiped when dropped, silent in `{:?}`, and in no stored byte but sealed.

use std::fmt;
use std::sync::Arc;

use wardline_phi::Sensitive;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}: expected 1 to {max_bytes} bytes without control characters")]
pub struct TextError {
    /// Of what.
    pub what: &'static str,
    /// The limit, in bytes.
    pub max_bytes: usize,
}

macro_rules! private {
    ($($(#[$page:meta])* $name:ident, $what:literal, $max:literal;)*) => {$(
        $(#[$page])*
        #[derive(Clone)]
        pub struct $name(Arc<Sensitive<String>>);

        impl $name {
            /// Bytes at most.
            pub const MAX_BYTES: usize = $max;

            /// Takes a text.
            ///
            /// # Errors
            /// [`TextError`] when it is empty, too long, or holds control characters.
            pub fn new(text: &str) -> Result<Self, TextError> {
                let fits = (1..=Self::MAX_BYTES).contains(&text.len());
                if fits && !text.chars().any(|c| c.is_control() && c != '\n') {
                    Ok(Self(Arc::new(Sensitive::new(text.to_owned()))))
                } else {
                    Err(TextError { what: $what, max_bytes: Self::MAX_BYTES })
                }
            }

            /// The text itself: for whoever may know, and for nothing that is kept.
            pub fn expose(&self) -> &str {
                self.0.expose()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.expose() == other.expose()
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.expose().cmp(other.expose())
            }
        }
    )*};
}

private! {
    /// A user or service account, as it signs in.
    UserName, "user", 256;
    /// A patient's internal id.
    PatientId, "patient", 128;
    /// What somebody wrote down: a reason, a recipient's name and address.
    Note, "note", 2_000;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_at_its_limit_is_taken_and_one_beyond_is_refused_without_repeating_it() {
        assert!(PatientId::new(&"7".repeat(128)).is_ok());

        let refused = PatientId::new(&"7".repeat(129)).unwrap_err();

        assert_eq!(
            refused.to_string(),
            "patient: expected 1 to 128 bytes without control characters"
        );
        assert!(UserName::new("").is_err());
        assert!(UserName::new("a\u{7}").is_err());
    }

    #[test]
    fn a_text_about_a_person_does_not_show_when_printed() {
        let note = Note::new("asked by the canary").unwrap();

        assert_eq!(format!("{note:?}"), "Note(redacted)");
    }
}
