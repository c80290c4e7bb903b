//! KEKs held in memory, as read from a key file.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use super::{KekVersion, KeyProvider, ProviderError, WrapContext, WrappedKey};
use crate::envelope::{self, Aad, Envelope, Purpose, SealFault};
use crate::key_file::{KeyFile, RootFile, Versions};
use crate::random::RandomError;
use crate::sensitive::{KEY_BYTES, SecretKey, Sensitive};

/// Wraps with AES-256-GCM under the newest KEK of a key file, in the envelope of suite 1: the key id in it is
/// the KEK's version, the associated data are the data key's id and scope.
#[derive(Debug)]
pub struct FileKeyProvider {
    /// Replaced whole by `rotate`.
    keks: RwLock<Versions>,
    /// Where `rotate` writes; none when the keys come from elsewhere.
    file: Option<PathBuf>,
}

impl FileKeyProvider {
    /// Takes the KEKs of `file`; they are not rotated from here.
    pub fn new(file: &KeyFile) -> Self {
        Self::of(file.keks().duplicate(), None)
    }

    pub(crate) fn of(keks: Versions, file: Option<&Path>) -> Self {
        Self {
            keks: RwLock::new(keks),
            file: file.map(Path::to_owned),
        }
    }
}

impl KeyProvider for FileKeyProvider {
    fn current_version(&self) -> Result<KekVersion, ProviderError> {
        let keks = self.keks.read().unwrap_or_else(PoisonError::into_inner);
        Ok(KekVersion(keks.newest().0))
    }

    fn wrap(
        &self,
        key: &SecretKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        let keks = self.keks.read().unwrap_or_else(PoisonError::into_inner);
        let (version, kek) = keks.newest();
        let version = KekVersion(version);
        let aad = associated(context, version);
        let mut bytes = Vec::new();
        envelope::seal_into(
            &mut bytes,
            (kek, version.0),
            Purpose::DataKey,
            &aad,
            &[key.expose().as_slice()],
        )
        .map_err(|fault| match fault {
            SealFault::Random => ProviderError::Random(RandomError),
            SealFault::TooLong => ProviderError::Refused {
                id: context.id,
                version,
            },
        })?;
        Ok(WrappedKey {
            kek_version: version,
            bytes,
        })
    }

    fn unwrap_key(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<SecretKey, ProviderError> {
        let version = wrapped.kek_version;
        let keks = self.keks.read().unwrap_or_else(PoisonError::into_inner);
        let kek = keks
            .get(version.0)
            .ok_or(ProviderError::UnknownVersion(version))?;
        let refused = ProviderError::Refused {
            id: context.id,
            version,
        };
        match unseal(wrapped, kek, &associated(context, version)) {
            Some(key) => Ok(key),
            None => Err(refused),
        }
    }

    /// Adds a KEK to what the file holds now, and takes all of that over.
    fn rotate(&self) -> Result<KekVersion, ProviderError> {
        let Some(path) = &self.file else {
            return Err(ProviderError::CannotRotate(
                "the keys come from the environment; add a `kek` line of the next version there, then restart",
            ));
        };
        let keks = RootFile::add_kek_to(path).map_err(Box::new)?;
        let version = KekVersion(keks.newest().0);
        *self.keks.write().unwrap_or_else(PoisonError::into_inner) = keks;
        Ok(version)
    }
}

fn associated(context: &WrapContext<'_>, version: KekVersion) -> Vec<u8> {
    let id = u64::from(context.id.0);
    Aad::new("data-key", id, context.scope.as_str(), 1).encode(version.0)
}

fn unseal(wrapped: &WrappedKey, kek: &SecretKey, aad: &[u8]) -> Option<SecretKey> {
    let envelope = Envelope::parse(&wrapped.bytes).ok()?;
    if envelope.key_id != wrapped.kek_version.0 {
        return None;
    }
    let plaintext: Sensitive<Vec<u8>> =
        envelope::open(&envelope, kek, Purpose::DataKey, aad).ok()?;
    let bytes: &[u8; KEY_BYTES] = plaintext.expose().as_slice().try_into().ok()?;
    Some(SecretKey::from_bytes(bytes))
}
