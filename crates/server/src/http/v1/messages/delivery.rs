//! What became of a message at one destination.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_messaging::model::{AttemptResult, DeliveryState};
use wardline_messaging::operations::{AttemptView, DeliveryView};

use super::super::dead_letters::DeadReason;
use super::content::Content;
use super::time;

/// What became of a message at one destination.
#[derive(Serialize, ToSchema)]
pub(super) struct Delivery {
    destination: String,
    state: State,
    /// When the state was reached; not there while it waits for its first attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    changed_at: Option<String>,
    /// Why it waits for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_reason: Option<DeadReason>,
    /// A person's reason for the state; not shown without the scope `phi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// All attempts so far.
    attempt_count: u32,
    /// The last of them, oldest first.
    attempts: Vec<Attempt>,
}

/// One attempt to deliver.
#[derive(Serialize, ToSchema)]
struct Attempt {
    #[schema(format = DateTime)]
    at: String,
    /// How long it took, in milliseconds.
    took_ms: u32,
    result: Result,
    /// What the transport said, such as `connection refused`.
    detail: String,
    /// The partner's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Content>,
}

/// Where a delivery stands.
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryState)]
#[serde(rename_all = "snake_case")]
enum State {
    /// In the queue.
    Waiting,
    /// The destination took it.
    Delivered,
    /// Taken out of the queue; a person must decide.
    Dead,
    /// A person decided that it is not to be delivered.
    Discarded,
    /// A changed copy went instead.
    Superseded,
}

/// How an attempt ended.
#[derive(Serialize, ToSchema)]
#[schema(as = AttemptResult)]
#[serde(rename_all = "snake_case")]
enum Result {
    /// The destination took it.
    Accepted,
    /// It may be tried again.
    TryLater,
    /// It will never work.
    Refused,
    /// Sent, and no answer came: the outcome is unknown.
    Unknown,
    /// Not sent: no connection.
    NotSent,
    /// Answered with something that is not an acknowledgement of this message.
    Unreadable,
}

impl Delivery {
    pub(super) fn new(view: DeliveryView, masked: bool) -> Self {
        let reason = view.reason.filter(|_| !masked);
        Self {
            destination: view.destination.to_string(),
            state: view.state.into(),
            changed_at: view.changed_at.map(time::text),
            dead_reason: view.dead_letter.map(|dead| dead.reason.into()),
            reason: reason.map(|reason| String::from_utf8_lossy(&reason).into_owned()),
            attempt_count: view.attempt_count,
            attempts: view
                .attempts
                .into_iter()
                .map(|a| Attempt::new(a, masked))
                .collect(),
        }
    }
}

impl Attempt {
    fn new(view: AttemptView, masked: bool) -> Self {
        Self {
            at: time::text(view.at),
            took_ms: view.took_ms,
            result: view.result.into(),
            detail: view.detail,
            answer: view.answer.map(|answer| Content::of(&answer, masked)),
        }
    }
}

impl From<DeliveryState> for State {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Waiting => Self::Waiting,
            DeliveryState::Delivered => Self::Delivered,
            DeliveryState::Dead => Self::Dead,
            DeliveryState::Discarded => Self::Discarded,
            DeliveryState::Superseded => Self::Superseded,
        }
    }
}

impl From<AttemptResult> for Result {
    fn from(result: AttemptResult) -> Self {
        match result {
            AttemptResult::Accepted => Self::Accepted,
            AttemptResult::TryLater => Self::TryLater,
            AttemptResult::Refused => Self::Refused,
            AttemptResult::Unknown => Self::Unknown,
            AttemptResult::NotSent => Self::NotSent,
            AttemptResult::Unreadable => Self::Unreadable,
        }
    }
}
