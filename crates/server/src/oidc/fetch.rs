//! The provider's keys: fetched when they are needed, kept while they are fresh, and used for a stated time longer while
//! the provider is down.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hyper::StatusCode;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::KeysAt;
use super::keys::KeySet;
use super::token::TokenRefused;
use crate::outbound::Site;

/// How long an answer of the provider is waited for.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Between two attempts lies this at least, whatever keys tokens name.
const BETWEEN_ATTEMPTS_MS: u64 = 10_000;
/// Bytes of a file of keys at most.
const MAX_FILE_BYTES: u64 = 256 * 1024;

/// The keys of a provider.
pub(super) struct KeyCache(Arc<Cache>);

struct Cache {
    known: RwLock<Known>,
    source: Option<Source>,
}

/// Where they come from, over the network.
struct Source {
    site: Site,
    fresh_ms: u64,
    stale_ms: u64,
    /// When it was asked last. Held by whoever asks.
    asked: Arc<Mutex<Option<u64>>>,
}

#[derive(Default)]
struct Known {
    keys: Option<Arc<KeySet>>,
    fetched_at: u64,
}

impl KeyCache {
    pub(super) fn new(at: &KeysAt) -> Result<Self, String> {
        let (known, source) = match at {
            KeysAt::File(path) => {
                let known = Known {
                    keys: Some(Arc::new(read(path)?)),
                    fetched_at: 0,
                };
                (known, None)
            }
            KeysAt::Url {
                url,
                ca_file,
                fresh,
                stale,
            } => {
                let site = Site::at(url, ca_file.clone());
                let source = Source {
                    site: site.map_err(|problem| format!("keys_url: {problem}"))?,
                    fresh_ms: millis(*fresh),
                    stale_ms: millis(*stale),
                    asked: Arc::default(),
                };
                (Known::default(), Some(source))
            }
        };
        Ok(Self(Arc::new(Cache {
            known: RwLock::new(known),
            source,
        })))
    }

    /// Keys among which that of this name is, if the provider has it. `now` is of a clock that nobody sets back: keys whose
    /// age could not grow would hold for ever.
    pub(super) async fn with(
        &self,
        key_id: Option<&str>,
        now: u64,
    ) -> Result<Arc<KeySet>, TokenRefused> {
        let cache = &self.0;
        let Some(source) = &cache.source else {
            return cache.known().0.ok_or(TokenRefused::NoKeys);
        };
        let (keys, fetched_at) = cache.known();
        let age = now.saturating_sub(fetched_at);
        let named = keys.clone().filter(|keys| keys.has(key_id));
        if let Some(keys) = &named
            && age < source.fresh_ms
        {
            return Ok(Arc::clone(keys));
        }
        // Whoever has keys that hold does not wait for another's attempt.
        let held = keys.filter(|_| age < source.stale_ms);
        let asked = Arc::clone(&source.asked);
        let asked = match (named.is_some() && held.is_some(), asked.try_lock_owned()) {
            (_, Ok(asked)) => asked,
            (true, Err(_)) => return held.ok_or(TokenRefused::NoKeys),
            (false, Err(_)) => Arc::clone(&source.asked).lock_owned().await,
        };
        let fetching = Arc::clone(cache);
        // In a task of its own: whoever hangs up while it waits takes neither the attempt nor its answer away.
        let fetched = tokio::spawn(async move { fetching.fetch(asked, now).await });
        fetched.await.map_err(|_| TokenRefused::NoKeys)?;
        let (keys, fetched_at) = cache.known();
        let age = now.saturating_sub(fetched_at);
        keys.filter(|_| age < source.stale_ms)
            .ok_or(TokenRefused::NoKeys)
    }
}

impl Cache {
    /// Asks the provider, unless it was asked a moment ago.
    async fn fetch(&self, mut asked: OwnedMutexGuard<Option<u64>>, now: u64) {
        let Some(source) = &self.source else { return };
        if asked.is_some_and(|at| now.saturating_sub(at) < BETWEEN_ATTEMPTS_MS) {
            return;
        }
        *asked = Some(now);
        let fetched = match source.site.get(TIMEOUT).await {
            Ok(answer) if answer.status == StatusCode::OK => {
                KeySet::parse(&answer.body).map_err(|error| error.to_string())
            }
            Ok(answer) => Err(format!("it answered {}", answer.status.as_u16())),
            Err(problem) => Err(problem),
        };
        match fetched {
            Ok(keys) => {
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                *known = Known {
                    keys: Some(Arc::new(keys)),
                    fetched_at: now,
                };
            }
            Err(problem) => {
                tracing::warn!(
                    problem,
                    "the provider's keys cannot be fetched; those that are known go on for a while"
                );
            }
        }
    }

    fn known(&self) -> (Option<Arc<KeySet>>, u64) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        (known.keys.clone(), known.fetched_at)
    }
}

fn read(path: &Path) -> Result<KeySet, String> {
    let problem = |what: &dyn std::fmt::Display| format!("keys_file: {}: {what}", path.display());
    let size = std::fs::metadata(path)
        .map_err(|error| problem(&error))?
        .len();
    if size > MAX_FILE_BYTES {
        return Err(problem(&"it is larger than 256 KiB"));
    }
    let json = std::fs::read(path).map_err(|error| problem(&error))?;
    KeySet::parse(&json).map_err(|error| problem(&error))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
