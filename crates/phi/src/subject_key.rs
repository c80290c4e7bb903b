//! Data keys of single people: one for each patient, kept wrapped beside the rows that they seal.
//!
//! The ring holds every key in memory, which suits a key per month and not one per patient. Here the owner of the
//! rows keeps the wrapped key, has it unwrapped when it is needed, and decides how long it stays in memory. Who
//! destroys the wrapped key destroys what was sealed under it.

use std::fmt;
use std::sync::Arc;

use crate::envelope::{self, Aad, Envelope, Purpose};
use crate::key_ring::{KeyRingError, OpenError, SealError};
use crate::key_store::DataKeyId;
use crate::provider::{KeyProvider, ProviderError, WrapContext, WrappedKey};
use crate::scope::KeyScope;
use crate::sensitive::{SecretKey, Sensitive};

/// Makes, unwraps and rewraps keys of single people. Holds none.
#[derive(Clone, Debug)]
pub struct SubjectKeys {
    provider: Arc<dyn KeyProvider>,
}

/// An unwrapped key of one person; wiped when dropped. Its id is written in every envelope and is unique within its
/// scope.
pub struct SubjectKey {
    id: DataKeyId,
    secret: SecretKey,
}

impl SubjectKeys {
    /// Keys that this provider wraps.
    pub fn new(provider: Arc<dyn KeyProvider>) -> Self {
        Self { provider }
    }

    /// A new random key, and the only form in which it may be stored. Blocks for one round trip to a remote provider.
    ///
    /// # Errors
    /// [`KeyRingError`]
    pub fn make(
        &self,
        id: DataKeyId,
        scope: &KeyScope,
    ) -> Result<(SubjectKey, WrappedKey), KeyRingError> {
        let secret = SecretKey::generate()?;
        let wrapped = self.provider.wrap(&secret, &WrapContext { id, scope })?;
        Ok((SubjectKey { id, secret }, wrapped))
    }

    /// The key that was wrapped for this id and scope, and no other. Blocks as [`SubjectKeys::make`].
    ///
    /// # Errors
    /// [`ProviderError`]
    pub fn open(
        &self,
        id: DataKeyId,
        scope: &KeyScope,
        wrapped: &WrappedKey,
    ) -> Result<SubjectKey, ProviderError> {
        let secret = self
            .provider
            .unwrap_key(wrapped, &WrapContext { id, scope })?;
        Ok(SubjectKey { id, secret })
    }

    /// The key wrapped under the current KEK; `None` when it is already. What is sealed under it is not touched.
    ///
    /// # Errors
    /// [`ProviderError`]
    pub fn rewrap(
        &self,
        id: DataKeyId,
        scope: &KeyScope,
        wrapped: &WrappedKey,
    ) -> Result<Option<WrappedKey>, ProviderError> {
        if self.provider.is_current(wrapped)? {
            return Ok(None);
        }
        let context = WrapContext { id, scope };
        self.provider.rewrap(wrapped, &context).map(Some)
    }
}

impl SubjectKey {
    /// Its id.
    pub fn id(&self) -> DataKeyId {
        self.id
    }

    /// Seals `plaintext` as the value that `aad` names.
    ///
    /// # Errors
    /// [`SealError`]
    pub fn seal(&self, aad: &Aad<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut out = Vec::new();
        let key = (&self.secret, self.id.0);
        let aad = aad.encode(self.id.0);
        envelope::seal_into(&mut out, key, Purpose::Value, &aad, &[plaintext])?;
        Ok(out)
    }

    /// Opens `envelope`, which must be the value that `aad` names and sealed under this key.
    ///
    /// # Errors
    /// [`OpenError`]; nothing of an altered value is given out.
    pub fn open(&self, aad: &Aad<'_>, envelope: &[u8]) -> Result<Sensitive<Vec<u8>>, OpenError> {
        let parsed = Envelope::parse(envelope)?;
        if parsed.key_id != self.id.0 {
            return Err(KeyRingError::UnknownKey(DataKeyId(parsed.key_id)).into());
        }
        let aad = aad.encode(parsed.key_id);
        Ok(envelope::open(&parsed, &self.secret, Purpose::Value, &aad)?)
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubjectKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
