//! The data keys of one store: made when a scope is first written to, loaded when one is first read.

mod ahead;
mod error;
mod keys;
mod rewrap;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::envelope::{self, Aad, Envelope, Purpose};
use crate::key_store::{DataKeyId, KeyStoreError, WrappedDataKey, WrappedKeyStore};
use crate::provider::{KeyProvider, WrapContext};
use crate::scope::KeyScope;
use crate::sensitive::{SecretKey, Sensitive};

use keys::Keys;

pub use error::{KeyRingError, OpenError, SealError};
pub use rewrap::{KekUsage, RewrapReport};

/// Seals and opens values under data keys that a [`KeyProvider`] wraps and a [`WrappedKeyStore`] keeps.
///
/// Shared between threads by reference. Sealing and opening take a read lock for as long as it takes to clone
/// a pointer; only the first use of a key asks the provider.
pub struct KeyRing {
    provider: Arc<dyn KeyProvider>,
    store: Arc<dyn WrappedKeyStore>,
    keys: Keys,
    /// Held while a key is made or rewrapped, so that a scope does not get two.
    changing: Mutex<()>,
}

impl KeyRing {
    /// Reads the wrapped keys, and proves that the provider can unwrap the newest one of each KEK version: a
    /// wrong key file is found here, not with the first message.
    ///
    /// # Errors
    /// [`KeyRingError`]
    pub fn load(
        provider: Arc<dyn KeyProvider>,
        store: Arc<dyn WrappedKeyStore>,
    ) -> Result<Self, KeyRingError> {
        let ring = Self {
            provider,
            store,
            keys: Keys::default(),
            changing: Mutex::new(()),
        };
        ring.keys.take_in(ring.store.load_all()?);
        for id in ring.keys.newest_of_each_kek() {
            ring.secret(id)?;
        }
        Ok(ring)
    }

    /// The key that seals what belongs to `scope`; made, wrapped and stored durably if there is none yet.
    /// `now_unix_ms` becomes its time of creation.
    ///
    /// # Errors
    /// [`KeyRingError`]; nothing was sealed under a key that is not stored.
    pub fn data_key(&self, scope: &KeyScope, now_unix_ms: u64) -> Result<DataKeyId, KeyRingError> {
        if let Some(id) = self.cached_data_key(scope) {
            return Ok(id);
        }
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(id) = self.keys.of_scope(scope) {
                // Unwraps it now, where blocking is expected.
                return self.secret(id).map(|_| id);
            }
            match self.make(scope, now_unix_ms) {
                // Another process made a key first: its key is the scope's, or ours gets the next id.
                Err(KeyRingError::Store(KeyStoreError::Taken(taken))) => {
                    self.keys.take_in(self.store.load_all()?);
                    if !self.keys.contains(taken) {
                        return Err(KeyStoreError::Taken(taken).into());
                    }
                }
                made => return made,
            }
        }
    }

    /// The key of `scope` if it can be used at once, without asking the store or the provider.
    pub fn cached_data_key(&self, scope: &KeyScope) -> Option<DataKeyId> {
        self.keys
            .of_scope(scope)
            .filter(|id| self.keys.secret(*id).is_some())
    }

    /// Whether the key of this id can be used at once, without asking the provider. A key that is held stays held.
    pub fn is_held(&self, id: DataKeyId) -> bool {
        self.keys.secret(id).is_some()
    }

    /// Unwraps the key of this id, where blocking is expected, so that it is held from then on.
    ///
    /// # Errors
    /// [`KeyRingError`]
    pub fn hold(&self, id: DataKeyId) -> Result<(), KeyRingError> {
        self.secret(id).map(|_| ())
    }

    /// Seals `plaintext` as the value that `aad` names.
    ///
    /// # Errors
    /// [`SealError`]
    pub fn seal(
        &self,
        key: DataKeyId,
        aad: &Aad<'_>,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let mut envelope = Vec::new();
        self.seal_into(key, aad, &[plaintext], &mut envelope)?;
        Ok(envelope)
    }

    /// Seals the concatenation of `parts` and appends the envelope to `out`. The parts are copied once, into
    /// `out`, and sealed there. On failure `out` is as it was.
    ///
    /// # Errors
    /// [`SealError`]
    pub fn seal_into(
        &self,
        key: DataKeyId,
        aad: &Aad<'_>,
        parts: &[&[u8]],
        out: &mut Vec<u8>,
    ) -> Result<(), SealError> {
        let secret = self.secret(key)?;
        let aad = aad.encode(key.0);
        Ok(envelope::seal_into(
            out,
            (&secret, key.0),
            Purpose::Value,
            &aad,
            parts,
        )?)
    }

    /// Opens `envelope`, which must be the value that `aad` names. The caller answers for wiping the plaintext;
    /// [`KeyRing::open_sensitive`] wipes it by itself.
    ///
    /// # Errors
    /// [`OpenError`]; nothing of an altered value is given out.
    pub fn open(&self, aad: &Aad<'_>, envelope: &[u8]) -> Result<Vec<u8>, OpenError> {
        self.open_sensitive(aad, envelope)
            .map(Sensitive::into_inner)
    }

    /// Opens `envelope`, which must be the value that `aad` names, into a buffer that is wiped when dropped.
    ///
    /// # Errors
    /// [`OpenError`]; nothing of an altered value is given out.
    pub fn open_sensitive(
        &self,
        aad: &Aad<'_>,
        envelope: &[u8],
    ) -> Result<Sensitive<Vec<u8>>, OpenError> {
        let parsed = Envelope::parse(envelope)?;
        let secret = self.secret(DataKeyId(parsed.key_id))?;
        Ok(envelope::open(
            &parsed,
            &secret,
            Purpose::Value,
            &aad.encode(parsed.key_id),
        )?)
    }

    fn make(&self, scope: &KeyScope, now_unix_ms: u64) -> Result<DataKeyId, KeyRingError> {
        let id = self.keys.next_id().ok_or(KeyRingError::Exhausted)?;
        let secret = SecretKey::generate()?;
        let wrapped = self.provider.wrap(&secret, &WrapContext { id, scope })?;
        let key = WrappedDataKey {
            id,
            scope: scope.clone(),
            wrapped,
            created_at_unix_ms: now_unix_ms,
        };
        self.store.insert_durably(&key)?;
        self.keys.take_in(vec![key]);
        self.keys.set_secret(id, secret);
        Ok(id)
    }

    fn secret(&self, id: DataKeyId) -> Result<Arc<SecretKey>, KeyRingError> {
        if let Some(secret) = self.keys.secret(id) {
            return Ok(secret);
        }
        let key = self.keys.wrapped(id).ok_or(KeyRingError::UnknownKey(id))?;
        let secret = self.provider.unwrap_key(&key.wrapped, &key.context())?;
        Ok(self.keys.set_secret(id, secret))
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("provider", &self.provider)
            .field("data_keys", &self.keys.count())
            .finish_non_exhaustive()
    }
}
