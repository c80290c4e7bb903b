//! The way to the ledger: bounded in calls and in bytes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use wardline_kernel::answer_all;

use super::bell::{Bell, RingAtEnd};
use super::step::{Outcome, Step};
use crate::error::OperationError;
use crate::port::StoreError;

/// Calls that may wait for the next batch.
pub(super) const MAX_WAITING_CALLS: usize = 8_192;
/// Bytes of messages that may wait for the next batch.
pub(super) const MAX_WAITING_BYTES: usize = 128 * 1024 * 1024;
/// How long a call waits for room before it is turned away.
const ROOM_TIMEOUT: Duration = Duration::from_secs(5);

/// A call: steps that take effect together, and where the answer goes.
pub(super) struct Call {
    pub(super) steps: Vec<Step>,
    answer: Answer,
}

impl Call {
    pub(super) fn weight(&self) -> usize {
        self.steps.iter().map(Step::weight).sum()
    }

    pub(super) fn split(self) -> (Vec<Step>, Answer) {
        (self.steps, self.answer)
    }
}

/// Where a call's answer goes. The room that the call took is given back with it.
pub(super) struct Answer {
    to: wardline_kernel::Answer<Result<Vec<Outcome>, StoreError>>,
    _room: OwnedSemaphorePermit,
}

impl Answer {
    /// Gives all of them; whoever does not wait any more is passed over.
    pub(super) fn give_all(
        answers: impl IntoIterator<Item = (Self, Result<Vec<Outcome>, StoreError>)>,
    ) {
        let answers = answers.into_iter();
        answer_all(answers.map(|(answer, outcomes)| (answer.to, outcomes)));
    }
}

/// A cheap copy of the way to the ledger.
#[derive(Clone)]
pub(crate) struct LedgerHandle {
    calls: mpsc::Sender<Call>,
    // Behind the sender, so that it is gone when the bell is rung.
    bell: RingAtEnd,
    room: Arc<Semaphore>,
}

impl LedgerHandle {
    pub(super) fn new(calls: mpsc::Sender<Call>, bell: Arc<Bell>) -> Self {
        Self {
            calls,
            bell: RingAtEnd(bell),
            room: Arc::new(Semaphore::new(MAX_WAITING_BYTES)),
        }
    }

    /// Has the steps written; returns once they are durable.
    ///
    /// # Errors
    /// `Overloaded` when there is no room within 5 seconds, `Stopping` at the end, `Store` when the
    /// commit failed: nothing of the steps took effect then.
    pub(crate) async fn submit(&self, steps: Vec<Step>) -> Result<Vec<Outcome>, OperationError> {
        self.enqueue(steps).await?.await
    }

    /// Has one step written.
    pub(crate) async fn submit_one(&self, step: Step) -> Result<Outcome, OperationError> {
        let outcomes = self.submit(vec![step]).await?;
        Ok(outcomes.first().copied().unwrap_or(Outcome::NotApplicable))
    }

    /// Puts the steps in order behind all earlier calls; the returned future waits until they are
    /// durable. So a caller can keep the order of its calls and still wait for many at a time.
    pub(crate) async fn enqueue(
        &self,
        steps: Vec<Step>,
    ) -> Result<impl Future<Output = Result<Vec<Outcome>, OperationError>> + use<>, OperationError>
    {
        let weight = steps
            .iter()
            .map(Step::weight)
            .sum::<usize>()
            .min(MAX_WAITING_BYTES);
        let weight = u32::try_from(weight).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(weight);
        let room = match tokio::time::timeout(ROOM_TIMEOUT, room).await {
            Ok(Ok(room)) => room,
            Ok(Err(_)) => return Err(OperationError::Stopping),
            Err(_) => return Err(OperationError::Overloaded),
        };
        let (answer, answered) = wardline_kernel::answer();
        let call = Call {
            steps,
            answer: Answer {
                to: answer,
                _room: room,
            },
        };
        match self.calls.send_timeout(call, ROOM_TIMEOUT).await {
            Ok(()) => self.bell.0.ring(),
            Err(mpsc::error::SendTimeoutError::Timeout(_)) => {
                return Err(OperationError::Overloaded);
            }
            Err(mpsc::error::SendTimeoutError::Closed(_)) => return Err(OperationError::Stopping),
        }
        Ok(async move {
            match answered.await {
                Some(result) => result.map_err(OperationError::Store),
                None => Err(OperationError::Stopping),
            }
        })
    }
}
