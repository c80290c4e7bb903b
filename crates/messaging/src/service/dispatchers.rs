//! The dispatchers that run: one per destination of a configured channel.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;
use wardline_hl7::Charset;

use super::Inner;
use crate::channel::{Channel, Destination};
use crate::delivery::{Courier, DestinationLive, DispatcherHandle, DispatcherParts, Feed};
use crate::error::OperationError;
use crate::ledger::Queues;
use crate::model::{ChannelName, Queue};
use crate::port::{Partner, PartnerFactory};

/// What a dispatcher is started from.
#[derive(Clone, PartialEq)]
struct Definition {
    destination: Destination,
    character_set: Option<Charset>,
}

/// A dispatcher and the definition that it was started from.
#[derive(Clone)]
struct Running {
    definition: Definition,
    handle: Arc<DispatcherHandle>,
}

/// All of them.
pub(crate) struct Dispatchers {
    running: RwLock<BTreeMap<Queue, Running>>,
    queues: Arc<Queues>,
    partners: Arc<dyn PartnerFactory>,
    /// Held while channels change.
    changing: tokio::sync::Mutex<()>,
}

impl Dispatchers {
    pub(super) fn new(queues: Arc<Queues>, partners: Arc<dyn PartnerFactory>) -> Self {
        Self {
            running: RwLock::default(),
            queues,
            partners,
            changing: tokio::sync::Mutex::new(()),
        }
    }

    /// Stops what is gone or changed and starts what is new or changed.
    pub(super) async fn apply(
        &self,
        inner: &Inner,
        channels: &BTreeMap<ChannelName, Arc<Channel>>,
    ) -> Result<(), OperationError> {
        let _changing = self.changing.lock().await;
        let wanted: BTreeMap<Queue, Definition> = channels
            .values()
            .flat_map(|channel| {
                channel.destinations.iter().map(|destination| {
                    let definition = Definition {
                        destination: destination.clone(),
                        character_set: channel.character_set(),
                    };
                    (channel.queue(destination), definition)
                })
            })
            .collect();
        let before = self.snapshot();
        let mut starting = Vec::new();
        for (queue, definition) in &wanted {
            if before
                .get(queue)
                .is_some_and(|running| running.definition == *definition)
            {
                continue;
            }
            let partner = self
                .partners
                .partner(&queue.channel, &definition.destination)
                .map_err(|problem| {
                    OperationError::Invalid(format!("destination `{queue}`: {problem}"))
                })?;
            starting.push((queue.clone(), definition.clone(), partner));
        }
        for (queue, running) in &before {
            if wanted
                .get(queue)
                .is_none_or(|definition| running.definition != *definition)
            {
                self.end(queue, running).await;
            }
        }
        for (queue, definition, partner) in starting {
            self.begin(inner, queue, definition, partner);
        }
        Ok(())
    }

    pub(super) async fn stop(&self) {
        let _changing = self.changing.lock().await;
        let running = self.snapshot();
        // All are told before the first is waited for.
        for running in running.values() {
            running.handle.begin_to_stop();
        }
        for (queue, running) in running {
            self.end(&queue, &running).await;
        }
    }

    /// The dispatcher of a destination.
    pub(crate) fn of(&self, queue: &Queue) -> Option<Arc<DispatcherHandle>> {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        running
            .get(queue)
            .map(|running| Arc::clone(&running.handle))
    }

    /// A destination as it is now.
    pub(crate) fn live(&self, queue: &Queue) -> Option<DestinationLive> {
        self.of(queue).map(|handle| handle.live.read())
    }

    fn begin(
        &self,
        inner: &Inner,
        queue: Queue,
        definition: Definition,
        partner: Arc<dyn Partner>,
    ) {
        let feed = Arc::<Feed>::default();
        self.queues.insert(queue.clone(), Arc::clone(&feed));
        let destination = &definition.destination;
        let courier = Courier {
            queue: queue.clone(),
            retry: destination.retry.clone(),
            on_unknown_outcome: destination.on_unknown_outcome,
            character_set: definition.character_set,
            partner,
            store: Arc::clone(&inner.store),
            sealer: Arc::clone(&inner.sealer),
            ledger: inner.ledger.clone(),
            clock: Arc::clone(&inner.clock),
            stop: CancellationToken::new(),
        };
        let parallel = if destination.enabled {
            destination.parallel_patients
        } else {
            0
        };
        let watch = Arc::clone(&inner.watch);
        let handle = Arc::new(DispatcherHandle::start(DispatcherParts {
            courier,
            feed,
            watch,
            parallel,
        }));
        self.running
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(queue, Running { definition, handle });
    }

    async fn end(&self, queue: &Queue, running: &Running) {
        self.queues.remove(queue);
        running.handle.stop().await;
        self.running
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(queue);
    }

    fn snapshot(&self) -> BTreeMap<Queue, Running> {
        self.running
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
