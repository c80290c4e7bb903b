//! Work on many messages that runs on the server and survives its restart.

use serde::{Deserialize, Serialize};

use super::{
    ChannelName, DeadReason, DestinationName, JobId, MessageId, MessageType, Queue, SearchToken,
    UnixMillis,
};

/// What a job does with each message it selects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobAction {
    /// Dead letters go back into their queues.
    RetryDeadLetters,
    /// Dead letters are given up.
    DiscardDeadLetters {
        /// The person's reason, sealed: it may name a patient.
        reason: Vec<u8>,
    },
    /// Stored messages are delivered again, whatever became of them before.
    Replay {
        /// Only to this destination; all that the message was routed to otherwise.
        destination: Option<DestinationName>,
    },
    /// A changed copy is sent in the place of each dead letter.
    EditDeadLetters {
        /// The values that are set, sealed: they are of patients.
        change: Vec<u8>,
    },
}

/// Which messages a job works on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Only this channel.
    pub channel: Option<ChannelName>,
    /// Only this destination (dead letters).
    pub destination: Option<DestinationName>,
    /// Only this type; `ADT` stands for every ADT event.
    pub message_type: Option<MessageType>,
    /// Only dead letters of this reason.
    pub reason: Option<DeadReason>,
    /// Only messages found by these.
    pub tokens: Vec<SearchToken>,
    /// Received at this time or later.
    pub received_from: Option<UnixMillis>,
    /// Received before this time.
    pub received_until: Option<UnixMillis>,
    /// Only these messages; empty means all that the rest selects.
    pub ids: Vec<MessageId>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Working, or waiting to.
    Running,
    /// Done.
    Finished,
    /// Ended by a person.
    Cancelled,
    /// Ended by an error that is in the job.
    Failed,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobCounts {
    /// Messages looked at.
    pub examined: u64,
    /// Messages acted on (in a dry run: that would be).
    pub changed: u64,
    /// Messages left alone because their state had changed.
    pub skipped: u64,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub action: JobAction,
    /// To which messages.
    pub selection: Selection,
    /// Whether it only counts.
    pub dry_run: bool,
    /// Where it stands.
    pub state: JobState,
    /// How far it is.
    pub counts: JobCounts,
    /// The queue that is being looked through (dead letters).
    pub queue: Option<Queue>,
    /// The last message looked at; work goes on after it.
    pub after: Option<MessageId>,
    /// Messages that came after this one are not touched, so that a job ends.
    pub until: MessageId,
    /// When it was asked for.
    pub created_at: UnixMillis,
    /// When its state last changed.
    pub changed_at: UnixMillis,
    /// The name of the token that asked for it.
    pub created_by: String,
    /// What failed.
    pub error: Option<String>,
}
