//! The service: one value that the faces hold, and what it does by itself.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wardline_kernel::{Change, Clock, Spell, StoreError, UnixMillis};
use wardline_phi::{BlindIndex, IndexField, KeyRing, Token};

use crate::error::OperationError;
use crate::follow::Follower;
use crate::model::{EventKind, FactError, UserName};
use crate::port::{Ended, SessionStore, WRITE_BEHIND_INTERVAL};
use crate::sealing::Sealer;
use crate::settings::Settings;
use crate::users::Users;
use crate::watch::{EventStream, Happened, Watch};

/// How often ended sessions are looked for: well within the second in which an end is announced.
const EXPIRY_INTERVAL: Duration = Duration::from_millis(200);

/// What the service is made of.
pub struct SessionsParts {
    /// Where sessions are kept.
    pub store: Arc<dyn SessionStore>,
    /// Seals what is stored.
    pub ring: Arc<KeyRing>,
    /// Makes the tokens that users' sessions are found by.
    pub blind_index: Arc<BlindIndex>,
    /// Wall-clock time: the server's, never a client's.
    pub clock: Arc<dyn Clock>,
}

/// The service. Copies are cheap and stand for the same.
#[derive(Clone)]
pub struct Sessions(pub(crate) Arc<Inner>);

/// What all copies share.
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn SessionStore>,
    pub(crate) sealer: Sealer,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) users: Users,
    pub(crate) watch: Arc<Watch>,
    follower: OnceLock<Follower>,
    index: Arc<BlindIndex>,
    settings: RwLock<Arc<Settings>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Sessions {
    /// The service on what the store holds. Nothing ends by itself before [`Sessions::start`].
    pub fn new(parts: SessionsParts, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            watch: Arc::new(Watch::new(parts.clock.now())),
            follower: OnceLock::new(),
            store: parts.store,
            sealer: Sealer::new(parts.ring),
            clock: parts.clock,
            users: Users::default(),
            index: parts.blind_index,
            settings: RwLock::new(Arc::new(settings)),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }))
    }

    /// Starts the tasks that end sessions in time and write what is behind. Needs a tokio runtime.
    pub fn start(&self) {
        let sessions = self.clone();
        self.0
            .tasks
            .spawn(async move { sessions.keep_expiry().await });
        let sessions = self.clone();
        self.0
            .tasks
            .spawn(async move { sessions.keep_writing().await });
    }

    /// Takes up what happened at every instance that shares the store, and follows it from then on: what is told is the same at
    /// each of them, under the same numbers. Nothing is to be done where this process has the store to itself. Call it once,
    /// before anybody subscribes. While the log cannot be read, nothing is told; who subscribed by then is told
    /// [`Told::Missed`](crate::Told::Missed) first. Needs a tokio runtime.
    pub async fn follow(&self) {
        let Some(log) = self.0.store.event_log() else {
            return;
        };
        let follower = Follower::new(log, Arc::clone(&self.0.watch));
        let begun = follower.catch_up(self.now()).await;
        if self.0.follower.set(follower).is_ok() {
            let sessions = self.clone();
            self.0
                .tasks
                .spawn(async move { sessions.keep_following(begun).await });
        }
    }

    /// Ends the tasks and the event streams, and writes what is behind.
    pub async fn stop(&self) {
        self.0.stop.cancel();
        self.0.watch.stop();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        if let Err(error) = self.0.store.write_behind().await {
            tracing::warn!(%error, "the last minute's activity was not written: some sessions may end early");
        }
    }

    /// Takes up other settings. Limits hold for sessions that begin or are renewed from now on; permissions, and
    /// roles that are gone, from the next check on.
    pub fn reload(&self, settings: Settings) {
        *self
            .0
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    /// The settings as they are.
    pub fn settings(&self) -> Arc<Settings> {
        let settings = self.0.settings.read();
        Arc::clone(&settings.unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes sure that an event that a reader was told of, perhaps by another instance, is known here, or is known to be nobody's.
    ///
    /// # Errors
    /// The store failed: what the reader missed cannot be said now.
    pub async fn reach(&self, event: u64) -> Result<(), OperationError> {
        match self.0.follower.get() {
            Some(follower) if event > self.0.watch.position() => {
                Ok(follower.catch_up(self.now()).await?)
            }
            _ => Ok(()),
        }
    }

    /// Events after this one, or from now on. Where the store is shared, [`Sessions::reach`] it first.
    pub fn subscribe(&self, after: Option<u64>) -> EventStream {
        self.0.watch.subscribe(after)
    }

    /// How often each kind of thing happened to sessions since this process began.
    pub fn happened(&self) -> BTreeMap<EventKind, u64> {
        self.0.watch.counts()
    }

    /// Milliseconds since 1970, by the service's clock.
    pub fn now(&self) -> UnixMillis {
        self.0.clock.now()
    }

    async fn keep_expiry(&self) {
        let mut spell = Spell::default();
        while self.pause(EXPIRY_INTERVAL).await {
            match spell.tell(self.expire().await) {
                Some(Change::Began(error)) => tracing::warn!(
                    %error,
                    "what has ended cannot be taken away now; checks refuse it all the same"
                ),
                Some(Change::Ended) => tracing::info!("what has ended is taken away again"),
                None => {}
            }
        }
    }

    async fn keep_writing(&self) {
        let mut spell = Spell::default();
        while self.pause(WRITE_BEHIND_INTERVAL).await {
            match spell.tell(self.0.store.write_behind().await) {
                Some(Change::Began(error)) => {
                    tracing::warn!(%error, "activity cannot be written now; it is tried again");
                }
                Some(Change::Ended) => tracing::info!("activity is written again"),
                None => {}
            }
        }
    }

    async fn keep_following(&self, begun: Result<(), StoreError>) {
        let Some(follower) = self.0.follower.get() else {
            return;
        };
        let mut spell = Spell::default();
        let mut read = begun;
        loop {
            match spell.tell(read) {
                Some(Change::Began(error)) => tracing::warn!(
                    %error,
                    "what happens to sessions cannot be read now; it is told later"
                ),
                Some(Change::Ended) => tracing::info!("what happens to sessions is told again"),
                None => {}
            }
            let next = async {
                follower.changed().await;
                follower.catch_up(self.now()).await
            };
            // A store that does not answer holds up no stop.
            match self.0.stop.run_until_cancelled(next).await {
                Some(next) => read = next,
                None => return,
            }
        }
    }

    /// Waits; `false` when the service stops.
    async fn pause(&self, interval: Duration) -> bool {
        tokio::select! {
            () = self.0.stop.cancelled() => false,
            () = tokio::time::sleep(interval) => true,
        }
    }
}

impl Inner {
    /// The blind token of a user.
    pub(crate) fn token_of(&self, user: &UserName) -> Result<Token, OperationError> {
        let token = self
            .index
            .token(IndexField::SessionUser, user.expose().as_bytes());
        token.ok_or(OperationError::Fact(FactError::User))
    }

    /// Tells everybody of sessions that ended.
    pub(crate) fn tell_ended(&self, ended: &[Ended], now: UnixMillis) {
        let happened = ended.iter().map(|ended| Happened {
            id: ended.id,
            placement: Arc::clone(&ended.placement),
            kind: EventKind::Ended(ended.cause),
            version: ended.version,
        });
        self.watch.tell(now, happened);
    }
}
