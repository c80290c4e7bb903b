//! Several providers side by side: one wraps, the others unwrap what they once wrapped. So an installation moves from
//! the key file to a key service, or back, without a stop.

use std::sync::Arc;

use super::{KekHolder, KekVersion, KeyProvider, ProviderError, WrapContext, WrappedKey};
use crate::sensitive::SecretKey;

/// One provider that wraps, and those that only unwrap.
#[derive(Debug)]
pub struct SeveralProviders {
    current: Arc<dyn KeyProvider>,
    others: Vec<Arc<dyn KeyProvider>>,
}

impl SeveralProviders {
    /// `current` wraps. Of `others`, each answers for what it wrapped itself.
    pub fn new(current: Arc<dyn KeyProvider>, others: Vec<Arc<dyn KeyProvider>>) -> Self {
        Self { current, others }
    }

    fn of(&self, wrapped: &WrappedKey) -> Result<&Arc<dyn KeyProvider>, ProviderError> {
        let holder = wrapped.holder();
        let mut all = std::iter::once(&self.current).chain(&self.others);
        all.find(|provider| provider.holder() == holder)
            .ok_or(ProviderError::UnknownHolder(holder))
    }
}

impl KeyProvider for SeveralProviders {
    fn holder(&self) -> KekHolder {
        self.current.holder()
    }

    fn current_version(&self) -> Result<KekVersion, ProviderError> {
        self.current.current_version()
    }

    fn wrap(
        &self,
        key: &SecretKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        self.current.wrap(key, context)
    }

    fn unwrap_key(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<SecretKey, ProviderError> {
        self.of(wrapped)?.unwrap_key(wrapped, context)
    }

    fn rewrap(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        if wrapped.holder() == self.current.holder() {
            self.current.rewrap(wrapped, context)
        } else {
            self.wrap(&self.unwrap_key(wrapped, context)?, context)
        }
    }

    fn is_current(&self, wrapped: &WrappedKey) -> Result<bool, ProviderError> {
        self.current.is_current(wrapped)
    }

    fn rotate(&self) -> Result<KekVersion, ProviderError> {
        self.current.rotate()
    }

    fn probe(&self) -> Result<KekVersion, ProviderError> {
        self.current.probe()
    }
}
