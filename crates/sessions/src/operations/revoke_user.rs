//! Ends all sessions of a user.

use crate::error::OperationError;
use crate::model::{SessionId, UserName};
use crate::service::Sessions;

impl Sessions {
    /// Ends every session of a user, and names them. One that is begun meanwhile may live.
    ///
    /// # Errors
    /// The store failed: some or all may live then.
    pub async fn revoke_user(&self, user: &UserName) -> Result<Vec<SessionId>, OperationError> {
        let now = self.now();
        let token = self.0.token_of(user)?;
        let ended = self.0.store.end_user(token, now).await?;
        self.0.tell_ended(&ended, now);
        Ok(ended.into_iter().map(|ended| ended.id).collect())
    }
}
