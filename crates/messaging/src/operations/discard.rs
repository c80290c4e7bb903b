//! Giving a dead letter up.

use super::retry::dead_or_error;
use crate::Messaging;
use crate::error::OperationError;
use crate::ledger::Step;
use crate::model::{MessageId, Queue};

/// Bytes of a reason at most.
const MAX_REASON_BYTES: usize = 1_024;

impl Messaging {
    /// Gives a dead letter up for a reason. The message stays stored as long as its channel keeps messages.
    ///
    /// # Errors
    /// `Invalid` without a reason; `NotDead` when it is no dead letter any more; the store failed.
    pub async fn discard(
        &self,
        queue: &Queue,
        id: MessageId,
        reason: &str,
    ) -> Result<(), OperationError> {
        let reason = self.seal_reason(queue, id, reason).await?;
        let step = Step::Discard {
            queue: queue.clone(),
            id,
            reason,
        };
        dead_or_error(self.0.ledger.submit_one(step).await?, queue, id)
    }

    pub(super) async fn seal_reason(
        &self,
        queue: &Queue,
        id: MessageId,
        reason: &str,
    ) -> Result<Vec<u8>, OperationError> {
        let reason = checked_reason(reason)?;
        let (sealer, now) = (&self.0.sealer, self.0.clock.now());
        sealer.seal_note((queue, id), now, reason.as_bytes()).await
    }
}

/// A reason that says something, and not too much.
pub(super) fn checked_reason(reason: &str) -> Result<&str, OperationError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > MAX_REASON_BYTES {
        return Err(OperationError::Invalid(format!(
            "reason: expected 1 to {MAX_REASON_BYTES} bytes of text"
        )));
    }
    Ok(reason)
}
