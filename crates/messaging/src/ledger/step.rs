//! What can be asked of the ledger, and what it answers.

use bytes::Bytes;

use crate::model::{
    AcceptedAs, ChannelName, DeadReason, Delivery, DestinationName, Disposition, Job, JobId,
    LaneKey, MessageId, MessageRecord, MessageType, Queue, SearchToken, Token, UnixMillis,
};
use crate::sealing::HeldKey;

/// One change. The steps of one call take effect together or not at all.
pub(crate) enum Step {
    /// Store a message, sealed under this key of its channel, and queue it.
    Append { append: Box<Append>, key: HeldKey },
    /// Write what an attempt came to.
    Settle(Box<Settle>),
    /// Put a dead letter back into its queue.
    Retry { queue: Queue, id: MessageId },
    /// Give a dead letter up, for the sealed reason.
    Discard {
        queue: Queue,
        id: MessageId,
        reason: Vec<u8>,
    },
    /// Store a changed copy in a dead letter's place.
    Replace {
        queue: Queue,
        id: MessageId,
        with: Box<Append>,
        key: HeldKey,
    },
    /// Take a waiting message out of its queue: aside for a person.
    Park { queue: Queue, id: MessageId },
    /// Take a waiting message out of its queue: not to be delivered, for the sealed reason.
    Skip {
        queue: Queue,
        id: MessageId,
        reason: Vec<u8>,
    },
    /// Put a stored message into a queue again, whatever became of it there.
    Requeue { queue: Queue, id: MessageId },
    /// Write a job.
    PutJob(Box<Job>),
    /// Remove a job that has ended.
    RemoveJob(JobId),
    /// Write a channel's totals as they are: does the store take writes again?
    Probe(ChannelName),
    /// Remove a message for which nothing waits.
    Remove(Box<MessageRecord>),
}

impl Step {
    /// The message, and where, that the step looks up before it decides; `None` for the place when it is
    /// all places. Appends look at nothing but control ids, which the batch itself keeps.
    pub(crate) fn subject(&self) -> Option<(MessageId, Option<&Queue>)> {
        match self {
            Self::Append { .. } | Self::PutJob(_) | Self::RemoveJob(_) | Self::Probe(_) => None,
            Self::Settle(settle) => Some((settle.id, Some(&settle.queue))),
            Self::Retry { queue, id }
            | Self::Discard { queue, id, .. }
            | Self::Replace { queue, id, .. }
            | Self::Park { queue, id }
            | Self::Skip { queue, id, .. }
            | Self::Requeue { queue, id } => Some((*id, Some(queue))),
            Self::Remove(record) => Some((record.id, None)),
        }
    }

    /// Bytes that the step holds in memory until it is written.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Append { append, .. } | Self::Replace { with: append, .. } => append.weight(),
            _ => FIXED_WEIGHT,
        }
    }
}

/// Bytes that a step takes besides the message in it, about.
const FIXED_WEIGHT: usize = 512;

impl Append {
    fn weight(&self) -> usize {
        let answers: usize = self.answers.iter().map(Bytes::len).sum();
        self.raw.len() + answers + FIXED_WEIGHT
    }
}

/// A message to store.
pub(crate) struct Append {
    pub(crate) channel: ChannelName,
    pub(crate) received_at: UnixMillis,
    pub(crate) peer: String,
    pub(crate) message_type: MessageType,
    pub(crate) raw: Bytes,
    /// What the sender is answered, kept so that a repeat gets the same.
    pub(crate) answers: Vec<Bytes>,
    pub(crate) disposition: Disposition,
    pub(crate) destinations: Vec<DestinationName>,
    pub(crate) lanes: Vec<LaneKey>,
    pub(crate) tokens: Vec<SearchToken>,
    pub(crate) duplicate_key: Option<Token>,
    pub(crate) content_hash: Token,
    pub(crate) duplicate_window_ms: u64,
    pub(crate) refuse_reused_control_id: bool,
    pub(crate) accepted_as: AcceptedAs,
    pub(crate) parent: Option<MessageId>,
}

/// What an attempt came to.
#[derive(Clone)]
pub(crate) struct Settle {
    pub(crate) queue: Queue,
    pub(crate) id: MessageId,
    pub(crate) lanes: Vec<LaneKey>,
    pub(crate) delivery: Delivery,
    pub(crate) verdict: Verdict,
    /// The attempt may have brought the message there a second time.
    pub(crate) resent: bool,
    /// It was handed in before, and the store did not say what became of it.
    pub(crate) may_be_written: bool,
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The message leaves the queue.
    Delivered,
    /// It stays.
    KeepTrying,
    /// It leaves the queue for a person to decide.
    Dead(DeadReason),
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done.
    Done,
    /// A message was stored under this id.
    Stored {
        id: MessageId,
        accepted_as: AcceptedAs,
    },
    /// The message is a repeat of this one; nothing was stored.
    Duplicate { id: MessageId },
    /// The control id was used for other content, and the channel refuses that.
    ReuseRefused,
    /// What the step was for is not so any more; nothing was changed.
    NotApplicable,
}
