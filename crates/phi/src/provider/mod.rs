//! The door to whoever holds the key-encryption keys (KEKs): a file today, a key service later.
//!
//! The trait is synchronous and may block for one round trip. Wrapping happens once per scope and unwrapping
//! once per scope and process, so a remote provider costs nothing on the hot path; an asynchronous caller goes
//! through [`KeyRing::cached_data_key`](crate::KeyRing::cached_data_key) first and makes new keys on a thread
//! that may block.

mod file;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::key_store::DataKeyId;
use crate::random::RandomError;
use crate::scope::KeyScope;
use crate::sensitive::SecretKey;

pub use file::FileKeyProvider;

/// The version of a key-encryption key; a later key has the higher number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KekVersion(pub u32);

impl fmt::Display for KekVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A data key in the only form in which it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedKey {
    /// The KEK that unwraps it.
    pub kek_version: KekVersion,
    /// The provider's own format.
    pub bytes: Vec<u8>,
}

/// What a wrapped key is tied to: a provider authenticates all of it (AES-GCM associated data, a key service's
/// encryption context), so that a wrapped key cannot stand in for another.
#[derive(Clone, Copy, Debug)]
pub struct WrapContext<'a> {
    /// The data key's id.
    pub id: DataKeyId,
    /// What it covers.
    pub scope: &'a KeyScope,
}

/// Wraps and unwraps data keys. The KEK itself never leaves the provider.
///
/// 1. `unwrap_key(wrap(key, context), context)` gives `key` back, also after the current version moved on.
/// 2. Under any other context, or with altered bytes, `unwrap_key` fails.
/// 3. A failure says whether waiting helps ([`ProviderError::Unavailable`]) or not.
pub trait KeyProvider: Send + Sync + fmt::Debug {
    /// The version under which `wrap` wraps.
    ///
    /// # Errors
    /// [`ProviderError::Unavailable`] when it cannot be asked.
    fn current_version(&self) -> Result<KekVersion, ProviderError>;

    /// Wraps `key` under the current version.
    ///
    /// # Errors
    /// [`ProviderError`]
    fn wrap(&self, key: &SecretKey, context: &WrapContext<'_>)
    -> Result<WrappedKey, ProviderError>;

    /// Unwraps what `wrap` gave for the same context.
    ///
    /// # Errors
    /// [`ProviderError`]
    fn unwrap_key(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<SecretKey, ProviderError>;

    /// Wraps again under the current version. A key service does it without showing the key to this process.
    ///
    /// # Errors
    /// [`ProviderError`]
    fn rewrap(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        self.wrap(&self.unwrap_key(wrapped, context)?, context)
    }
}

/// Why a data key was not wrapped or unwrapped.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The KEK that is needed is not there.
    #[error("no key-encryption key of version {0}; put it back into the key file from its backup")]
    UnknownVersion(KekVersion),
    /// The wrapped key does not open.
    #[error(
        "data key {id} does not open under key-encryption key {version}: the key file belongs to other data, \
         or the stored key was altered; start with the key file that wrote this data"
    )]
    Refused {
        /// The data key.
        id: DataKeyId,
        /// The KEK it names.
        version: KekVersion,
    },
    /// The random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The key service cannot be reached or did not answer; trying again may help.
    #[error("the key service is not available: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
