//! One attempt: open the message, send it, have what became of it written.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wardline_hl7::Charset;

use super::backoff::spread;
use crate::channel::{OnUnknownOutcome, Retry};
use crate::error::OperationError;
use crate::ledger::{LedgerHandle, Settle, Step, Verdict};
use crate::model::{
    Attempt, AttemptResult, DeadReason, Delivery, DeliveryState, LaneKey, MessageId, Queue,
};
use crate::port::{Clock, MessageStore, Parcel, Partner, SendOutcome};
use crate::sealing::Sealer;

/// Pause before a store or a key service that failed is tried again.
const STORE_PAUSE: Duration = Duration::from_millis(250);
/// The longest such pause.
const MAX_STORE_PAUSE: Duration = Duration::from_secs(5);

/// Sends messages to one destination and has the outcome written.
pub(crate) struct Courier {
    pub(crate) queue: Queue,
    pub(crate) retry: Retry,
    pub(crate) on_unknown_outcome: OnUnknownOutcome,
    pub(crate) character_set: Option<Charset>,
    pub(crate) partner: Arc<dyn Partner>,
    pub(crate) store: Arc<dyn MessageStore>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) ledger: LedgerHandle,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) stop: CancellationToken,
}

/// What an attempt came to, for the dispatcher.
#[derive(Debug)]
pub(super) struct Attempted {
    pub(super) id: MessageId,
    pub(super) next: Next,
    pub(super) tries: u32,
    /// How it ended and how long it took; `None` when there was nothing to send.
    pub(super) result: Option<(AttemptResult, Duration)>,
    pub(super) detail: String,
}

/// What follows for the message's lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It left the queue, durably.
    Finished,
    /// It stays at the head of its lanes.
    KeepTrying,
    /// The service stops; it stays queued.
    Abandoned,
}

impl Courier {
    /// Makes one attempt. Ends only when its outcome is written, or the service stops.
    pub(super) async fn attempt(&self, id: MessageId, lanes: Vec<LaneKey>) -> Attempted {
        let loaded = match self.load(id).await {
            Ok(loaded) => loaded,
            Err(next) => return Attempted::nothing_sent(id, next),
        };
        let Some((delivery, raw)) = loaded else {
            return self.bury_unreadable(id, lanes).await;
        };
        let was_unknown = delivery
            .attempts
            .last()
            .is_some_and(|attempt| attempt.result == AttemptResult::Unknown);
        let (at, began) = (self.clock.now(), Instant::now());
        let attempt = delivery.attempt_count.saturating_add(1);
        let parcel = Parcel {
            id,
            queue: self.queue.clone(),
            attempt,
            bytes: raw,
            character_set: self.character_set,
        };
        let outcome = self.partner.send(parcel).await;
        let took = began.elapsed();
        let Ended {
            result,
            detail,
            answer,
        } = Ended::from(outcome);

        if result == AttemptResult::NotSent {
            // Nothing left, so nothing is written: a partner that is down for days costs no writes.
            let (next, result) = (Next::KeepTrying, Some((result, took)));
            return Attempted {
                id,
                next,
                tries: delivery.tries,
                result,
                detail,
            };
        }
        let mut delivery = delivery;
        delivery.record(Attempt {
            at,
            took_ms: u32::try_from(took.as_millis()).unwrap_or(u32::MAX),
            result,
            detail: detail.clone(),
            answer: self.seal_answer(id, &answer).await,
        });
        let verdict = self.verdict(result, delivery.tries);
        delivery.state = match verdict {
            Verdict::Delivered => DeliveryState::Delivered,
            Verdict::KeepTrying => DeliveryState::Waiting,
            Verdict::Dead(_) => DeliveryState::Dead,
        };
        delivery.changed_at = self.clock.now();
        let tries = delivery.tries;
        let next = self
            .settle(Settle {
                queue: self.queue.clone(),
                id,
                lanes,
                delivery,
                verdict,
                resent: was_unknown,
                may_be_written: false,
            })
            .await;
        Attempted {
            id,
            next,
            tries,
            result: Some((result, took)),
            detail,
        }
    }

    /// Looks whether a message that may have been taken out is in the queue.
    ///
    /// # Errors
    /// What there is to say of it when it is not, or the service stops.
    pub(super) async fn still_queued(&self, id: MessageId) -> Result<(), Attempted> {
        let mut pause = STORE_PAUSE;
        loop {
            match self.store.is_queued(&self.queue, id).await {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(Attempted::nothing_sent(id, Next::Finished)),
                Err(error) => {
                    tracing::warn!(%error, %id, "the queue cannot be read now");
                    self.pause(&mut pause)
                        .await
                        .map_err(|next| Attempted::nothing_sent(id, next))?;
                }
            }
        }
    }

    fn verdict(&self, result: AttemptResult, tries: u32) -> Verdict {
        match result {
            AttemptResult::Accepted => Verdict::Delivered,
            AttemptResult::Refused => Verdict::Dead(DeadReason::Refused),
            AttemptResult::Unknown if self.on_unknown_outcome == OnUnknownOutcome::DeadLetter => {
                Verdict::Dead(DeadReason::OutcomeUnknown)
            }
            _ if tries >= self.retry.max_attempts => Verdict::Dead(DeadReason::AttemptsExhausted),
            _ => Verdict::KeepTrying,
        }
    }

    /// The delivery so far and the message; `None` when the message cannot be read any more. While the store is away this
    /// waits for it. While there is no key the message backs off: it keeps its place, and others go meanwhile.
    async fn load(&self, id: MessageId) -> Result<Option<(Delivery, Bytes)>, Next> {
        let mut pause = STORE_PAUSE;
        loop {
            match self.read(id).await {
                Err(OperationError::Sealed(_)) => return Ok(None),
                Err(OperationError::Key(error)) => {
                    // The keeper of the keys tells aloud; here it would be once for every message.
                    tracing::debug!(%error, %id, "there is no key to open the message with");
                    return Err(Next::KeepTrying);
                }
                Ok(read) => return Ok(read),
                Err(error) => {
                    tracing::warn!(%error, %id, "the message cannot be read now");
                    self.pause(&mut pause).await?;
                }
            }
        }
    }

    async fn read(&self, id: MessageId) -> Result<Option<(Delivery, Bytes)>, OperationError> {
        let delivery = self.store.delivery(&self.queue, id).await?;
        let Some(body) = self.store.body(id).await? else {
            return Ok(None);
        };
        let opened = self.sealer.open_body(id, &body).await?;
        let delivery = delivery.unwrap_or_else(|| Delivery::waiting(self.clock.now()));
        Ok(Some((delivery, opened.raw)))
    }

    async fn bury_unreadable(&self, id: MessageId, lanes: Vec<LaneKey>) -> Attempted {
        tracing::error!(%id, queue = %self.queue, "the stored message does not open");
        let delivery =
            Delivery::waiting(self.clock.now()).into_state(DeliveryState::Dead, self.clock.now());
        let verdict = Verdict::Dead(DeadReason::Unreadable);
        let queue = self.queue.clone();
        let next = self
            .settle(Settle {
                queue,
                id,
                lanes,
                delivery,
                verdict,
                resent: false,
                may_be_written: false,
            })
            .await;
        Attempted::nothing_sent(id, next)
    }

    /// Has the outcome written. The partner has acted: this goes on until the store takes it.
    async fn settle(&self, mut settle: Settle) -> Next {
        let next = match settle.verdict {
            Verdict::KeepTrying => Next::KeepTrying,
            Verdict::Delivered | Verdict::Dead(_) => Next::Finished,
        };
        let mut pause = STORE_PAUSE;
        loop {
            match self
                .ledger
                .submit_one(Step::Settle(Box::new(settle.clone())))
                .await
            {
                Ok(_) => return next,
                Err(OperationError::Stopping) => return Next::Abandoned,
                Err(error) => {
                    tracing::warn!(%error, id = %settle.id, "an attempt's outcome is not written yet");
                    settle.may_be_written = true;
                    if self.pause(&mut pause).await.is_err() {
                        return Next::Abandoned;
                    }
                }
            }
        }
    }

    async fn pause(&self, pause: &mut Duration) -> Result<(), Next> {
        tokio::select! {
            () = tokio::time::sleep(spread(*pause, &mut fastrand::Rng::new())) => {}
            () = self.stop.cancelled() => return Err(Next::Abandoned),
        }
        *pause = (*pause * 2).min(MAX_STORE_PAUSE);
        Ok(())
    }

    async fn seal_answer(&self, id: MessageId, answer: &[u8]) -> Option<Vec<u8>> {
        if answer.is_empty() {
            return None;
        }
        let key = self.sealer.key(&self.queue.channel, self.clock.now()).await;
        key.and_then(|key| self.sealer.seal_note_under(key, (&self.queue, id), answer))
            .inspect_err(|error| tracing::warn!(%error, %id, "a partner's answer is not kept"))
            .ok()
    }
}

impl Attempted {
    fn nothing_sent(id: MessageId, next: Next) -> Self {
        Self {
            id,
            next,
            tries: 0,
            result: None,
            detail: String::new(),
        }
    }
}

/// An outcome taken apart.
struct Ended {
    result: AttemptResult,
    detail: String,
    answer: Bytes,
}

impl From<SendOutcome> for Ended {
    fn from(outcome: SendOutcome) -> Self {
        let (result, detail, answer) = match outcome {
            SendOutcome::Accepted { answer } => (AttemptResult::Accepted, String::new(), answer),
            SendOutcome::TryLater { answer } => (
                AttemptResult::TryLater,
                "answered: try again later".to_owned(),
                answer,
            ),
            SendOutcome::Refused { answer } => (
                AttemptResult::Refused,
                "answered: refused".to_owned(),
                answer,
            ),
            SendOutcome::Declined { reason, is_final } => {
                let result = if is_final {
                    AttemptResult::Refused
                } else {
                    AttemptResult::TryLater
                };
                (result, reason, Bytes::new())
            }
            SendOutcome::Unknown { detail } => (AttemptResult::Unknown, detail, Bytes::new()),
            SendOutcome::NotSent { detail } => (AttemptResult::NotSent, detail, Bytes::new()),
            SendOutcome::Unreadable { answer, detail } => {
                (AttemptResult::Unreadable, detail, answer)
            }
        };
        Self {
            result,
            detail,
            answer,
        }
    }
}
