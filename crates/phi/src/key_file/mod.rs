//! The root of trust as a file: the keys from which every other key follows.

mod disk;
mod text;
mod versions;

use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::blind_index::BlindIndex;
use crate::provider::{FileKeyProvider, KekVersion};
use crate::random::RandomError;
use crate::sensitive::SecretKey;

pub(crate) use versions::Versions;

/// The root keys of an installation: one or more versions of the key-encryption key (KEK), and of the root of
/// the blind indexes. All are drawn at random and independent: whoever learns a data key or a KEK learns
/// nothing of the index root.
pub struct KeyFile {
    keks: Versions,
    indexes: Versions,
}

impl KeyFile {
    /// New keys, version 1 of each.
    ///
    /// # Errors
    /// [`RandomError`] when the random generator failed.
    pub fn generate() -> Result<Self, RandomError> {
        Ok(Self {
            keks: Versions::first(SecretKey::generate()?),
            indexes: Versions::first(SecretKey::generate()?),
        })
    }

    /// Reads keys from text, as it stands in a key file or in an environment variable (where `;` may take the
    /// place of a line's end).
    ///
    /// # Errors
    /// [`KeyFileError`] naming the line; never its content.
    pub fn parse(text: &str) -> Result<Self, KeyFileError> {
        text::parse(text)
    }

    /// Reads a key file, if it belongs to its owner alone.
    ///
    /// # Errors
    /// [`KeyFileError`]
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        disk::load(path)
    }

    /// Writes a new key file (mode 0600) and makes it durable; never overwrites one.
    ///
    /// # Errors
    /// [`KeyFileError::Exists`] when there is a file already, or another [`KeyFileError`].
    pub fn write_new(&self, path: &Path) -> Result<(), KeyFileError> {
        disk::write_new(path, &text::render(self))
    }

    /// Puts these keys in the place of the key file at `path`, whole or not at all.
    ///
    /// # Errors
    /// [`KeyFileError`]
    pub fn replace(&self, path: &Path) -> Result<(), KeyFileError> {
        disk::replace(path, &text::render(self))
    }

    /// Adds a new KEK, under which data keys are wrapped from the next start on. The older ones stay until
    /// [`KeyRing::rewrap`](crate::KeyRing::rewrap) has left nothing wrapped under them.
    ///
    /// # Errors
    /// [`RandomError`] when the random generator failed.
    pub fn add_kek(&mut self) -> Result<KekVersion, RandomError> {
        Ok(KekVersion(self.keks.add(SecretKey::generate()?)))
    }

    /// The text that [`KeyFile::parse`] reads: for escrow, or for a secret store. It holds the keys.
    pub fn to_text(&self) -> Zeroizing<String> {
        text::render(self)
    }

    /// The provider that wraps data keys under these KEKs.
    pub fn provider(&self) -> FileKeyProvider {
        FileKeyProvider::new(self)
    }

    /// The blind index under the newest index root.
    pub fn blind_index(&self) -> BlindIndex {
        let (version, root) = self.indexes.newest();
        BlindIndex::new(version, root)
    }

    pub(crate) fn keks(&self) -> &Versions {
        &self.keks
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile")
            .field("keks", &self.keks)
            .field("indexes", &self.indexes)
            .finish()
    }
}

/// Why keys were not read or written. Holds paths and line numbers, never a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Others than the owner may read it.
    #[error(
        "key file {} can be read by others (mode {mode:04o}): run chmod 600 {}, and replace its keys if \
         others had access", path.display(), path.display()
    )]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// There is a file already.
    #[error("{} exists; key files are never overwritten, choose another path or move it away", .0.display())]
    Exists(PathBuf),
    /// Not a file of the size a key file has.
    #[error("{} is not a key file: it is no regular file, or larger than 64 KiB", .0.display())]
    NotAKeyFile(PathBuf),
    /// A line that is not understood.
    #[error("key file, line {line}: {problem}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong and what is expected.
        problem: &'static str,
    },
    /// A kind of key is missing.
    #[error("the key file holds no {0} key; restore the file from its backup")]
    Missing(&'static str),
    /// The file system refused.
    #[error("key file {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}
