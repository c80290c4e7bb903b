//! Changes what the application keeps with a session.

use crate::error::OperationError;
use crate::model::{Fields, SessionId};
use crate::port::{Change, Changed};
use crate::service::Sessions;

/// How often a change is tried when others change the same session at the same time.
const TRIES: usize = 8;

impl Sessions {
    /// Puts (`Some`) and takes away (`None`) fields of a session; the others stay. With `expected` only if that is
    /// its version. Gives the fields as they are then, and the version. It is no activity.
    ///
    /// # Errors
    /// [`OperationError::NoSuchSession`], [`OperationError::Fact`], [`OperationError::Conflict`], or the store
    /// failed.
    pub async fn set_fields(
        &self,
        id: SessionId,
        changes: &[(&str, Option<&str>)],
        expected: Option<u32>,
    ) -> Result<(Fields, u32), OperationError> {
        let mut newest = 0;
        for _ in 0..TRIES {
            let now = self.now();
            let stored = self.0.store.get(id, now).await?;
            let stored = stored.ok_or(OperationError::NoSuchSession(id))?;
            let version = stored.record.version;
            if expected.is_some_and(|expected| expected != version) {
                return Err(OperationError::Conflict { id, version });
            }
            let fields = self.0.sealer.open_fields(id, &stored.fields).await?;
            let fields = fields.with(changes.iter().copied())?;
            let key = self.0.sealer.key(stored.record.life.created_at).await?;
            let change = Change::Fields {
                sealed: self.0.sealer.seal_fields(key, id, &fields)?,
                expected: version,
            };
            match self.0.store.change(id, change, now).await? {
                Changed::Done(record) | Changed::Already(record) => {
                    return Ok((fields, record.version));
                }
                Changed::Gone => return Err(OperationError::NoSuchSession(id)),
                Changed::Locked => return Err(OperationError::Locked(id)),
                Changed::Conflict { version } => newest = version,
            }
        }
        Err(OperationError::Conflict {
            id,
            version: newest,
        })
    }
}
