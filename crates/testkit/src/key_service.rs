//! A key service that dawdles or is away when told so.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use wardline_phi::{
    FileKeyProvider, KekHolder, KekVersion, KeyFile, KeyProvider, ProviderError, SecretKey,
    WrapContext, WrappedKey,
};

/// Wraps as a key file does, and counts what it is asked.
#[derive(Debug)]
pub struct KeyService {
    inner: FileKeyProvider,
    away: AtomicBool,
    asked: AtomicUsize,
    dawdles: Mutex<bool>,
    goes_on: Condvar,
}

/// Until it is dropped the service answers nothing.
#[must_use]
#[derive(Debug)]
pub struct Dawdling(Arc<KeyService>);

impl Drop for Dawdling {
    fn drop(&mut self) {
        self.0.set_dawdles(false);
    }
}

impl KeyService {
    /// One that answers.
    pub fn new() -> Self {
        Self {
            inner: KeyFile::generate().unwrap().provider(),
            away: AtomicBool::new(false),
            asked: AtomicUsize::new(0),
            dawdles: Mutex::new(false),
            goes_on: Condvar::new(),
        }
    }

    /// From now on it is not available, or is again.
    pub fn be_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// How often it was asked to wrap or unwrap, whether it answered or not.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// From now on it lets callers wait.
    pub fn dawdle(self: &Arc<Self>) -> Dawdling {
        self.set_dawdles(true);
        Dawdling(Arc::clone(self))
    }

    fn set_dawdles(&self, dawdles: bool) {
        *self.dawdles.lock().unwrap_or_else(PoisonError::into_inner) = dawdles;
        self.goes_on.notify_all();
    }

    fn ask(&self) -> Result<(), ProviderError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let dawdles = self.dawdles.lock().unwrap_or_else(PoisonError::into_inner);
        let going_on = self.goes_on.wait_while(dawdles, |dawdles| *dawdles);
        drop(going_on.unwrap_or_else(PoisonError::into_inner));
        if self.away.load(Ordering::SeqCst) {
            return Err(ProviderError::unavailable("status 503"));
        }
        Ok(())
    }
}

impl Default for KeyService {
    fn default() -> Self {
        Self::new()
    }
}

impl KeyProvider for KeyService {
    fn holder(&self) -> KekHolder {
        self.inner.holder()
    }

    fn current_version(&self) -> Result<KekVersion, ProviderError> {
        self.inner.current_version()
    }

    fn wrap(
        &self,
        key: &SecretKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        self.ask()?;
        self.inner.wrap(key, context)
    }

    fn unwrap_key(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<SecretKey, ProviderError> {
        self.ask()?;
        self.inner.unwrap_key(wrapped, context)
    }
}
