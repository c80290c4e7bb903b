//! Trying a partner at once.

use crate::Messaging;
use crate::error::OperationError;
use crate::model::Queue;

impl Messaging {
    /// Tries a destination now, whatever its circuit and the pauses of its messages say.
    ///
    /// # Errors
    /// `NoSuchDestination` when no such destination is configured.
    pub async fn try_now(&self, queue: &Queue) -> Result<(), OperationError> {
        let dispatcher = self.0.dispatchers.of(queue);
        let dispatcher =
            dispatcher.ok_or_else(|| OperationError::NoSuchDestination(queue.to_string()))?;
        dispatcher.try_now().await;
        Ok(())
    }
}
