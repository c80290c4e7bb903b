//! Signed notes, as c2sp.org/signed-note describes them, with Ed25519 (signature type `0x01`).

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::tree::sha256;

/// Ed25519, in the numbering of signed notes.
const ED25519_TYPE: u8 = 1;
/// What begins a signature's line: an em dash and a space.
const SIGNATURE_MARK: &str = "\u{2014} ";

/// A key that others check signatures with: `<name>+<id>+<base64 of type and key>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    public: [u8; 32],
}

/// The text is no key for notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a verifier key of a signed note: <name>+<8 hexadecimal digits>+<base64>")]
pub struct NoteKeyError;

impl NoteKey {
    pub(super) fn new(name: &str, public: [u8; 32]) -> Result<Self, NoteKeyError> {
        let fits = (1..=128).contains(&name.len());
        if fits && name.bytes().all(|b| b.is_ascii_graphic() && b != b'+') {
            let name = name.to_owned();
            Ok(Self { name, public })
        } else {
            Err(NoteKeyError)
        }
    }

    /// Reads one from its text.
    ///
    /// # Errors
    /// [`NoteKeyError`]
    pub fn parse(text: &str) -> Result<Self, NoteKeyError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(NoteKeyError);
        };
        let bytes = STANDARD.decode(encoded).map_err(|_| NoteKeyError)?;
        let Some((&ED25519_TYPE, public)) = bytes.split_first() else {
            return Err(NoteKeyError);
        };
        let key = Self::new(name, public.try_into().map_err(|_| NoteKeyError)?)?;
        if key.id_text() == id {
            Ok(key)
        } else {
            Err(NoteKeyError)
        }
    }

    /// The text that [`NoteKey::parse`] reads; it may be given to anybody.
    pub fn to_text(&self) -> String {
        let bytes = [&[ED25519_TYPE], &self.public[..]].concat();
        format!(
            "{}+{}+{}",
            self.name,
            self.id_text(),
            STANDARD.encode(bytes)
        )
    }

    /// The key's name, which is the origin of the trail.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of SHA-256 over name, line feed, type and key.
    fn id(&self) -> [u8; 4] {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &[ED25519_TYPE], &self.public]);
        hash.first_chunk().copied().unwrap_or_default()
    }

    fn id_text(&self) -> String {
        format!("{:08x}", u32::from_be_bytes(self.id()))
    }

    /// Signs `text`, which ends with a line feed: the whole note.
    pub(super) fn sign(&self, pair: &Ed25519KeyPair, text: &str) -> String {
        let signature = pair.sign(text.as_bytes());
        let bytes = [&self.id()[..], signature.as_ref()].concat();
        format!(
            "{text}\n{SIGNATURE_MARK}{} {}\n",
            self.name,
            STANDARD.encode(bytes)
        )
    }
}

/// The text of a note that one of `keys` signed. Signatures by others (witnesses) are passed over.
pub(super) fn open<'a>(note: &'a str, keys: &[NoteKey]) -> Option<&'a str> {
    let (text, signatures) = note.rsplit_once("\n\n")?;
    // The text ends with its line feed, which `rsplit_once` took as the first of the two.
    let text = note.get(..text.len() + 1)?;
    let is_signed = signatures.lines().any(|line| {
        let signature = line
            .strip_prefix(SIGNATURE_MARK)
            .and_then(|rest| rest.split_once(' '));
        let Some((name, encoded)) = signature else {
            return false;
        };
        let Ok(bytes) = STANDARD.decode(encoded) else {
            return false;
        };
        let Some((id, signature)) = bytes.split_first_chunk::<4>() else {
            return false;
        };
        let mut known = keys
            .iter()
            .filter(|key| key.name == name && key.id() == *id);
        known.any(|key| {
            let public = UnparsedPublicKey::new(&ED25519, key.public);
            public.verify(text.as_bytes(), signature).is_ok()
        })
    });
    is_signed.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of golang.org/x/mod/sumdb/note, from which the C2SP page comes.
    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                        then you don't know what your problem is.\n";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
                        then you don't know what your problem is.\n\n\
                        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_published_note_is_signed_and_opened() {
        let key = NoteKey::parse(KEY).unwrap();
        let seed = STANDARD.decode(SEED).unwrap();
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed[1..]).unwrap();

        assert_eq!(key.sign(&pair, TEXT), NOTE);
        assert_eq!(open(NOTE, std::slice::from_ref(&key)), Some(TEXT));
        assert_eq!(key.to_text(), KEY);
    }

    #[test]
    fn a_note_that_was_altered_or_that_another_key_signed_does_not_open() {
        let key = NoteKey::parse(KEY).unwrap();
        let altered = NOTE.replace("answer", "key");
        let cosigned = format!("{NOTE}\u{2014} witness AAAA\n");

        assert_eq!(open(&altered, std::slice::from_ref(&key)), None);
        assert_eq!(open(TEXT, std::slice::from_ref(&key)), None);
        assert_eq!(open(NOTE, &[]), None);
        assert_eq!(open(&cosigned, std::slice::from_ref(&key)), Some(TEXT));
        assert!(NoteKey::parse(&KEY.replace("c74f", "c74e")).is_err());
    }
}
