//! Unlocks a session: its person has proved again who it is.

use crate::error::OperationError;
use crate::model::SessionId;
use crate::port::Change;
use crate::service::Sessions;

impl Sessions {
    /// Lets checks of a session pass again. It is activity: a person is there. Unlocking what is not locked changes
    /// nothing. Gives the session's version.
    ///
    /// # Errors
    /// [`OperationError::NoSuchSession`], or the store failed.
    pub async fn unlock(&self, id: SessionId) -> Result<u32, OperationError> {
        let record = self.change(id, Change::Unlock).await?;
        Ok(record.version)
    }
}
