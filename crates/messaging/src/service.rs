//! The service: one value that the faces hold, and what it starts and stops.

mod dispatchers;
mod housekeeping;
mod steady;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wardline_phi::{BlindIndex, KeyRing};

use crate::channel::Channel;
use crate::error::OperationError;
use crate::intake::{ControlIds, DoubtfulTexts};
use crate::ledger::{LedgerHandle, LedgerParts, Queues, RunningLedger, Totals};
use crate::model::{ChannelName, EventKind, Queue};
use crate::operations::Jobs;
use crate::port::{Clock, MessageStore, PartnerFactory};
use crate::sealing::Sealer;
use crate::watch::{EventStream, Health, Watch};
use dispatchers::Dispatchers;

/// What the service is made of.
pub struct MessagingParts {
    /// Where messages are kept.
    pub store: Arc<dyn MessageStore>,
    /// Seals what is stored.
    pub ring: Arc<KeyRing>,
    /// Makes the tokens that messages are found by.
    pub blind_index: Arc<BlindIndex>,
    /// Wall-clock time.
    pub clock: Arc<dyn Clock>,
    /// Reaches partners.
    pub partners: Arc<dyn PartnerFactory>,
    /// Below this many free bytes on the store's disk, messages are answered AE.
    pub min_free_bytes: u64,
    /// Name of this node: the beginning of the control ids that it makes (MSH-10 of answers and of
    /// edited messages).
    pub node: String,
}

/// The service. Copies are cheap and stand for the same.
#[derive(Clone)]
pub struct Messaging(pub(crate) Arc<Inner>);

/// What all copies share.
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn MessageStore>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) index: Arc<BlindIndex>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) watch: Arc<Watch>,
    pub(crate) ledger: LedgerHandle,
    pub(crate) control_ids: ControlIds,
    pub(crate) doubtful_texts: DoubtfulTexts,
    pub(crate) dispatchers: Dispatchers,
    pub(crate) jobs: Jobs,
    channels: RwLock<BTreeMap<ChannelName, Arc<Channel>>>,
    totals: Arc<RwLock<Totals>>,
    running_ledger: Mutex<Option<RunningLedger>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Messaging {
    /// Starts the service on what the store holds: queues are taken up where they were left.
    ///
    /// # Errors
    /// The store cannot be read, or a destination cannot be made from its configuration.
    pub async fn start(
        parts: MessagingParts,
        channels: Vec<Channel>,
    ) -> Result<Self, OperationError> {
        let watch = Arc::new(Watch::new(Arc::clone(&parts.clock)));
        let sealer = Arc::new(Sealer::new(parts.ring));
        let queues = Arc::<Queues>::default();
        let ledger = RunningLedger::start(LedgerParts {
            store: Arc::clone(&parts.store),
            sealer: Arc::clone(&sealer),
            clock: Arc::clone(&parts.clock),
            watch: Arc::clone(&watch),
            queues: Arc::clone(&queues),
        })
        .await?;
        let jobs = Jobs::new(parts.store.jobs().await?);
        let messaging = Self(Arc::new(Inner {
            store: parts.store,
            sealer,
            index: parts.blind_index,
            control_ids: ControlIds::new(&parts.node, parts.clock.now()),
            doubtful_texts: DoubtfulTexts::default(),
            clock: parts.clock,
            watch,
            ledger: ledger.handle.clone(),
            dispatchers: Dispatchers::new(queues, parts.partners),
            jobs,
            channels: RwLock::default(),
            totals: Arc::clone(&ledger.totals),
            running_ledger: Mutex::new(Some(ledger)),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }));
        let clock = match messaging.steady_clock().await {
            Ok(clock) => messaging.reload(channels).await.map(|()| clock),
            Err(error) => Err(error),
        };
        match clock {
            Ok(clock) => messaging.keep_house(parts.min_free_bytes, clock),
            Err(error) => {
                messaging.stop().await;
                return Err(error);
            }
        }
        Ok(messaging)
    }

    /// Takes up other channels. Destinations that did not change go on undisturbed; what waits for one that
    /// is gone stays stored.
    ///
    /// # Errors
    /// A destination cannot be made from its configuration: nothing changes then.
    pub async fn reload(&self, channels: Vec<Channel>) -> Result<(), OperationError> {
        let channels: BTreeMap<_, _> = channels
            .into_iter()
            .map(|c| (c.name.clone(), Arc::new(c)))
            .collect();
        self.0.dispatchers.apply(&self.0, &channels).await?;
        *self
            .0
            .channels
            .write()
            .unwrap_or_else(PoisonError::into_inner) = channels;
        Ok(())
    }

    /// Takes no more messages, finishes what is on its way, writes what was handed in. What still waits stays
    /// stored.
    pub async fn stop(&self) {
        self.0.watch.stopping();
        self.0.stop.cancel();
        self.0.dispatchers.stop().await;
        self.0.tasks.close();
        self.0.tasks.wait().await;
        let ledger = self
            .0
            .running_ledger
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(ledger) = ledger {
            ledger.stop().await;
        }
    }

    /// A channel as it is configured.
    pub fn channel_definition(&self, name: &ChannelName) -> Option<Arc<Channel>> {
        self.0.channel(name)
    }

    /// All channels as they are configured.
    pub fn channel_definitions(&self) -> Vec<Arc<Channel>> {
        self.0.channels().values().cloned().collect()
    }

    /// All totals.
    pub fn totals(&self) -> Totals {
        self.0.totals()
    }

    /// Whether messages can be taken now.
    pub fn health(&self) -> Health {
        self.0.watch.health()
    }

    /// Events after this one, or from now on.
    pub fn subscribe(&self, after: Option<u64>) -> EventStream {
        self.0.watch.subscribe(after)
    }

    /// Whether the thread that writes still works. Without it nothing is taken, and only a new start helps.
    pub fn is_running(&self) -> bool {
        let ledger = self
            .0
            .running_ledger
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        ledger.as_ref().is_some_and(RunningLedger::is_running)
    }

    /// Tells those who watch of something that happened at the edge.
    pub fn announce(&self, kind: EventKind) {
        self.0.watch.tell(kind);
    }

    /// The room that the store takes, and what is left on its disk.
    ///
    /// # Errors
    /// The store failed.
    pub async fn usage(&self) -> Result<crate::port::StoreUsage, OperationError> {
        Ok(self.0.store.usage().await?)
    }

    /// Milliseconds since 1970, by the service's clock.
    pub fn now(&self) -> crate::model::UnixMillis {
        self.0.clock.now()
    }
}

impl Inner {
    pub(crate) fn channel(&self, name: &ChannelName) -> Option<Arc<Channel>> {
        self.channels
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    pub(crate) fn channels(&self) -> BTreeMap<ChannelName, Arc<Channel>> {
        self.channels
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn totals(&self) -> Totals {
        self.totals
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Messages that wait for a destination now.
    pub(crate) fn waiting(&self, queue: &Queue) -> u64 {
        let totals = self.totals.read().unwrap_or_else(PoisonError::into_inner);
        totals.waiting(queue)
    }

    /// Does `work` to its end, also when nobody waits for it any more: what becomes durable must be known here too.
    pub(crate) async fn see_through<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, OperationError>> + Send + 'static,
    ) -> Result<T, OperationError> {
        let done = self.tasks.spawn(work).await;
        done.unwrap_or(Err(OperationError::Stopping))
    }

    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.stop
    }
}
