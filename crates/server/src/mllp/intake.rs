//! What listeners ask of the rest of the house: to take in a message.

use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_messaging::channel::Channel;
use wardline_messaging::{Acceptance, Arrival, Messaging};

/// An arrival that has its place in the order and is being stored.
pub type PendingAcceptance = Pin<Box<dyn Future<Output = Acceptance> + Send>>;

/// Takes in messages.
#[async_trait]
pub trait Intake: Send + Sync + 'static {
    /// Takes in one frame. Once this returns, the frame has its place behind all earlier ones; the returned
    /// future ends with the answers, when the message is durable or refused. This waits while too much is
    /// being stored already, and the connection is not read meanwhile.
    async fn accept(&self, arrival: Arrival) -> PendingAcceptance;

    /// The answers to a frame beyond the channel's limit, from its first bytes.
    fn refuse_oversized(&self, channel: &Channel, head: &[u8]) -> Vec<Bytes>;
}

#[async_trait]
impl Intake for Messaging {
    async fn accept(&self, arrival: Arrival) -> PendingAcceptance {
        Self::accept(self, arrival).await
    }

    fn refuse_oversized(&self, channel: &Channel, head: &[u8]) -> Vec<Bytes> {
        Self::refuse_oversized(self, channel, head)
    }
}
