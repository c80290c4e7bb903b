//! The keys of a key file, behind a door that can be shut: a key service that is away.

use std::sync::atomic::{AtomicBool, Ordering};

use wardline_phi::{
    FileKeyProvider, KekVersion, KeyProvider, ProviderError, SecretKey, WrapContext, WrappedKey,
};

/// A key service of a test.
#[derive(Debug)]
pub(crate) struct KeyService {
    inner: FileKeyProvider,
    away: AtomicBool,
}

impl KeyService {
    pub(crate) fn new(inner: FileKeyProvider) -> Self {
        Self {
            inner,
            away: AtomicBool::new(false),
        }
    }

    /// From now on it does not answer, or it does again.
    pub(crate) fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::Relaxed);
    }

    fn there(&self) -> Result<&FileKeyProvider, ProviderError> {
        if self.away.load(Ordering::Relaxed) {
            return Err(ProviderError::unavailable("sealed"));
        }
        Ok(&self.inner)
    }
}

impl KeyProvider for KeyService {
    fn current_version(&self) -> Result<KekVersion, ProviderError> {
        self.there()?.current_version()
    }

    fn wrap(
        &self,
        key: &SecretKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        self.there()?.wrap(key, context)
    }

    fn unwrap_key(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<SecretKey, ProviderError> {
        self.there()?.unwrap_key(wrapped, context)
    }

    fn rotate(&self) -> Result<KekVersion, ProviderError> {
        self.there()?.rotate()
    }
}
