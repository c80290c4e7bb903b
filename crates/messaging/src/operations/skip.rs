//! Deciding that a message that waits is not to be delivered.

use crate::Messaging;
use crate::error::OperationError;
use crate::ledger::Step;
use crate::model::{MessageId, Queue};

impl Messaging {
    /// Takes a message that waits out of the queue for good, for a reason.
    ///
    /// # Errors
    /// `Invalid` without a reason; `NotWaiting` when it does not wait, or is on its way now; the store failed.
    pub async fn skip(
        &self,
        queue: &Queue,
        id: MessageId,
        reason: &str,
    ) -> Result<(), OperationError> {
        let reason = self.seal_reason(queue, id, reason).await?;
        self.take_out(
            queue,
            id,
            Step::Skip {
                queue: queue.clone(),
                id,
                reason,
            },
        )
        .await
    }
}
