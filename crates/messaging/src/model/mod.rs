//! What messaging speaks of: messages, their deliveries, dead letters, jobs, events.
//!
//! Nothing here holds a message's text: bodies are sealed, identifiers are blind tokens.

mod counters;
mod delivery;
mod event;
mod ids;
mod job;
mod record;

pub use counters::{ChannelCounters, DestinationCounters};
pub use delivery::{
    Attempt, AttemptResult, DeadLetter, DeadReason, Delivery, DeliveryState, MAX_ATTEMPTS_KEPT,
};
pub use event::{Event, EventKind};
pub use ids::{ChannelName, DestinationName, JobId, LaneKey, MessageId, NameError, Queue};
pub use job::{Job, JobAction, JobCounts, JobState, Selection};
pub use record::{
    AcceptedAs, Disposition, MessageRecord, MessageType, Problem, SearchField, SearchToken, Token,
};
pub use wardline_kernel::UnixMillis;
