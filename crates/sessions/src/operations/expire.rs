//! Ends what a limit of time has ended, and tells of it: the service does this by itself, several times a second.

use crate::error::OperationError;
use crate::service::Sessions;

/// Sessions that are ended in one step.
const STEP: usize = 500;

impl Sessions {
    /// Ends every session that a limit of time has ended by now, in steps, and gives their number.
    ///
    /// # Errors
    /// The store failed; checks refuse what has ended all the same.
    pub async fn expire(&self) -> Result<usize, OperationError> {
        let mut all = 0;
        loop {
            let now = self.now();
            let ended = self.0.store.expire(now, STEP).await?;
            self.0.tell_ended(&ended, now);
            all += ended.len();
            if ended.len() < STEP {
                return Ok(all);
            }
            tokio::task::yield_now().await;
        }
    }
}
