//! KEKs held in memory, as read from a key file.

use super::{KekVersion, KeyProvider, ProviderError, WrapContext, WrappedKey};
use crate::envelope::{self, Aad, Envelope, Purpose, SealFault};
use crate::key_file::{KeyFile, Versions};
use crate::random::RandomError;
use crate::sensitive::{KEY_BYTES, SecretKey, Sensitive};

/// Wraps with AES-256-GCM under the newest KEK of a key file, in the envelope of suite 1: the key id in it is
/// the KEK's version, the associated data are the data key's id and scope.
#[derive(Debug)]
pub struct FileKeyProvider {
    keks: Versions,
}

impl FileKeyProvider {
    /// Takes the KEKs of `file`.
    pub fn new(file: &KeyFile) -> Self {
        Self {
            keks: file.keks().duplicate(),
        }
    }
}

impl KeyProvider for FileKeyProvider {
    fn current_version(&self) -> Result<KekVersion, ProviderError> {
        Ok(KekVersion(self.keks.newest().0))
    }

    fn wrap(
        &self,
        key: &SecretKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        let (version, kek) = self.keks.newest();
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
        let kek = self
            .keks
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
