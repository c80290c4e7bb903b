//! The port to the store, and its contract.
//!
//! Each numbered sentence has a test of the same name in `testkit::conformance`; every adapter runs
//! all of them.
//!
//! 1. A committed batch is whole: all of its writes are seen, or none.
//! 2. When `commit` returns `Ok`, the batch survives the loss of the process and of power.
//! 3. Batches take effect in the order of their `commit` calls.
//! 4. A message put is found by its id, body and each of its tokens.
//! 5. `last_message_id` is the greatest id ever put, also after that message was removed.
//! 6. `duplicates` answers for each key with the latest message put under it.
//! 7. A queue is listed in the order of ids, only what was enqueued and not yet dequeued.
//! 8. Enqueueing or dequeueing twice is the same as once.
//! 9. A search gives exactly the messages that match every part of its query, in the asked order.
//! 10. A search page ends with a cursor exactly when there may be more, and pages neither repeat nor
//!     skip.
//! 11. A dead letter is listed until it is removed.
//! 12. A removed message is found by nothing: id, body, tokens, duplicate key, deliveries.
//! 13. Counters and jobs are the last ones put.
//! 14. What is stored is given back byte for byte, whatever the bytes.
//! 15. Removing one of two messages that share a duplicate key leaves the later one's entry.
//! 16. A removed job is listed no more; removing it twice is the same as once.

use async_trait::async_trait;
use bytes::Bytes;

use wardline_kernel::StoreError;

use crate::model::{
    ChannelCounters, ChannelName, DeadLetter, Delivery, DestinationCounters, DestinationName, Job,
    JobId, LaneKey, MessageId, MessageRecord, MessageType, Queue, SearchToken, Token, UnixMillis,
};

/// One write of a batch.
#[derive(Clone, Debug)]
pub enum Write {
    /// Stores a message, its sealed body, its search tokens and its duplicate key.
    PutMessage {
        /// The part in clear.
        record: MessageRecord,
        /// The sealed part.
        body: Bytes,
    },
    /// Puts a message into a destination's queue.
    Enqueue {
        /// The destination.
        queue: Queue,
        /// The message and its lanes.
        entry: QueueEntry,
    },
    /// Takes a message out of a destination's queue.
    Dequeue {
        /// The destination.
        queue: Queue,
        /// The message.
        id: MessageId,
    },
    /// Writes what became of a message at a destination.
    PutDelivery {
        /// The destination.
        queue: Queue,
        /// The message.
        id: MessageId,
        /// Its delivery.
        delivery: Delivery,
    },
    /// Adds a dead letter.
    PutDeadLetter(DeadLetter),
    /// Removes a dead letter.
    RemoveDeadLetter {
        /// The destination.
        queue: Queue,
        /// The message.
        id: MessageId,
    },
    /// Writes a job.
    PutJob(Job),
    /// Removes a job.
    RemoveJob(JobId),
    /// Writes a channel's totals.
    PutChannelCounters(ChannelCounters),
    /// Writes a destination's totals.
    PutDestinationCounters(DestinationCounters),
    /// Removes a message with its body, tokens, duplicate key and deliveries. An earlier batch put it.
    RemoveMessage(MessageRecord),
}

/// Writes that take effect together.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// In this order.
    pub writes: Vec<Write>,
}

/// A message in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueEntry {
    /// The message.
    pub id: MessageId,
    /// The lanes that it waits in.
    pub lanes: Vec<LaneKey>,
    /// When it was received.
    pub received_at: UnixMillis,
}

/// What is known of a sender's control id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateEntry {
    /// The message that used it last.
    pub id: MessageId,
    /// Keyed hash of its content.
    pub content_hash: Token,
    /// When it came.
    pub received_at: UnixMillis,
}

/// What a person sees as a message's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// In at least one queue.
    Waiting,
    /// A dead letter at one destination or more.
    Dead,
    /// Routed, and neither waiting nor dead anywhere.
    Done,
    /// Taken, wanted by no destination.
    Unrouted,
    /// Could not be read.
    Quarantined,
}

/// Order of a search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Newest first: for people.
    #[default]
    NewestFirst,
    /// Oldest first: for jobs.
    OldestFirst,
}

/// What to look for; every part given must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Received on this channel.
    pub channel: Option<ChannelName>,
    /// Of this type; `ADT` alone matches every ADT event.
    pub message_type: Option<MessageType>,
    /// In this state.
    pub state: Option<MessageState>,
    /// Found by all of these.
    pub tokens: Vec<SearchToken>,
    /// Received at this time or later.
    pub received_from: Option<UnixMillis>,
    /// Received before this time.
    pub received_until: Option<UnixMillis>,
    /// In this order.
    pub direction: Direction,
}

impl Query {
    /// Whether a message's record matches everything but the state and tokens.
    pub fn matches_record(&self, record: &MessageRecord) -> bool {
        let type_matches = self.message_type.as_ref().is_none_or(|wanted| {
            let (have, want) = (record.message_type.as_str(), wanted.as_str());
            have == want
                || have
                    .strip_prefix(want)
                    .is_some_and(|rest| rest.starts_with('^'))
        });
        type_matches
            && self.channel.as_ref().is_none_or(|c| *c == record.channel)
            && self
                .received_from
                .is_none_or(|from| record.received_at >= from)
            && self
                .received_until
                .is_none_or(|until| record.received_at < until)
            && self.tokens.iter().all(|t| record.tokens.contains(t))
    }
}

/// Part of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, C = MessageId> {
    /// What was found, in order.
    pub items: Vec<T>,
    /// Where the next page starts (after this one); `None` at the end.
    pub next: Option<C>,
}

/// Room that the store takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreUsage {
    /// Bytes on disk.
    pub used_bytes: u64,
    /// Bytes left on the file system.
    pub free_bytes: u64,
}

/// The store of messages.
#[async_trait]
pub trait MessageStore: Send + Sync + 'static {
    /// Writes a batch, whole and durable (sentences 1 to 3). It may block its thread while it syncs to
    /// disk: the ledger, which alone calls it, runs on a thread of its own.
    async fn commit(&self, batch: Batch) -> Result<(), StoreError>;

    /// The greatest id ever put.
    async fn last_message_id(&self) -> Result<MessageId, StoreError>;

    /// For each key, the latest message put under it.
    async fn duplicates(&self, keys: &[Token]) -> Result<Vec<Option<DuplicateEntry>>, StoreError>;

    /// A message's part in clear.
    async fn record(&self, id: MessageId) -> Result<Option<MessageRecord>, StoreError>;

    /// A message's sealed body.
    async fn body(&self, id: MessageId) -> Result<Option<Bytes>, StoreError>;

    /// What became of a message at each destination that something is written of.
    async fn deliveries(
        &self,
        id: MessageId,
    ) -> Result<Vec<(DestinationName, Delivery)>, StoreError>;

    /// What became of a message at one destination.
    async fn delivery(&self, queue: &Queue, id: MessageId) -> Result<Option<Delivery>, StoreError>;

    /// Up to `limit` entries of a queue with ids greater than `after`, in order of ids.
    async fn queued(
        &self,
        queue: &Queue,
        after: MessageId,
        limit: usize,
    ) -> Result<Vec<QueueEntry>, StoreError>;

    /// Whether a message is in a queue.
    async fn is_queued(&self, queue: &Queue, id: MessageId) -> Result<bool, StoreError>;

    /// A page of at most `limit` messages that match, beyond `cursor` in the query's order.
    async fn search(
        &self,
        query: &Query,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<MessageRecord>, StoreError>;

    /// A page of a destination's dead letters in order of ids, after `cursor`.
    async fn dead_letters(
        &self,
        queue: &Queue,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<DeadLetter>, StoreError>;

    /// One dead letter.
    async fn dead_letter(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<DeadLetter>, StoreError>;

    /// Every destination that was ever written to, also when no channel file names it any more.
    async fn queues(&self) -> Result<Vec<Queue>, StoreError>;

    /// All channels' totals.
    async fn channel_counters(&self) -> Result<Vec<ChannelCounters>, StoreError>;

    /// All destinations' totals.
    async fn destination_counters(&self) -> Result<Vec<DestinationCounters>, StoreError>;

    /// All jobs, oldest first.
    async fn jobs(&self) -> Result<Vec<Job>, StoreError>;

    /// Room taken and left.
    async fn usage(&self) -> Result<StoreUsage, StoreError>;
}
