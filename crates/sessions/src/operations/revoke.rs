//! Ends a session.

use crate::error::OperationError;
use crate::model::SessionId;
use crate::service::Sessions;

impl Sessions {
    /// Ends a session. When this returns `Ok`, no check passes any more, whatever happens to the process.
    ///
    /// # Errors
    /// [`OperationError::NoSuchSession`], or the store failed: the session may live then.
    pub async fn revoke(&self, id: SessionId) -> Result<(), OperationError> {
        let now = self.now();
        let ended = self.0.store.end(id, now).await?;
        let ended = ended.ok_or(OperationError::NoSuchSession(id))?;
        self.0.tell_ended(&[ended], now);
        Ok(())
    }
}
