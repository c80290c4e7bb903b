//! Knows whether a key service answers, and spares callers the wait while it does not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{KekHolder, KekVersion, KeyProvider, ProviderError, WrapContext, WrappedKey};
use crate::sensitive::SecretKey;

/// While the service is away it is asked once in this time; other callers are told at once.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// A provider whose answers are counted. When it was not available, calls within the next second are answered so
/// without asking: a thousand readers do not wait a thousand times for a service that is away.
#[derive(Debug)]
pub struct WatchedProvider {
    inner: Arc<dyn KeyProvider>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    state: ProviderState,
    /// Until then nobody but a probe asks.
    spared_until: Option<Instant>,
}

/// What is known of a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderState {
    /// The last call that was asked found it away; what it said.
    pub away: Option<String>,
    /// Calls that were asked.
    pub calls: u64,
    /// Of these, calls for which it was not available.
    pub unavailable: u64,
    /// Of these, calls that it refused.
    pub refused: u64,
}

impl WatchedProvider {
    /// Watches `inner`.
    pub fn new(inner: Arc<dyn KeyProvider>) -> Self {
        Self {
            inner,
            seen: Mutex::default(),
        }
    }

    /// What is known of it now.
    pub fn state(&self) -> ProviderState {
        self.seen().state.clone()
    }

    fn ask<T>(
        &self,
        call: impl FnOnce(&dyn KeyProvider) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        self.spare()?;
        self.ask_now(call)
    }

    /// Refuses at once while it is known to be away; otherwise lets one caller through.
    fn spare(&self) -> Result<(), ProviderError> {
        let mut seen = self.seen();
        let Some(until) = seen.spared_until else {
            return Ok(());
        };
        let now = Instant::now();
        if now < until {
            let why = seen.state.away.clone().unwrap_or_default();
            return Err(ProviderError::unavailable(why));
        }
        seen.spared_until = Some(now + ASK_AGAIN);
        Ok(())
    }

    fn ask_now<T>(
        &self,
        call: impl FnOnce(&dyn KeyProvider) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let answer = call(self.inner.as_ref());
        let mut seen = self.seen();
        seen.state.calls += 1;
        match &answer {
            Err(ProviderError::Unavailable(why)) => {
                seen.state.unavailable += 1;
                seen.state.away = Some(why.to_string());
                seen.spared_until = Some(Instant::now() + ASK_AGAIN);
            }
            other => {
                seen.state.refused += u64::from(other.is_err());
                seen.state.away = None;
                seen.spared_until = None;
            }
        }
        answer
    }

    /// Each change is whole, so a thread that died within one leaves nothing half done.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyProvider for WatchedProvider {
    fn holder(&self) -> KekHolder {
        self.inner.holder()
    }

    fn current_version(&self) -> Result<KekVersion, ProviderError> {
        self.ask(|inner| inner.current_version())
    }

    fn wrap(
        &self,
        key: &SecretKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        self.ask(|inner| inner.wrap(key, context))
    }

    fn unwrap_key(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<SecretKey, ProviderError> {
        self.ask(|inner| inner.unwrap_key(wrapped, context))
    }

    fn rewrap(
        &self,
        wrapped: &WrappedKey,
        context: &WrapContext<'_>,
    ) -> Result<WrappedKey, ProviderError> {
        self.ask(|inner| inner.rewrap(wrapped, context))
    }

    fn is_current(&self, wrapped: &WrappedKey) -> Result<bool, ProviderError> {
        self.ask(|inner| inner.is_current(wrapped))
    }

    fn rotate(&self) -> Result<KekVersion, ProviderError> {
        self.ask(|inner| inner.rotate())
    }

    fn probe(&self) -> Result<KekVersion, ProviderError> {
        self.ask_now(|inner| inner.probe())
    }
}
