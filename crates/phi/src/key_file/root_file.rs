//! A key file as it stands, also where a key service holds the KEK: then the KEK may be missing in it, and the root of
//! the blind indexes is wrapped by the service.

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use super::{KeyFileError, Versions, disk, text};
use crate::blind_index::BlindIndex;
use crate::key_store::DataKeyId;
use crate::provider::{FileKeyProvider, Kek, KeyProvider, ProviderError, WrapContext, WrappedKey};
use crate::scope::KeyScope;
use crate::sensitive::SecretKey;

/// What a key file holds. At least one root of the blind indexes is there, in clear or wrapped; a KEK is there unless
/// every root is wrapped.
pub struct RootFile {
    pub(super) keks: Option<Versions>,
    pub(super) indexes: Option<Versions>,
    pub(super) sealed: Vec<SealedIndex>,
}

/// A root of the blind indexes that a provider wrapped, bound to its version.
pub(super) struct SealedIndex {
    pub(super) version: u32,
    pub(super) wrapped: WrappedKey,
}

impl RootFile {
    /// Reads keys from text, as [`KeyFile::parse`](super::KeyFile::parse) does.
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
        disk::load(path, disk::Guard::OwnerOnly)
    }

    /// Reads a key file out of a folder that the system opens to this process alone, as systemd's credentials are:
    /// what its own permission bits say does not count there.
    ///
    /// # Errors
    /// [`KeyFileError`]
    pub fn load_credential(path: &Path) -> Result<Self, KeyFileError> {
        disk::load(path, disk::Guard::Folder)
    }

    /// The provider of the KEKs in it, if there are any. With a path it can rotate them there.
    pub fn provider(&self, rotates_at: Option<&Path>) -> Option<FileKeyProvider> {
        let keks = self.keks.as_ref()?.duplicate();
        Some(FileKeyProvider::of(keks, rotates_at))
    }

    /// The KEKs that wrap roots of the indexes; none when all stand in clear.
    pub fn sealed_by(&self) -> Vec<Kek> {
        self.sealed
            .iter()
            .map(|index| index.wrapped.kek())
            .collect()
    }

    /// The blind index under the newest root, which `provider` unwraps if it is wrapped.
    ///
    /// # Errors
    /// [`ProviderError`]
    pub fn blind_index(&self, provider: &dyn KeyProvider) -> Result<BlindIndex, ProviderError> {
        let clear = self.indexes.as_ref().map(Versions::newest);
        let newest = clear.map_or(0, |(version, _)| version);
        let mut sealed = self.sealed.iter().filter(|index| index.version > newest);
        match (sealed.by_ref().max_by_key(|index| index.version), clear) {
            (Some(index), _) => {
                let scope = KeyScope::index_root();
                let root = provider.unwrap_key(&index.wrapped, &context(index.version, &scope))?;
                Ok(BlindIndex::new(index.version, &root))
            }
            (None, Some((version, root))) => Ok(BlindIndex::new(version, root)),
            (None, None) => Err(Box::new(KeyFileError::Missing(text::INDEX)).into()),
        }
    }

    /// Has `provider` wrap every root that stands in clear, and those that an older KEK wraps anew. Says how many
    /// changed; with 0 the file is as it should be.
    ///
    /// # Errors
    /// [`ProviderError`]; nothing changed.
    pub fn seal_indexes(&mut self, provider: &dyn KeyProvider) -> Result<usize, ProviderError> {
        let scope = KeyScope::index_root();
        let mut changed = 0;
        let mut sealed = Vec::new();
        for (version, root) in self.indexes.iter().flat_map(Versions::iter) {
            let wrapped = provider.wrap(root, &context(version, &scope))?;
            sealed.push(SealedIndex { version, wrapped });
            changed += 1;
        }
        for index in &self.sealed {
            let mut wrapped = index.wrapped.clone();
            if !provider.is_current(&wrapped)? {
                wrapped = provider.rewrap(&wrapped, &context(index.version, &scope))?;
                changed += 1;
            }
            let version = index.version;
            sealed.push(SealedIndex { version, wrapped });
        }
        sealed.sort_by_key(|index| index.version);
        (self.indexes, self.sealed) = (None, sealed);
        Ok(changed)
    }

    /// Puts this in the place of the key file at `path`, whole or not at all.
    ///
    /// # Errors
    /// [`KeyFileError`]
    pub fn replace(&self, path: &Path) -> Result<(), KeyFileError> {
        disk::replace(path, &self.to_text())
    }

    /// Adds a KEK to the file at `path`, which may have changed since it was read here; the file is whole at every
    /// moment, and of two that do this at the same time one waits.
    ///
    /// # Errors
    /// [`KeyFileError`]
    pub(crate) fn add_kek_to(path: &Path) -> Result<Versions, KeyFileError> {
        let _alone = disk::lock_folder(path)?;
        let mut file = Self::load(path)?;
        let keks = file.keks.as_mut().ok_or(KeyFileError::Missing(text::KEK))?;
        keks.add(SecretKey::generate()?);
        let keks = keks.duplicate();
        file.replace(path)?;
        Ok(keks)
    }

    /// The text that [`RootFile::parse`] reads. It holds the keys.
    pub fn to_text(&self) -> Zeroizing<String> {
        text::render(self.keks.as_ref(), self.indexes.as_ref(), &self.sealed)
    }
}

fn context(version: u32, scope: &KeyScope) -> WrapContext<'_> {
    WrapContext {
        id: DataKeyId(version),
        scope,
    }
}

impl fmt::Debug for RootFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RootFile")
            .field("keks", &self.keks)
            .field("indexes", &self.indexes)
            .field("sealed", &self.sealed_by())
            .finish()
    }
}
