//! The one writer of the trail: it gives records their place and time, seals them, and commits all that gathered
//! while the commit before was synced. One sync for all callers.

mod batch;
mod run;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use wardline_kernel::{Answer, Clock};

use crate::error::NotRecorded;
use crate::model::{Event, Seq};
use crate::port::{AuditStore, Head, Removal, RowKey};
use crate::rules::Rules;
use crate::sealing::Sealer;
use crate::signing::SigningKeys;
pub(crate) use run::Writer;

/// Events of one call at most.
pub const MAX_EVENTS: usize = 256;
/// Calls that wait at most.
pub(crate) const MAX_WAITING: usize = 8_192;

/// What the writer works with.
pub(crate) struct WriterParts {
    pub(crate) store: Arc<dyn AuditStore>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keys: Arc<SigningKeys>,
    pub(crate) checkpoint_every_records: u64,
    pub(crate) rules: Rules,
    /// What the trail ends with, and the size of the last checkpoint.
    pub(crate) head: Head,
    pub(crate) checkpointed: u64,
}

/// What is asked of the writer; all of it becomes part of one commit.
#[derive(Default)]
pub(crate) struct Asked {
    pub(crate) events: Vec<Event>,
    pub(crate) rows: Vec<(RowKey, Option<Bytes>)>,
    pub(crate) removals: Vec<Removal>,
    /// Sign a checkpoint, if there are new records.
    pub(crate) checkpoint: bool,
}

/// What was asked, and who waits for it.
pub(crate) struct Call {
    pub(crate) asked: Asked,
    pub(crate) answer: Answer<Told>,
}

/// What the writer answers. The events go back to who asked: memory that one thread took and another gives back has both
/// wait for each other.
pub(crate) struct Told {
    pub(crate) result: Result<Recorded, NotRecorded>,
    pub(crate) _events: Vec<Event>,
}

/// The proof that events are durably in the trail. Only [`Audit::record`](crate::Audit::record) makes one, so what asks
/// for it cannot be had unrecorded.
#[derive(Debug, PartialEq, Eq)]
pub struct Recorded {
    first: Seq,
    records: u64,
}

impl Recorded {
    /// The place of the first record.
    pub fn first(&self) -> Seq {
        self.first
    }

    /// How many records the events became.
    pub fn records(&self) -> u64 {
        self.records
    }
}

/// The writer's door.
#[derive(Clone)]
pub(crate) struct Handle {
    calls: mpsc::Sender<Call>,
    wait: Duration,
}

impl Handle {
    pub(crate) fn new(wait: Duration) -> (Self, mpsc::Receiver<Call>) {
        let (calls, waiting) = mpsc::channel(MAX_WAITING);
        (Self { calls, wait }, waiting)
    }

    /// Whether the writer is there.
    pub(crate) fn is_open(&self) -> bool {
        !self.calls.is_closed()
    }

    /// Hands a call over and waits until it is durable.
    pub(crate) async fn ask(&self, asked: Asked) -> Result<Recorded, NotRecorded> {
        if asked.events.len() > MAX_EVENTS {
            return Err(NotRecorded::TooMany(MAX_EVENTS));
        }
        for event in &asked.events {
            event.check()?;
        }
        let place = match self.calls.try_reserve() {
            Ok(place) => place,
            Err(TrySendError::Closed(())) => return Err(NotRecorded::Closed),
            Err(TrySendError::Full(())) => {
                let place = tokio::time::timeout(self.wait, self.calls.reserve()).await;
                place
                    .map_err(|_| NotRecorded::Overloaded)?
                    .map_err(|_| NotRecorded::Closed)?
            }
        };
        let (answer, answered) = wardline_kernel::answer();
        place.send(Call { asked, answer });
        let told = answered.await;
        told.map_or(Err(NotRecorded::Closed), |told| told.result)
    }
}
