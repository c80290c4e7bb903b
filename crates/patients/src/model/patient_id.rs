//! The internal id of a patient.

use std::fmt;

use serde::{Deserialize, Serialize};
use wardline_access::model::PatientRef;
use wardline_phi::RandomError;

/// A patient's internal id: 128 random bits, 32 hexadecimal digits. It stands in keys and URLs, tells nothing of the
/// person, and is never given twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PatientId(pub [u8; 16]);

/// A text that is no patient's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a patient's id has 32 of the characters 0-9 and a-f")]
pub struct PatientIdError;

impl PatientId {
    pub(crate) fn generate() -> Result<Self, RandomError> {
        random_bytes().map(Self)
    }

    /// Reads it back from the text that `Display` gives.
    ///
    /// # Errors
    /// [`PatientIdError`]
    pub fn parse(text: &str) -> Result<Self, PatientIdError> {
        let digits = text.as_bytes();
        let mut id = [0; 16];
        if digits.len() != id.len() * 2 {
            return Err(PatientIdError);
        }
        for (to, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            *to = pair.iter().try_fold(0_u8, |byte, digit| {
                let digit = match digit {
                    b'0'..=b'9' => digit - b'0',
                    b'a'..=b'f' => digit - b'a' + 10,
                    _ => return Err(PatientIdError),
                };
                Ok(byte << 4 | digit)
            })?;
        }
        Ok(Self(id))
    }

    /// The patient as access speaks of it.
    pub fn reference(self) -> PatientRef {
        #[expect(
            clippy::expect_used,
            reason = "32 hexadecimal digits are printable ASCII within the limit"
        )]
        PatientRef::new(&self.to_string()).expect("an id is a reference")
    }
}

impl fmt::Display for PatientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PatientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PatientId({self})")
    }
}

pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| RandomError)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_from_its_text_and_from_no_other() {
        let id = PatientId([0xa7; 16]);

        assert_eq!(PatientId::parse(&id.to_string()), Ok(id));
        assert_eq!(id.reference().expose(), id.to_string());
        for wrong in ["", "a7", &"A7".repeat(16), &"a7".repeat(17)] {
            assert_eq!(PatientId::parse(wrong), Err(PatientIdError), "{wrong}");
        }
    }
}
