//! The service: one value that whoever discloses or changes something holds.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wardline_kernel::{Change, Clock, Spell, StoreError, UnixMillis};
use wardline_phi::{BlindIndex, KeyRing};

use crate::error::{NotRecorded, OperationError};
use crate::figures::Counted;
use crate::model::{Event, EventKind, LeafHeader, Origin, Outcome, Seq, UserName};
use crate::port::{AuditStore, Head};
use crate::refusals::Refusals;
use crate::rules::Rules;
use crate::sealing::Sealer;
use crate::settings::Settings;
use crate::signing::{Checkpoint, NoteKey, SigningKeys};
use crate::writer::{Asked, Handle, Writer, WriterParts};

/// How often it is looked for numbers that are to be recorded.
const COUNTED_EVERY: Duration = Duration::from_secs(5);

/// What the service is made of.
pub struct AuditParts {
    /// Where the trail is kept.
    pub store: Arc<dyn AuditStore>,
    /// Seals what is stored.
    pub ring: Arc<KeyRing>,
    /// Makes the tokens that records are found by.
    pub blind_index: Arc<BlindIndex>,
    /// Wall-clock time.
    pub clock: Arc<dyn Clock>,
    /// Signs checkpoints.
    pub keys: Arc<SigningKeys>,
}

/// The audit trail. Copies are cheap and stand for the same.
#[derive(Clone)]
pub struct Audit(pub(crate) Arc<Inner>);

/// What all copies share.
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn AuditStore>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keys: Arc<SigningKeys>,
    pub(crate) settings: Settings,
    pub(crate) counted: Counted,
    pub(crate) refusals: Mutex<Refusals>,
    /// Held while a row beside the trail is read, changed and written.
    pub(crate) changing: tokio::sync::Mutex<()>,
    handle: Mutex<Option<Handle>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Audit {
    /// Opens the trail, and records that it was opened, or repaired when the process before did not close it. Starts
    /// the writer's thread; needs a runtime.
    ///
    /// # Errors
    /// The store or a key cannot be had, or the trail does not end as its last checkpoint says.
    pub async fn open(parts: AuditParts, settings: Settings) -> Result<Self, OperationError> {
        let head = parts.store.head().await?.unwrap_or_default();
        let was_closed = ended_with(&*parts.store, &head).await?;
        let checkpointed = checkpointed(&*parts.store, &head, parts.keys.verifiers()).await?;
        let sealer = Arc::new(Sealer::new(parts.ring, parts.blind_index));
        let (handle, waiting) = Handle::new(settings.wait);
        let writer = Writer::new(WriterParts {
            store: Arc::clone(&parts.store),
            sealer: Arc::clone(&sealer),
            clock: Arc::clone(&parts.clock),
            keys: Arc::clone(&parts.keys),
            checkpoint_every_records: settings.checkpoint_every_records.max(1),
            rules: Rules::new(settings.rules.clone()),
            head,
            checkpointed,
        });
        let runtime = tokio::runtime::Handle::current();
        let thread = std::thread::Builder::new()
            .name("audit-writer".to_owned())
            .spawn(move || runtime.block_on(writer.run(waiting)))
            .map_err(|error| StoreError::Unavailable(format!("no thread to write on: {error}")))?;
        let audit = Self(Arc::new(Inner {
            store: parts.store,
            sealer,
            clock: parts.clock,
            keys: parts.keys,
            settings,
            counted: Counted::default(),
            refusals: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
            handle: Mutex::new(Some(handle)),
            thread: Mutex::new(Some(thread)),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }));
        let kind = if was_closed {
            EventKind::TrailOpened
        } else {
            EventKind::TrailRepaired
        };
        audit.record_one(itself(kind)).await?;
        Ok(audit)
    }

    /// From now on checkpoints are signed as often as the settings say, and numbers of refusals that were counted are
    /// recorded.
    pub fn start(&self) {
        self.start_counting();
        let audit = self.clone();
        self.0.tasks.spawn(async move {
            let every = audit.0.settings.checkpoint_every;
            let mut spell = Spell::default();
            while !stopped(&audit.0.stop, every).await {
                match spell.tell(audit.checkpoint().await) {
                    Some(Change::Began(error)) => {
                        tracing::error!(%error, "no checkpoint of the audit trail can be signed now");
                    }
                    Some(Change::Ended) => tracing::info!("checkpoints are signed again"),
                    None => {}
                }
            }
        });
    }

    fn start_counting(&self) {
        let audit = self.clone();
        self.0.tasks.spawn(async move {
            let mut spell = Spell::default();
            while !stopped(&audit.0.stop, COUNTED_EVERY).await {
                match spell.tell(audit.record_counted().await) {
                    Some(Change::Began(error)) => {
                        tracing::error!(%error, "numbers of refusals cannot be recorded now");
                    }
                    Some(Change::Ended) => tracing::info!("numbers of refusals are recorded again"),
                    None => {}
                }
            }
        });
    }

    /// Records what was counted and that the trail is closed, signs a last checkpoint, and ends the writer. Nothing is recorded any more.
    ///
    /// # Errors
    /// [`NotRecorded`]; the trail is closed all the same.
    pub async fn stop(&self) -> Result<(), NotRecorded> {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        let counted = self.record_last_counted().await;
        let closed = self
            .ask(Asked {
                events: vec![itself(EventKind::TrailClosed)],
                checkpoint: true,
                ..Asked::default()
            })
            .await;
        drop(lock(&self.0.handle).take());
        let thread = lock(&self.0.thread).take();
        if let Some(thread) = thread {
            let joined = tokio::task::spawn_blocking(move || thread.join()).await;
            if !matches!(joined, Ok(Ok(()))) {
                tracing::error!("the audit writer's thread ended by a panic");
            }
        }
        counted.and(closed.map(|_| ()))
    }

    /// Whether it takes records. When it does not, nothing of a patient may leave.
    pub fn is_running(&self) -> bool {
        lock(&self.0.handle).as_ref().is_some_and(Handle::is_open)
    }

    /// Milliseconds since 1970, by the trail's clock.
    pub fn now(&self) -> UnixMillis {
        self.0.clock.now()
    }

    /// The keys that others check this trail's checkpoints with, oldest first.
    pub fn verifiers(&self) -> &[NoteKey] {
        self.0.keys.verifiers()
    }

    /// The trail's name, as it stands in its checkpoints.
    pub fn origin(&self) -> &str {
        self.0.keys.origin()
    }

    /// What the site decided about it.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) async fn ask(&self, asked: Asked) -> Result<crate::Recorded, NotRecorded> {
        let handle = lock(&self.0.handle).clone();
        let (events, since) = (asked.events.len(), Instant::now());
        let answer = match handle {
            Some(handle) => handle.ask(asked).await,
            None => Err(NotRecorded::Closed),
        };
        let counted = &self.0.counted;
        counted.asked(events, answer.is_ok(), since.elapsed());
        answer
    }

    /// Does `work` on a task that the service waits for before it stops. Whoever stops waiting for it does not stop it.
    ///
    /// # Errors
    /// It ended by a panic.
    pub(crate) async fn to_its_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, JoinError> {
        self.0.tasks.spawn(work).await
    }

    /// Whether the service is about to stop: what takes long ends where it can go on later.
    pub(crate) fn is_stopping(&self) -> bool {
        self.0.stop.is_cancelled()
    }

    /// How many records there are.
    pub(crate) async fn size(&self) -> Result<u64, OperationError> {
        let head = self.0.store.head().await?;
        Ok(head.map_or(0, |head| head.tree.size()))
    }
}

/// The trail's own name among users.
pub(crate) fn trail_itself() -> UserName {
    #[expect(clippy::expect_used, reason = "the name is within the limits")]
    UserName::new("wardline/audit").expect("a user's name")
}

pub(crate) fn itself(kind: EventKind) -> Event {
    Event::new(kind, Outcome::Success, Origin::of(trail_itself()))
}

/// Whether the trail is new, or ends with having been closed; and whether its last leaf is the one of its head.
async fn ended_with(store: &dyn AuditStore, head: &Head) -> Result<bool, OperationError> {
    let Some(last) = head.tree.size().checked_sub(1) else {
        return match store.leaves(Seq(0), 1).await?.first() {
            None => Ok(true),
            Some((seq, _)) => Err(OperationError::Damaged(*seq)),
        };
    };
    let leaves = store.leaves(Seq(last), 2).await?;
    let [(seq, bytes)] = leaves.as_slice() else {
        return Err(OperationError::Damaged(Seq(last)));
    };
    let header = LeafHeader::parse(bytes).map(|(header, _)| header);
    let header = header.ok_or(OperationError::Damaged(Seq(last)))?;
    if seq.0 != last || crate::tree::leaf_hash(bytes) != head.last_hash {
        return Err(OperationError::Damaged(Seq(last)));
    }
    Ok(header.kind == EventKind::TrailClosed)
}

/// The size of the last checkpoint, which must be one of this trail.
async fn checkpointed(
    store: &dyn AuditStore,
    head: &Head,
    keys: &[NoteKey],
) -> Result<u64, OperationError> {
    let Some(last) = store.last_checkpoint().await? else {
        return Ok(0);
    };
    let size = head.tree.size();
    let damaged = OperationError::Damaged(Seq(last.size.saturating_sub(1)));
    let Ok(checkpoint) = Checkpoint::open(&last.note, keys) else {
        return Err(damaged);
    };
    let is_whole = checkpoint.size == last.size
        && last.size <= size
        && (last.size < size || checkpoint.root == head.tree.root());
    if is_whole {
        Ok(last.size)
    } else {
        Err(damaged)
    }
}

/// Waits; `true` when the service stops.
async fn stopped(stop: &CancellationToken, interval: Duration) -> bool {
    tokio::select! {
        () = stop.cancelled() => true,
        () = tokio::time::sleep(interval) => false,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
