//! Where wrapped data keys are kept: the port, and what travels through it.

mod memory;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::provider::{KekVersion, WrapContext, WrappedKey};
use crate::scope::KeyScope;

pub use memory::MemoryKeyStore;

/// The id of a data key: unique in a store, never given twice, written in every envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DataKeyId(pub u32);

impl fmt::Display for DataKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A data key as it is stored. Nothing in it is secret without the KEK; all of it but the time of creation is
/// authenticated when it is unwrapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedDataKey {
    /// Its id.
    pub id: DataKeyId,
    /// What it covers.
    pub scope: KeyScope,
    /// The key itself, wrapped.
    pub wrapped: WrappedKey,
    /// When it was made, in milliseconds since 1970-01-01T00:00:00Z.
    pub created_at_unix_ms: u64,
}

impl WrappedDataKey {
    /// The KEK that unwraps it.
    pub fn kek_version(&self) -> KekVersion {
        self.wrapped.kek_version
    }

    pub(crate) fn context(&self) -> WrapContext<'_> {
        WrapContext {
            id: self.id,
            scope: &self.scope,
        }
    }
}

/// Keeps wrapped data keys.
///
/// 1. When `insert_durably` or `replace` has returned `Ok`, the key survives a power cut: values are sealed
///    under it from that moment on, and are lost with it.
/// 2. `insert_durably` refuses an id that is taken and leaves the key that has it untouched.
/// 3. `replace` changes the key of that id whole or not at all, and refuses an id that is not there.
/// 4. `load_all` gives every key that was inserted, in its latest form, in any order.
pub trait WrappedKeyStore: Send + Sync {
    /// All keys.
    ///
    /// # Errors
    /// [`KeyStoreError::Failed`]
    fn load_all(&self) -> Result<Vec<WrappedDataKey>, KeyStoreError>;

    /// Adds a key.
    ///
    /// # Errors
    /// [`KeyStoreError::Taken`] or [`KeyStoreError::Failed`]
    fn insert_durably(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError>;

    /// Puts a key that was wrapped again in its own place.
    ///
    /// # Errors
    /// [`KeyStoreError::Missing`] or [`KeyStoreError::Failed`]
    fn replace(&self, key: &WrappedDataKey) -> Result<(), KeyStoreError>;
}

/// Why the key store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// Another process made a key of this id first.
    #[error("data key {0} already exists in the key store")]
    Taken(DataKeyId),
    /// There is no key of this id to replace.
    #[error("data key {0} is not in the key store")]
    Missing(DataKeyId),
    /// Reading or writing failed; nothing is known to have changed.
    #[error("the key store failed: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
