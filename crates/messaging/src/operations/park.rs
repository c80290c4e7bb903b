//! Moving a message that waits aside, so that its patient's later messages can go.

use crate::Messaging;
use crate::error::OperationError;
use crate::ledger::{Outcome, Step};
use crate::model::{MessageId, Queue};

impl Messaging {
    /// Makes a dead letter of a message that waits: a person decides later.
    ///
    /// # Errors
    /// `NotWaiting` when it does not wait, or is on its way now; the store failed.
    pub async fn park(&self, queue: &Queue, id: MessageId) -> Result<(), OperationError> {
        self.take_out(
            queue,
            id,
            Step::Park {
                queue: queue.clone(),
                id,
            },
        )
        .await
    }

    /// Has the destination's dispatcher take a message out of the queue, or does it when none runs.
    pub(super) async fn take_out(
        &self,
        queue: &Queue,
        id: MessageId,
        step: Step,
    ) -> Result<(), OperationError> {
        let outcome = match self.0.dispatchers.of(queue) {
            Some(dispatcher) => dispatcher.take_out(id, step).await?,
            None => self.0.ledger.submit_one(step).await?,
        };
        match outcome {
            Outcome::NotApplicable => Err(OperationError::NotWaiting {
                id,
                queue: queue.clone(),
            }),
            _ => Ok(()),
        }
    }
}
