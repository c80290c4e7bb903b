//! The port to partner systems: how one message is sent to one destination.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_hl7::Charset;

use crate::channel::Destination;
use crate::model::{ChannelName, MessageId, Queue};

/// One message on its way out.
#[derive(Clone)]
pub struct Parcel {
    /// The message.
    pub id: MessageId,
    /// From where to where.
    pub queue: Queue,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// The bytes as they were received.
    pub bytes: Bytes,
    /// How their text is read where MSH-18 does not say, when the channel says it.
    pub character_set: Option<Charset>,
}

/// How sending ended.
#[derive(Clone, Debug)]
pub enum SendOutcome {
    /// The partner took it.
    Accepted {
        /// Its answer.
        answer: Bytes,
    },
    /// The partner asks to try again later (AE, CE).
    TryLater {
        /// Its answer.
        answer: Bytes,
    },
    /// The partner will never take it (AR, CR).
    Refused {
        /// Its answer.
        answer: Bytes,
    },
    /// The partner is a part of this program and did not take it.
    Declined {
        /// Why, for people; like every `detail`, without text of the message.
        reason: String,
        /// Whether trying again cannot help.
        is_final: bool,
    },
    /// It may have arrived: no answer in time, or the connection dropped after sending began.
    Unknown {
        /// What the transport said.
        detail: String,
    },
    /// It did not leave: no connection.
    NotSent {
        /// What the transport said.
        detail: String,
    },
    /// The answer is no acknowledgement of this message.
    Unreadable {
        /// The answer.
        answer: Bytes,
        /// What is wrong with it.
        detail: String,
    },
}

/// A destination that can be sent to.
///
/// 1. One call sends one message and waits for its answer; calls may run side by side up to the
///    destination's `parallel_patients`.
/// 2. `NotSent` promises that no byte of the message left.
/// 3. A connection whose answer is outstanding after a timeout is never used again.
/// 4. The call ends within the connect and acknowledgement timeouts of the destination.
/// 5. `detail` and `reason` never hold text of the message or of the answer.
#[async_trait]
pub trait Partner: Send + Sync + 'static {
    /// Sends one message.
    async fn send(&self, parcel: Parcel) -> SendOutcome;
}

/// Makes partners from their configuration.
pub trait PartnerFactory: Send + Sync + 'static {
    /// The partner that this destination describes.
    ///
    /// # Errors
    /// A sentence that names the setting which cannot be used (a missing certificate file, say).
    fn partner(
        &self,
        channel: &ChannelName,
        destination: &Destination,
    ) -> Result<Arc<dyn Partner>, String>;
}
