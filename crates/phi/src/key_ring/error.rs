//! What can go wrong with keys, and with values under them.

use crate::envelope::{Fault, SealFault};
use crate::key_store::{DataKeyId, KeyStoreError};
use crate::provider::ProviderError;
use crate::random::RandomError;

/// A data key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// The store has no key of this id.
    #[error(
        "data key {0} is not in the key store; restore the key store that belongs to this data"
    )]
    UnknownKey(DataKeyId),
    /// Four billion keys were made.
    #[error("no data key ids are left in this key store")]
    Exhausted,
    /// Wrapping or unwrapping failed.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// Reading or writing wrapped keys failed.
    #[error(transparent)]
    Store(#[from] KeyStoreError),
    /// The random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl KeyRingError {
    /// Whether the key service is away: waiting may help.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Provider(error) if error.is_unavailable())
    }
}

/// A value was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// There is no key to seal it under.
    #[error(transparent)]
    Key(#[from] KeyRingError),
    /// It is longer than AES-GCM allows.
    #[error("the value is too long to seal: AES-GCM takes 64 GiB at most")]
    TooLong,
    /// The random generator failed.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl From<SealFault> for SealError {
    fn from(fault: SealFault) -> Self {
        match fault {
            SealFault::Random => Self::Random(RandomError),
            SealFault::TooLong => Self::TooLong,
        }
    }
}

/// A value was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The envelope is damaged, of another record, or of a suite that is not known.
    #[error(transparent)]
    Envelope(#[from] Fault),
    /// Its key cannot be had.
    #[error(transparent)]
    Key(#[from] KeyRingError),
}
