//! The keys that sign checkpoints, as a file apart from the keys that seal.
//!
//! ```text
//! wardline-audit-keys 1
//! verify <the verifier key of an older version>
//! sign <origin> <base64 of the 32 bytes of the seed> <check>
//! ```
//!
//! `check` is the first four bytes, in hex, of SHA-256 over origin, a space and the seed. A new key takes the place of
//! the old one, of which only the public part is kept: nothing more can be signed with it.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wardline_phi::SecretKey;
use zeroize::Zeroizing;

use super::Checkpoint;
use super::note::NoteKey;
use crate::tree::sha256;

const FIRST_LINE: &str = "wardline-audit-keys 1";
const LARGEST_FILE: u64 = 64 * 1024;

/// The newest key, with which checkpoints are signed, and the public parts of all.
pub struct SigningKeys {
    seed: SecretKey,
    pair: Ed25519KeyPair,
    /// Oldest first; the last one belongs to `pair`.
    verifiers: Vec<NoteKey>,
}

/// Why keys were not read or written. Holds paths and line numbers, never a key.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The origin cannot stand in a checkpoint.
    #[error(
        "an origin has 1 to 128 visible ASCII characters without '+', such as hospital.example/audit/1"
    )]
    Origin,
    /// The random generator failed.
    #[error(transparent)]
    Random(#[from] wardline_phi::RandomError),
    /// A line that is not understood.
    #[error("audit key file, line {0}: not understood, or damaged in copying; restore the file")]
    Line(usize),
    /// There is no key to sign with.
    #[error("the audit key file holds no signing key; restore it from its backup")]
    Missing,
    /// Others than the owner may read it.
    #[error(
        "audit key file {0}: others can read it; run chmod 600, and make a new key if they did"
    )]
    Permissions(PathBuf),
    /// The file system refused.
    #[error("audit key file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}

impl SigningKeys {
    /// A new key for the trail of this name.
    ///
    /// # Errors
    /// [`SigningKeyError::Origin`] or [`SigningKeyError::Random`]
    pub fn generate(origin: &str) -> Result<Self, SigningKeyError> {
        Self::of(origin, SecretKey::generate()?, Vec::new())
    }

    /// A new key for a trail that got no name: it gets one by chance, which no other trail has.
    ///
    /// # Errors
    /// [`SigningKeyError::Random`]
    pub fn generate_unnamed() -> Result<Self, SigningKeyError> {
        let chance = SecretKey::generate()?;
        let chance = sha256(&[b"name of a trail", chance.expose()]);
        let chance = chance.first_chunk().copied().unwrap_or_default();
        let chance = u64::from_be_bytes(chance);
        Self::generate(&format!("wardline/audit/{chance:016x}"))
    }

    /// Puts a new key in the place of the newest one, of which the public part is kept.
    ///
    /// # Errors
    /// [`SigningKeyError::Random`]
    pub fn renew(self) -> Result<Self, SigningKeyError> {
        let origin = self.origin().to_owned();
        Self::of(&origin, SecretKey::generate()?, self.verifiers)
    }

    /// The name of the trail.
    pub fn origin(&self) -> &str {
        self.verifiers.last().map_or("", NoteKey::name)
    }

    /// The keys that check what was ever signed, oldest first.
    pub fn verifiers(&self) -> &[NoteKey] {
        &self.verifiers
    }

    /// Signs a checkpoint: its text, an empty line, the signature.
    pub fn sign(&self, checkpoint: &Checkpoint) -> String {
        let text = checkpoint.to_text();
        self.verifiers
            .last()
            .map_or_else(String::new, |key| key.sign(&self.pair, &text))
    }

    /// Reads keys from their text.
    ///
    /// # Errors
    /// [`SigningKeyError`] naming the line; never its content.
    pub fn parse(text: &str) -> Result<Self, SigningKeyError> {
        let (mut verifiers, mut signer) = (Vec::new(), None);
        let lines = text.lines().enumerate();
        let mut lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        match lines.next() {
            Some((_, FIRST_LINE)) => {}
            other => return Err(SigningKeyError::Line(other.map_or(1, |(at, _)| at + 1))),
        }
        for (at, line) in lines {
            let fault = || SigningKeyError::Line(at + 1);
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            match words[..] {
                ["verify", key] => verifiers.push(NoteKey::parse(key).map_err(|_| fault())?),
                ["sign", origin, seed, expected] if signer.is_none() => {
                    let seed = Zeroizing::new(STANDARD.decode(seed).map_err(|_| fault())?);
                    let seed: &[u8; 32] = seed.as_slice().try_into().map_err(|_| fault())?;
                    let seed = SecretKey::from_bytes(seed);
                    if check(origin, &seed) != expected {
                        return Err(fault());
                    }
                    signer = Some((origin.to_owned(), seed));
                }
                _ => return Err(fault()),
            }
        }
        let (origin, seed) = signer.ok_or(SigningKeyError::Missing)?;
        Self::of(&origin, seed, verifiers)
    }

    /// The text that [`SigningKeys::parse`] reads. It holds the signing key.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(1024 + 256 * self.verifiers.len()));
        text.push_str(
            "# Signs the audit trail's checkpoints. Whoever reads this file can sign others.\n",
        );
        text.push_str(FIRST_LINE);
        let older = self.verifiers.len().saturating_sub(1);
        for key in self.verifiers.iter().take(older) {
            text.push_str("\nverify ");
            text.push_str(&key.to_text());
        }
        let seed = Zeroizing::new(STANDARD.encode(self.seed.expose()));
        let check = check(self.origin(), &self.seed);
        for word in ["\nsign ", self.origin(), " ", &seed, " ", &check, "\n"] {
            text.push_str(word);
        }
        text
    }

    /// Reads a key file, if it belongs to its owner alone.
    ///
    /// # Errors
    /// [`SigningKeyError`]
    pub fn load(path: &Path) -> Result<Self, SigningKeyError> {
        let failed = |source| io_failed(path, source);
        let file = File::open(path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(SigningKeyError::Permissions(path.to_owned()));
        }
        let mut text = Zeroizing::new(String::with_capacity(4_096));
        file.take(LARGEST_FILE)
            .read_to_string(&mut text)
            .map_err(failed)?;
        Self::parse(&text)
    }

    /// Writes a new key file (mode 0600), durable when it returns; never overwrites one.
    ///
    /// # Errors
    /// [`SigningKeyError::Io`]
    pub fn write_new(&self, path: &Path) -> Result<(), SigningKeyError> {
        let failed = |source| io_failed(path, source);
        let mut options = OpenOptions::new();
        let options = options.write(true).create_new(true).mode(0o600);
        let mut file = options.open(path).map_err(failed)?;
        file.write_all(self.to_text().as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(failed)
    }

    fn of(
        origin: &str,
        seed: SecretKey,
        mut verifiers: Vec<NoteKey>,
    ) -> Result<Self, SigningKeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose())
            .map_err(|_| SigningKeyError::Missing)?;
        let public = pair.public_key().as_ref();
        let public = public.try_into().map_err(|_| SigningKeyError::Missing)?;
        let key = NoteKey::new(origin, public).map_err(|_| SigningKeyError::Origin)?;
        verifiers.push(key);
        Ok(Self {
            seed,
            pair,
            verifiers,
        })
    }
}

fn check(origin: &str, seed: &SecretKey) -> String {
    let hash = sha256(&[origin.as_bytes(), b" ", seed.expose()]);
    let first: [u8; 4] = hash.first_chunk().copied().unwrap_or_default();
    format!("{:08x}", u32::from_be_bytes(first))
}

fn io_failed(path: &Path, source: std::io::Error) -> SigningKeyError {
    let path = path.to_owned();
    SigningKeyError::Io { path, source }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeys")
            .field("verifiers", &self.verifiers)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(keys: &SigningKeys) -> Checkpoint {
        Checkpoint {
            origin: keys.origin().to_owned(),
            size: 1,
            root: [1; 32],
        }
    }

    #[test]
    fn keys_are_read_back_from_their_file_and_old_signatures_stay_good_after_a_renewal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit-key");
        let first = SigningKeys::generate("hospital.example/audit/1").unwrap();
        let signed = first.sign(&checkpoint(&first));

        first.renew().unwrap().write_new(&path).unwrap();
        let renewed = SigningKeys::load(&path).unwrap();

        assert_eq!(renewed.verifiers().len(), 2);
        assert!(Checkpoint::open(&signed, renewed.verifiers()).is_ok());
        assert!(Checkpoint::open(&signed, &renewed.verifiers()[1..]).is_err());
        assert!(renewed.write_new(&path).is_err());
    }

    #[test]
    fn a_damaged_line_and_a_file_that_others_read_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit-key");
        let keys = SigningKeys::generate("hospital.example/audit/1").unwrap();
        keys.write_new(&path).unwrap();
        let text = keys.to_text();
        let damaged = text.replace("hospital", "hospitak");

        let refused = SigningKeys::parse(&damaged);

        assert!(
            matches!(refused, Err(SigningKeyError::Line(3))),
            "{refused:?}"
        );
        let others = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(&path, others).unwrap();
        let refused = SigningKeys::load(&path);
        assert!(matches!(refused, Err(SigningKeyError::Permissions(_))));
        assert!(matches!(
            SigningKeys::generate("a b"),
            Err(SigningKeyError::Origin)
        ));
    }
}
