//! What became of a message at one destination.

use serde::{Deserialize, Serialize};

use super::{LaneKey, MessageId, Queue, UnixMillis};

/// Attempts kept with a delivery; older ones are counted, not kept.
pub const MAX_ATTEMPTS_KEPT: usize = 20;

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryState {
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

/// How one attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AttemptResult {
    /// Answered AA or CA (webhook: 2xx; file: written).
    Accepted,
    /// Answered AE or CE (webhook: 408, 425, 429, 5xx): may be tried again.
    TryLater,
    /// Answered AR or CR (webhook: other 4xx): will never work.
    Refused,
    /// Sent, and no answer came in time or the connection dropped: the outcome is unknown.
    Unknown,
    /// Not sent: no connection.
    NotSent,
    /// Answered with something that is not an acknowledgement of this message.
    Unreadable,
}

/// One attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began.
    pub at: UnixMillis,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
    /// How it ended.
    pub result: AttemptResult,
    /// What the transport says, such as `connection refused`; never text of the message or answer.
    pub detail: String,
    /// The answer, sealed.
    pub answer: Option<Vec<u8>>,
}

/// A message at one destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Where it stands.
    pub state: DeliveryState,
    /// All attempts so far; `attempts` holds the last of them.
    pub attempt_count: u32,
    /// Attempts since it was last put into the queue: what the limit of attempts is about.
    pub tries: u32,
    /// The last [`MAX_ATTEMPTS_KEPT`] attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// A person's reason for the state, sealed: it may name a patient.
    pub reason: Option<Vec<u8>>,
    /// When the state was reached.
    pub changed_at: UnixMillis,
}

impl Delivery {
    /// A delivery that waits for its first attempt.
    pub fn waiting(at: UnixMillis) -> Self {
        Self {
            state: DeliveryState::Waiting,
            attempt_count: 0,
            tries: 0,
            attempts: Vec::new(),
            reason: None,
            changed_at: at,
        }
    }

    /// The delivery with another state; its attempts stay.
    pub fn into_state(self, state: DeliveryState, at: UnixMillis) -> Self {
        let tries = if state == DeliveryState::Waiting {
            0
        } else {
            self.tries
        };
        Self {
            state,
            tries,
            changed_at: at,
            reason: None,
            ..self
        }
    }

    /// Adds an attempt, forgetting the oldest beyond the limit.
    pub fn record(&mut self, attempt: Attempt) {
        self.attempt_count = self.attempt_count.saturating_add(1);
        self.tries = self.tries.saturating_add(1);
        if self.attempts.len() >= MAX_ATTEMPTS_KEPT {
            self.attempts.remove(0);
        }
        self.attempts.push(attempt);
    }
}

/// Why a message is a dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DeadReason {
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

/// A message that waits for a person's decision at one destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The message.
    pub id: MessageId,
    /// Where it could not be delivered.
    pub queue: Queue,
    /// Why.
    pub reason: DeadReason,
    /// Since when.
    pub since: UnixMillis,
    /// Attempts made.
    pub attempt_count: u32,
    /// The lanes to wait in when it is tried again.
    pub lanes: Vec<LaneKey>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_attempt_is_forgotten_beyond_the_limit_but_still_counted() {
        let mut delivery = Delivery::waiting(0);

        for at in 0..=20 {
            delivery.record(Attempt {
                at,
                took_ms: 1,
                result: AttemptResult::TryLater,
                detail: String::new(),
                answer: None,
            });
        }

        assert_eq!(delivery.attempt_count, 21);
        assert_eq!(delivery.attempts.len(), MAX_ATTEMPTS_KEPT);
        assert_eq!(delivery.attempts[0].at, 1);
    }
}
