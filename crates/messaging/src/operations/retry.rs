//! Trying a dead letter again.

use crate::Messaging;
use crate::error::OperationError;
use crate::ledger::{Outcome, Step};
use crate::model::{MessageId, Queue};

impl Messaging {
    /// Puts a dead letter back into its queue, at its old place in the order.
    ///
    /// # Errors
    /// `NotDead` when it is none any more; the store failed.
    pub async fn retry(&self, queue: &Queue, id: MessageId) -> Result<(), OperationError> {
        let outcome = self
            .0
            .ledger
            .submit_one(Step::Retry {
                queue: queue.clone(),
                id,
            })
            .await?;
        dead_or_error(outcome, queue, id)
    }
}

/// `NotDead` unless the step did something.
pub(super) fn dead_or_error(
    outcome: Outcome,
    queue: &Queue,
    id: MessageId,
) -> Result<(), OperationError> {
    match outcome {
        Outcome::NotApplicable => Err(OperationError::NotDead {
            id,
            queue: queue.clone(),
        }),
        _ => Ok(()),
    }
}
