//! The door to whoever holds the key-encryption keys (KEKs): a file, or a key service.
//!
//! The trait is synchronous and may block for some seconds. Wrapping happens once per scope and unwrapping
//! once per scope and process, so a remote provider costs nothing on the hot path; an asynchronous caller goes
//! through [`KeyRing::cached_data_key`](crate::KeyRing::cached_data_key) first and makes new keys on a thread
//! that may block.

mod error;
mod file;
mod several;
mod watched;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::key_store::DataKeyId;
use crate::scope::KeyScope;
use crate::sensitive::SecretKey;

pub use error::ProviderError;
pub use file::FileKeyProvider;
pub use several::SeveralProviders;
pub use watched::{ProviderState, WatchedProvider};

/// The version of a key-encryption key; a later key has the higher number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct KekVersion(pub u32);

impl fmt::Display for KekVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Who holds a KEK. Told from the first bytes of what it wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KekHolder {
    /// The key file, or its text in the environment.
    KeyFile,
    /// HashiCorp Vault or OpenBao, Transit engine.
    Vault,
    /// AWS KMS.
    AwsKms,
}

impl KekHolder {
    /// Its name, as status and metrics show it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KeyFile => "key-file",
            Self::Vault => "vault",
            Self::AwsKms => "aws-kms",
        }
    }
}

impl fmt::Display for KekHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One KEK: versions of two holders are different keys, whatever their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kek {
    /// Who holds it.
    pub holder: KekHolder,
    /// Its version there.
    pub version: KekVersion,
}

impl fmt::Display for Kek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.holder, self.version)
    }
}

/// A data key in the only form in which it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedKey {
    /// The KEK that unwraps it.
    pub kek_version: KekVersion,
    /// The provider's own format; its first bytes tell the provider.
    pub bytes: Vec<u8>,
}

impl WrappedKey {
    /// What Transit's ciphertext begins with.
    pub const VAULT: &'static [u8] = b"vault:v";
    /// What is put before the ciphertext of KMS.
    pub const AWS_KMS: &'static [u8] = b"aws-kms:";

    /// Who wrapped it. What no key service marked is an envelope of the key file, and is refused there if it is none.
    pub fn holder(&self) -> KekHolder {
        if self.bytes.starts_with(Self::VAULT) {
            KekHolder::Vault
        } else if self.bytes.starts_with(Self::AWS_KMS) {
            KekHolder::AwsKms
        } else {
            KekHolder::KeyFile
        }
    }

    /// The KEK that unwraps it.
    pub fn kek(&self) -> Kek {
        Kek {
            holder: self.holder(),
            version: self.kek_version,
        }
    }
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
/// 2. Under any other context, or with altered bytes, `unwrap_key` and `rewrap` fail.
/// 3. A failure says whether waiting helps ([`ProviderError::Unavailable`]) or not.
/// 4. After `rotate` returned a version, `wrap` wraps under it or a later one, and what is wrapped under an older one
///    is not current.
pub trait KeyProvider: Send + Sync + fmt::Debug {
    /// Who holds the KEKs under which `wrap` wraps.
    fn holder(&self) -> KekHolder {
        KekHolder::KeyFile
    }

    /// The version under which `wrap` wraps. A key service's may be some seconds old.
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

    /// Whether the current KEK wraps it.
    ///
    /// # Errors
    /// [`ProviderError::Unavailable`] when it cannot be asked.
    fn is_current(&self, wrapped: &WrappedKey) -> Result<bool, ProviderError> {
        Ok(wrapped.holder() == self.holder() && wrapped.kek_version == self.current_version()?)
    }

    /// Makes a new version, durable before it is told, under which `wrap` wraps from then on.
    ///
    /// # Errors
    /// [`ProviderError`]; nothing changed, or the new version is there and is found at the next start.
    fn rotate(&self) -> Result<KekVersion, ProviderError> {
        Err(ProviderError::CannotRotate(
            "rotate it where it is kept, then restart",
        ))
    }

    /// Asks now whether the provider answers, and what its current version is.
    ///
    /// # Errors
    /// [`ProviderError`]
    fn probe(&self) -> Result<KekVersion, ProviderError> {
        self.current_version()
    }
}
