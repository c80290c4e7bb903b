//! Which key seals and opens what. A key that is held is given at once; one that is not is asked for on a thread that may
//! block, by one caller after another, so that a key service that is away holds up nobody who does not need it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;
use wardline_phi::{DataKeyId, KeyRing, KeyRingError, KeyScope, OpenError, data_key_id_of};

use crate::error::OperationError;
use crate::model::{ChannelName, UnixMillis};

/// A UTC day in milliseconds. None lies in two months.
const DAY_MS: u64 = 86_400_000;

/// A key that the ring holds, for good: what is sealed under it is sealed without asking anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeldKey(DataKeyId);

impl HeldKey {
    pub(super) fn id(self) -> DataKeyId {
        self.0
    }
}

/// The keys of all channels.
pub(super) struct Keys {
    ring: Arc<KeyRing>,
    /// The key of each channel on the day of its last message, so that most messages need no month computed.
    of_day: RwLock<BTreeMap<ChannelName, OfDay>>,
    /// Held while the key service is asked: all senders of a new channel together take one thread.
    asking: Arc<Mutex<()>>,
}

#[derive(Clone, Copy)]
struct OfDay {
    day: u64,
    key: HeldKey,
}

impl Keys {
    pub(super) fn new(ring: Arc<KeyRing>) -> Self {
        Self {
            ring,
            of_day: RwLock::default(),
            asking: Arc::default(),
        }
    }

    /// The key of what `channel` takes at `at`; made when there is none yet.
    pub(super) async fn of(
        &self,
        channel: &ChannelName,
        at: UnixMillis,
    ) -> Result<HeldKey, OperationError> {
        match self.of_day(channel, at) {
            Some(key) => Ok(key),
            None => self.of_month(channel, at).await,
        }
    }

    /// Has the key that `sealed` was sealed under unwrapped.
    pub(super) async fn hold_for(&self, sealed: &[u8]) -> Result<(), NotHeld> {
        let id = data_key_id_of(sealed).map_err(OpenError::from)?;
        if self.ring.is_held(id) {
            return Ok(());
        }
        let held = self.ask(move |ring| ring.hold(id)).await;
        Ok(held.ok_or(NotHeld::Stopping)?.map_err(OpenError::from)?)
    }

    fn of_day(&self, channel: &ChannelName, at: UnixMillis) -> Option<HeldKey> {
        let of_day = self.of_day.read().unwrap_or_else(PoisonError::into_inner);
        let of_day = of_day.get(channel)?;
        (of_day.day == at / DAY_MS).then_some(of_day.key)
    }

    async fn of_month(
        &self,
        channel: &ChannelName,
        at: UnixMillis,
    ) -> Result<HeldKey, OperationError> {
        let scope = month(channel, at)?;
        let id = if let Some(id) = self.ring.cached_data_key(&scope) {
            id
        } else {
            let made = self.ask(move |ring| ring.data_key(&scope, at)).await;
            made.ok_or(OperationError::Stopping)??
        };
        let (day, key) = (at / DAY_MS, HeldKey(id));
        self.of_day
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(channel.clone(), OfDay { day, key });
        Ok(key)
    }

    /// Asks where blocking is expected; `None` when the runtime ends. Whoever gives up meanwhile lets nobody else ask
    /// at the same time.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&KeyRing) -> Result<T, KeyRingError> + Send + 'static,
    ) -> Option<Result<T, KeyRingError>> {
        let asking = Arc::clone(&self.asking).lock_owned().await;
        let ring = Arc::clone(&self.ring);
        let asked = tokio::task::spawn_blocking(move || {
            let answer = question(&ring);
            drop(asking);
            answer
        });
        asked.await.ok()
    }
}

/// Why the key of a sealed value is not held.
pub(super) enum NotHeld {
    Open(OpenError),
    Stopping,
}

impl From<OpenError> for NotHeld {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

/// What a channel's key of the month covers.
fn month(channel: &ChannelName, at: UnixMillis) -> Result<KeyScope, OperationError> {
    KeyScope::channel_month(channel.as_str(), at)
        .map_err(|error| OperationError::Invalid(error.to_string()))
}
