//! The service: one value that the faces hold, and what it does by itself.
//!
//! Everything that changes goes through one lock, in the order in which it came; what is read comes from the
//! board, which holds finished views and never waits for a change or for the disk. A change is stored before it
//! is shown. Once begun it is brought to its end, also when whoever asked has gone.

mod charts;
mod loading;
mod publish;
mod state;
mod told;
mod unread;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wardline_kernel::{Clock, UnixMillis};
use wardline_phi::{BlindIndex, KeyRing};

use crate::census::{CensusLimits, Reading};
use crate::chart::{DEFAULT_SKEW_LIMIT_MS, Rules};
use crate::error::OperationError;
use crate::freshness::Freshness;
use crate::model::{BedId, UnitId};
use crate::news2::News2;
use crate::port::{BedStore, Durability, Write};
use crate::score::{BandPolicy, Score};
use crate::sealing::Sealer;
use crate::trend::{DEFAULT_SPAN_MS, MAX_SPAN_MS};
use crate::watch::{BedStream, Board, EventStream, Events, Since};

pub(crate) use charts::{Entry, KeptChart};
pub(crate) use publish::unit_of;
pub(crate) use state::{MAX_ASIDE_OBSERVATIONS, State, StoredClock};
pub use told::{MAX_TOLD, ToldBand, ToldKind};
use unread::UnreadCodes;

/// How often time is let pass: staleness shows within a second.
const TICK_INTERVAL: Duration = Duration::from_millis(500);
/// How often what was written is synced: within the second that a loss of power may cost.
const SYNC_INTERVAL: Duration = Duration::from_millis(500);
/// How often what is old is forgotten.
const TIDY_INTERVAL: Duration = Duration::from_mins(10);

/// What the service is made of.
pub struct LiveBedsParts {
    /// Where beds, stays and charts are kept.
    pub store: Arc<dyn BedStore>,
    /// Seals what is stored.
    pub ring: Arc<KeyRing>,
    /// Makes the tokens that beds are stored under.
    pub blind_index: Arc<BlindIndex>,
    /// Wall-clock time.
    pub clock: Arc<dyn Clock>,
}

/// How the service works.
#[derive(Clone)]
pub struct Settings {
    /// How much is kept.
    pub limits: CensusLimits,
    /// How messages are read.
    pub reading: Reading,
    /// How old values may be.
    pub freshness: Freshness,
    /// How they are scored.
    pub score: Arc<dyn Score>,
    /// When changes of band are told.
    pub bands: BandPolicy,
    /// A device's clock is reported when it differs by more.
    pub skew_limit_ms: u64,
    /// How far back trends go, at most [`MAX_SPAN_MS`](crate::trend::MAX_SPAN_MS).
    pub trend_span_ms: u64,
    /// Beds that exist before a message mentions them.
    pub beds: Vec<BedId>,
}

impl Default for Settings {
    /// NEWS2 with the default limits.
    fn default() -> Self {
        Self {
            limits: CensusLimits::default(),
            reading: Reading::default(),
            freshness: Freshness::default(),
            score: Arc::new(News2),
            bands: BandPolicy::default(),
            skew_limit_ms: DEFAULT_SKEW_LIMIT_MS,
            trend_span_ms: DEFAULT_SPAN_MS,
            beds: Vec::new(),
        }
    }
}

impl Settings {
    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules {
            freshness: &self.freshness,
            score: self.score.as_ref(),
            bands: &self.bands,
            skew_limit_ms: self.skew_limit_ms,
            trend_span_ms: self.trend_span_ms.min(MAX_SPAN_MS),
        }
    }
}

/// The service. Copies are cheap and stand for the same.
#[derive(Clone)]
pub struct LiveBeds(pub(crate) Arc<Inner>);

/// What all copies share.
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn BedStore>,
    pub(crate) sealer: Sealer,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Settings,
    pub(crate) board: Arc<Board>,
    pub(crate) events: Arc<Events>,
    pub(crate) state: Mutex<State>,
    pub(crate) unread_codes: UnreadCodes,
    /// The start, by the clock that nobody sets.
    pub(crate) began: Instant,
    /// Whether something was written that is not synced yet.
    unsynced: AtomicBool,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl LiveBeds {
    /// The service on what the store holds: beds, stays and charts are taken up where they were left. Nothing
    /// happens by itself before [`LiveBeds::start`].
    ///
    /// # Errors
    /// The store cannot be read, or a declared bed is one too many.
    pub async fn open(parts: LiveBedsParts, settings: Settings) -> Result<Self, OperationError> {
        let now = parts.clock.now();
        let sealer = Sealer::new(parts.ring, parts.blind_index);
        let state = loading::load(parts.store.as_ref(), &sealer, &settings, now).await?;
        let beds = Self(Arc::new(Inner {
            store: parts.store,
            sealer,
            clock: parts.clock,
            settings,
            board: Arc::new(Board::new(now)),
            events: Arc::new(Events::new(now)),
            state: Mutex::new(state),
            unread_codes: UnreadCodes::default(),
            began: Instant::now(),
            unsynced: AtomicBool::new(false),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }));
        beds.0.show_all().await;
        Ok(beds)
    }

    /// Starts the tasks that let time pass, sync what was written and forget what is old. Needs a tokio runtime.
    pub fn start(&self) {
        let beds = self.clone();
        self.0.tasks.spawn(async move {
            while beds.pause(TICK_INTERVAL).await {
                beds.tick().await;
            }
        });
        let beds = self.clone();
        self.0.tasks.spawn(async move {
            while beds.pause(SYNC_INTERVAL).await {
                beds.sync_and_tell().await;
            }
        });
        let beds = self.clone();
        self.0.tasks.spawn(async move {
            while beds.pause(TIDY_INTERVAL).await {
                if let Err(error) = beds.tidy().await {
                    tracing::warn!(%error, "what is old could not be forgotten; it is tried again");
                }
            }
        });
    }

    /// Ends the streams and the tasks, lets what was begun end, and syncs what was written.
    pub async fn stop(&self) {
        self.0.stop.cancel();
        self.0.board.stop();
        self.0.events.stop();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        self.sync_and_tell().await;
    }

    /// Syncs what was written. The service does this by itself twice a second.
    ///
    /// # Errors
    /// The store failed; it is tried again.
    pub async fn sync(&self) -> Result<(), OperationError> {
        if self.0.unsynced.swap(false, Ordering::AcqRel) {
            let synced = self.0.store.commit(Vec::new(), Durability::Synced).await;
            if let Err(error) = synced {
                self.0.unsynced.store(true, Ordering::Release);
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Beds as they change, of one unit or of all.
    pub fn subscribe(&self, unit: Option<UnitId>, since: Since) -> BedStream {
        self.0.board.subscribe(unit, since)
    }

    /// The number of the last happening that a reader has: 0 when it was never given, as after a restart with a clock that
    /// is behind.
    pub fn known_event(&self, number: u64) -> u64 {
        self.0.events.known(number)
    }

    /// What happens, after this event or from now on, in one unit or in all.
    pub fn events(&self, unit: Option<UnitId>, after: Option<u64>) -> EventStream {
        self.0.events.subscribe(unit, after)
    }

    /// Milliseconds since 1970, by the service's clock.
    pub fn now(&self) -> UnixMillis {
        self.0.clock.now()
    }

    /// How the service works.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Brings work to its end, also when the caller does not wait for it.
    pub(crate) async fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, OperationError>> + Send + 'static,
    ) -> Result<T, OperationError> {
        let done = self.0.tasks.spawn(work).await;
        done.unwrap_or(Err(OperationError::Conflict(
            "the work ended before it was done; look for a panic in the log",
        )))
    }

    async fn sync_and_tell(&self) {
        if let Err(error) = self.sync().await {
            tracing::warn!(%error, "vital signs are not synced; it is tried again");
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
    /// Stores what survives the loss of power.
    pub(crate) async fn commit_synced(&self, writes: Vec<Write>) -> Result<(), OperationError> {
        Ok(self.store.commit(writes, Durability::Synced).await?)
    }

    /// Stores what survives the loss of the process, and within a second that of power.
    pub(crate) async fn commit_written(&self, writes: Vec<Write>) -> Result<(), OperationError> {
        self.store.commit(writes, Durability::Written).await?;
        self.unsynced.store(true, Ordering::Release);
        Ok(())
    }
}
