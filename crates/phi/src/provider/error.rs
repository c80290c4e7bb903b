//! Why a data key was not wrapped or unwrapped.

use super::KekVersion;
use crate::key_file::KeyFileError;
use crate::key_store::DataKeyId;
use crate::random::RandomError;

/// Why a data key was not wrapped or unwrapped.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The KEK that is needed is not there.
    #[error("no key-encryption key of version {0}; put it back into the key file from its backup")]
    UnknownVersion(KekVersion),
    /// It was wrapped by a provider that is not set up here.
    #[error(
        "the key-encryption key is held by {0}, which is not set up: put its settings back until `wardline keys \
         status` shows no key under it"
    )]
    UnknownHolder(super::KekHolder),
    /// The wrapped key does not open.
    #[error(
        "data key {id} does not open under key-encryption key {version}: the key-encryption key belongs to other \
         data, or the stored key was altered; start with the keys that wrote this data"
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
    /// The key service answers, and says no: its settings or its policy must be changed.
    #[error("the key service refuses: {0}")]
    Forbidden(String),
    /// This provider makes no new version by itself.
    #[error("the key-encryption key is not rotated from here: {0}")]
    CannotRotate(&'static str),
    /// The key file could not be read or replaced.
    #[error(transparent)]
    KeyFile(#[from] Box<KeyFileError>),
}

impl ProviderError {
    /// Not available, in words.
    pub fn unavailable(why: impl Into<String>) -> Self {
        Self::Unavailable(why.into().into())
    }

    /// Whether waiting may help.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
