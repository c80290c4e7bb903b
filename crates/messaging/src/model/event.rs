//! What operators are told as it happens: one event per change of state, never one per retry.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ChannelName, JobId, JobState, MessageId, Queue, UnixMillis};

/// Something that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Place in this process's stream of events, from 1.
    pub sequence: u64,
    /// When.
    pub at: UnixMillis,
    /// What.
    pub kind: EventKind,
}

/// The kinds of change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// A channel takes messages.
    ChannelStarted {
        /// The channel.
        channel: ChannelName,
    },
    /// A channel takes no more messages.
    ChannelStopped {
        /// The channel.
        channel: ChannelName,
    },
    /// A destination was given up on for a while: deliveries wait.
    CircuitOpened {
        /// The destination.
        queue: Queue,
        /// What the transport said.
        detail: String,
    },
    /// A destination answers again.
    CircuitClosed {
        /// The destination.
        queue: Queue,
    },
    /// A message needs a person's decision.
    DeadLettered {
        /// The destination.
        queue: Queue,
        /// The message.
        id: MessageId,
    },
    /// A message could not be read at the door.
    Quarantined {
        /// The channel.
        channel: ChannelName,
        /// The message.
        id: MessageId,
    },
    /// A sender used a control id again for other content.
    ControlIdReused {
        /// The channel.
        channel: ChannelName,
        /// The later message.
        id: MessageId,
    },
    /// The store takes no writes; messages are answered AE until it does.
    StoreUnavailable {
        /// Why, and what to do.
        detail: String,
    },
    /// The store takes writes again.
    StoreRecovered,
    /// The key service does not answer.
    KeyServiceAway {
        /// Which, and what it said.
        detail: String,
    },
    /// The key service answers again.
    KeyServiceBack,
    /// A job went on or ended.
    JobChanged {
        /// The job.
        job: JobId,
        /// Where it stands.
        state: JobState,
    },
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChannelStarted { channel } => write!(f, "channel {channel} takes messages"),
            Self::ChannelStopped { channel } => {
                write!(f, "channel {channel} takes no more messages")
            }
            Self::CircuitOpened { queue, detail } => {
                write!(f, "{queue} is left alone for a while: {detail}")
            }
            Self::CircuitClosed { queue } => write!(f, "{queue} answers again"),
            Self::DeadLettered { queue, id } => {
                write!(
                    f,
                    "message {id} is a dead letter at {queue}: a person must decide"
                )
            }
            Self::Quarantined { channel, id } => {
                write!(f, "message {id} on channel {channel} could not be read")
            }
            Self::ControlIdReused { channel, id } => {
                write!(
                    f,
                    "message {id} on channel {channel} uses a control id that was used before"
                )
            }
            Self::StoreUnavailable { detail } => write!(f, "no messages are taken: {detail}"),
            Self::StoreRecovered => f.write_str("messages are taken again"),
            Self::KeyServiceAway { detail } => {
                write!(
                    f,
                    "the key service is away; keys in use stay usable: {detail}"
                )
            }
            Self::KeyServiceBack => f.write_str("the key service answers again"),
            Self::JobChanged { job, state } => write!(f, "job {job} is {state:?}"),
        }
    }
}
