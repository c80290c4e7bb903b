//! A checkpoint and its text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::note::{self, NoteKey};
use crate::tree::Hash;

/// What the trail was: so many records, with this root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which trail.
    pub origin: String,
    /// Records in it.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// Why a text is no checkpoint that can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// None of the known keys signed it.
    #[error("no known key signed this checkpoint: it was altered, or give the key that signed it")]
    Signature,
    /// It is not in the form of a checkpoint.
    #[error("this is no checkpoint: expected origin, size and root, a line each")]
    Text,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn to_text(&self) -> String {
        let root = STANDARD.encode(self.root);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// Reads a signed checkpoint, if one of `keys` signed it.
    ///
    /// # Errors
    /// [`CheckpointError`]
    pub fn open(note: &str, keys: &[NoteKey]) -> Result<Self, CheckpointError> {
        let text = note::open(note, keys).ok_or(CheckpointError::Signature)?;
        Self::parse(text).ok_or(CheckpointError::Text)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        // No leading zeros and no sign: one size has one spelling.
        let number: u64 = size.parse().ok()?;
        let root = STANDARD.decode(root).ok()?;
        let checkpoint = Self {
            origin: origin.to_owned(),
            size: number,
            root: root.try_into().ok()?,
        };
        (!origin.is_empty() && number.to_string() == size).then_some(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::super::SigningKeys;
    use super::*;

    #[test]
    fn a_checkpoint_opens_as_it_was_signed_and_not_when_a_byte_is_changed() {
        let keys = SigningKeys::generate("wardline.example/audit/1").unwrap();
        let checkpoint = Checkpoint {
            origin: keys.origin().to_owned(),
            size: 20_852_163,
            root: [7; 32],
        };

        let note = keys.sign(&checkpoint);

        assert!(note.starts_with("wardline.example/audit/1\n20852163\nBwcH"));
        assert_eq!(Checkpoint::open(&note, keys.verifiers()), Ok(checkpoint));
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(altered) = String::from_utf8(bytes) else {
                continue;
            };
            assert!(
                Checkpoint::open(&altered, keys.verifiers()).is_err(),
                "byte {at}"
            );
        }
    }

    #[test]
    fn a_size_has_one_spelling() {
        let root = STANDARD.encode([7; 32]);

        for size in ["07", "+7", "", "-1", "99999999999999999999"] {
            assert_eq!(Checkpoint::parse(&format!("o\n{size}\n{root}\n")), None);
        }
    }
}
