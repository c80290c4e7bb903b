//! Locks a session: a person steps away from a shared screen.

use std::sync::Arc;

use crate::error::OperationError;
use crate::model::SessionId;
use crate::port::{Change, Changed, Record};
use crate::service::Sessions;
use crate::watch::Happened;

impl Sessions {
    /// Refuses every check of a session until it is unlocked. It goes on ageing. Locking it twice is the same as
    /// once. Gives the session's version.
    ///
    /// # Errors
    /// [`OperationError::NoSuchSession`], or the store failed.
    pub async fn lock(&self, id: SessionId) -> Result<u32, OperationError> {
        let record = self.change(id, Change::Lock).await?;
        Ok(record.version)
    }

    /// Changes a session and tells everybody, if it is changed by that.
    pub(super) async fn change(
        &self,
        id: SessionId,
        change: Change,
    ) -> Result<Record, OperationError> {
        let (now, kind) = (self.now(), change.event());
        match self.0.store.change(id, change, now).await? {
            Changed::Done(record) => {
                let happened = kind.map(|kind| Happened {
                    id,
                    placement: Arc::clone(&record.placement),
                    kind,
                    version: record.version,
                });
                self.0.watch.tell(now, happened);
                Ok(record)
            }
            Changed::Already(record) => Ok(record),
            Changed::Gone => Err(OperationError::NoSuchSession(id)),
            Changed::Locked => Err(OperationError::Locked(id)),
            Changed::Conflict { version } => Err(OperationError::Conflict { id, version }),
        }
    }
}
