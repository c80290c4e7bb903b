//! Totals kept with the data, so that they survive a restart.

use serde::{Deserialize, Serialize};

use super::{ChannelName, Queue, UnixMillis};

/// Totals of a channel since it was first used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelCounters {
    /// The channel.
    pub channel: ChannelName,
    /// Messages stored and acknowledged.
    pub received: u64,
    /// Repeats that got the stored answer.
    pub duplicates: u64,
    /// Messages that could not be read.
    pub quarantined: u64,
    /// Messages no destination wanted.
    pub unrouted: u64,
    /// When the last message came.
    pub last_received_at: Option<UnixMillis>,
}

impl ChannelCounters {
    /// Nothing counted yet.
    pub fn new(channel: ChannelName) -> Self {
        Self {
            channel,
            received: 0,
            duplicates: 0,
            quarantined: 0,
            unrouted: 0,
            last_received_at: None,
        }
    }
}

/// Totals of a destination since it was first used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DestinationCounters {
    /// The destination.
    pub queue: Queue,
    /// In the queue now.
    pub waiting: u64,
    /// Delivered.
    pub delivered: u64,
    /// Dead letters now.
    pub dead: u64,
    /// Discarded by a person.
    pub discarded: u64,
    /// Times a message went out more than once because an answer was lost.
    pub resent: u64,
    /// When the last delivery succeeded.
    pub last_delivered_at: Option<UnixMillis>,
}

impl DestinationCounters {
    /// Nothing counted yet.
    pub fn new(queue: Queue) -> Self {
        Self {
            queue,
            waiting: 0,
            delivered: 0,
            dead: 0,
            discarded: 0,
            resent: 0,
            last_delivered_at: None,
        }
    }
}
