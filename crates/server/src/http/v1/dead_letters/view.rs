//! Dead letters as the API shows them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_messaging::model;
use wardline_messaging::operations::DeadLetterView;

use super::super::messages::MessageHead;
use super::super::time;

/// A message that needs a person's decision at one destination.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct DeadLetter {
    destination: String,
    reason: DeadReason,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
    /// Attempts made.
    attempt_count: u32,
    message: MessageHead,
}

/// Why a message is a dead letter.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http::v1) enum DeadReason {
    /// The destination refused it for good (AR, CR).
    Refused,
    /// It was tried as often as the configuration allows.
    AttemptsExhausted,
    /// The outcome is unknown and the configuration says not to send again.
    OutcomeUnknown,
    /// An operator moved it aside.
    Parked,
    /// Its stored bytes do not open: the key is missing or the store was altered.
    Unreadable,
}

impl From<DeadLetterView> for DeadLetter {
    fn from(view: DeadLetterView) -> Self {
        Self {
            destination: view.dead.queue.destination.to_string(),
            reason: view.dead.reason.into(),
            since: time::text(view.dead.since),
            attempt_count: view.dead.attempt_count,
            message: MessageHead::from(view.record),
        }
    }
}

impl From<model::DeadReason> for DeadReason {
    fn from(reason: model::DeadReason) -> Self {
        match reason {
            model::DeadReason::Refused => Self::Refused,
            model::DeadReason::AttemptsExhausted => Self::AttemptsExhausted,
            model::DeadReason::OutcomeUnknown => Self::OutcomeUnknown,
            model::DeadReason::Parked => Self::Parked,
            model::DeadReason::Unreadable => Self::Unreadable,
        }
    }
}

impl From<DeadReason> for model::DeadReason {
    fn from(reason: DeadReason) -> Self {
        match reason {
            DeadReason::Refused => Self::Refused,
            DeadReason::AttemptsExhausted => Self::AttemptsExhausted,
            DeadReason::OutcomeUnknown => Self::OutcomeUnknown,
            DeadReason::Parked => Self::Parked,
            DeadReason::Unreadable => Self::Unreadable,
        }
    }
}
