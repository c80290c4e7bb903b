//! The root of trust as a file: the keys from which every other key follows.

mod disk;
mod error;
mod root_file;
mod text;
mod versions;

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::blind_index::BlindIndex;
use crate::provider::{FileKeyProvider, KekVersion};
use crate::random::RandomError;
use crate::sensitive::SecretKey;

pub(crate) use versions::Versions;

pub use error::KeyFileError;
pub use root_file::RootFile;

/// The root keys of an installation, all at hand: one or more versions of the key-encryption key (KEK), and of the
/// root of the blind indexes. All are drawn at random and independent: whoever learns a data key or a KEK learns
/// nothing of the index root. Where a key service holds the KEK, see [`RootFile`].
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
        Self::complete(RootFile::parse(text)?)
    }

    /// Reads a key file, if it belongs to its owner alone.
    ///
    /// # Errors
    /// [`KeyFileError`]
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        Self::complete(RootFile::load(path)?)
    }

    fn complete(file: RootFile) -> Result<Self, KeyFileError> {
        let RootFile { keks, indexes, .. } = file;
        Ok(Self {
            keks: keks.ok_or(KeyFileError::Missing(text::KEK))?,
            indexes: indexes.ok_or(KeyFileError::Missing(text::INDEX))?,
        })
    }

    /// Writes a new key file (mode 0600) and makes it durable; never overwrites one.
    ///
    /// # Errors
    /// [`KeyFileError::Exists`] when there is a file already, or another [`KeyFileError`].
    pub fn write_new(&self, path: &Path) -> Result<(), KeyFileError> {
        disk::write_new(path, &self.to_text())
    }

    /// Puts these keys in the place of the key file at `path`, whole or not at all.
    ///
    /// # Errors
    /// [`KeyFileError`]
    pub fn replace(&self, path: &Path) -> Result<(), KeyFileError> {
        disk::replace(path, &self.to_text())
    }

    /// Adds a new KEK, under which data keys are wrapped from then on. The older ones stay until
    /// [`KeyRing::rewrap`](crate::KeyRing::rewrap) has left nothing wrapped under them.
    ///
    /// # Errors
    /// [`RandomError`] when the random generator failed.
    pub fn add_kek(&mut self) -> Result<KekVersion, RandomError> {
        Ok(KekVersion(self.keks.add(SecretKey::generate()?)))
    }

    /// The text that [`KeyFile::parse`] reads: for escrow, or for a secret store. It holds the keys.
    pub fn to_text(&self) -> Zeroizing<String> {
        text::render(Some(&self.keks), Some(&self.indexes), &[])
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
