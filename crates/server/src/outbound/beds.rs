//! Live beds of this process as a partner: a message is taken when what it says is stored and shown.
//!
//! What live beds refuse becomes a dead letter with their reason, which names places of the message and never its
//! content. When their store fails nothing of the message was taken, so the destination waits as for a partner that
//! is down.

use async_trait::async_trait;
use bytes::Bytes;
use wardline_messaging::port::{Parcel, Partner, SendOutcome};
use wardline_vitals::{LiveBeds, OperationError, ReceiveError};

use crate::metrics::BedMetrics;

/// Hands messages to live beds. Messages of one patient come one after the other; a repeat changes nothing.
#[derive(Clone)]
pub(super) struct BedsPartner {
    beds: LiveBeds,
    metrics: BedMetrics,
}

impl BedsPartner {
    pub(super) fn new(beds: LiveBeds, metrics: BedMetrics) -> Self {
        Self { beds, metrics }
    }
}

#[async_trait]
impl Partner for BedsPartner {
    async fn send(&self, parcel: Parcel) -> SendOutcome {
        let Parcel {
            bytes,
            character_set,
            ..
        } = parcel;
        match self.beds.receive_in(&bytes, character_set).await {
            Ok(received) => {
                self.metrics.received(&received);
                SendOutcome::Accepted {
                    answer: Bytes::new(),
                }
            }
            Err(error) => outcome(&error),
        }
    }
}

fn outcome(error: &ReceiveError) -> SendOutcome {
    match error {
        ReceiveError::Operation(
            OperationError::Store(_)
            | OperationError::Seal(_)
            | OperationError::KeyServiceUnavailable(_),
        ) => SendOutcome::NotSent {
            detail: "live beds cannot store it now".to_owned(),
        },
        error => SendOutcome::Declined {
            reason: format!("live beds: {error}"),
            is_final: error.is_permanent(),
        },
    }
}

/// Live beds where there are none, as while configuration is only checked.
pub(super) struct NoBeds;

#[async_trait]
impl Partner for NoBeds {
    async fn send(&self, _: Parcel) -> SendOutcome {
        SendOutcome::NotSent {
            detail: "there are no live beds in this process".to_owned(),
        }
    }
}
