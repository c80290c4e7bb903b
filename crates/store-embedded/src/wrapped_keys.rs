//! Wrapped data keys, for the key ring.

use std::sync::mpsc;

use wardline_messaging::port::StoreError;
use wardline_phi::{KeyStoreError, WrappedDataKey, WrappedKeyStore};

use crate::keys;
use crate::store::EmbeddedStore;
use crate::writer::{KeyWrite, KeyWriteError, Task};

/// Writing blocks until the key is durable.
impl WrappedKeyStore for EmbeddedStore {
    fn load_all(&self) -> Result<Vec<WrappedDataKey>, KeyStoreError> {
        let opened = self.shared().opened().map_err(failed)?;
        opened.all_of(keys::WRAPPED_KEYS).map_err(failed)
    }

    fn insert_durably(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError> {
        self.write_key(key, KeyWrite::Insert)
    }

    fn replace(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError> {
        self.write_key(key, KeyWrite::Replace)
    }
}

impl EmbeddedStore {
    fn write_key(&self, key: &WrappedDataKey, how: KeyWrite) -> Result<(), KeyStoreError> {
        let (answer, answered) = mpsc::channel();
        self.hand_over(Task::PutKey {
            key: key.clone(),
            how,
            answer,
        })
        .map_err(failed)?;
        let ended = || {
            failed(StoreError::Unavailable(
                "the store's writer has ended".to_owned(),
            ))
        };
        match answered.recv().map_err(|_| ended())? {
            Ok(()) => Ok(()),
            Err(KeyWriteError::Taken) => Err(KeyStoreError::Taken(key.id)),
            Err(KeyWriteError::Missing) => Err(KeyStoreError::Missing(key.id)),
            Err(KeyWriteError::Store(error)) => Err(failed(error)),
        }
    }
}

fn failed(error: StoreError) -> KeyStoreError {
    KeyStoreError::Failed(Box::new(error))
}
