//! A key store that forgets with its process: for tests and for data that is not kept.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{DataKeyId, KeyStoreError, WrappedDataKey, WrappedKeyStore};

/// Wrapped keys in memory.
#[derive(Debug, Default)]
pub struct MemoryKeyStore {
    keys: Mutex<BTreeMap<DataKeyId, WrappedDataKey>>,
}

impl MemoryKeyStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn keys(&self) -> MutexGuard<'_, BTreeMap<DataKeyId, WrappedDataKey>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WrappedKeyStore for MemoryKeyStore {
    fn load_all(&self) -> Result<Vec<WrappedDataKey>, KeyStoreError> {
        Ok(self.keys().values().cloned().collect())
    }

    fn insert_durably(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError> {
        let mut keys = self.keys();
        if keys.contains_key(&key.id) {
            return Err(KeyStoreError::Taken(key.id));
        }
        keys.insert(key.id, key.clone());
        Ok(())
    }

    fn replace(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError> {
        let mut keys = self.keys();
        let slot = keys
            .get_mut(&key.id)
            .ok_or(KeyStoreError::Missing(key.id))?;
        key.clone_into(slot);
        Ok(())
    }
}
