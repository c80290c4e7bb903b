//! Shows a session.

use std::sync::Arc;

use wardline_kernel::UnixMillis;

use crate::error::OperationError;
use crate::model::{ClientFacts, Fields, Placement, SessionId, UserName};
use crate::port::{Found, Record};
use crate::service::Sessions;

/// State of a live session.
pub type SessionState = crate::port::State;

/// A live session, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its public id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserName,
    /// Role, department, portal.
    pub placement: Arc<Placement>,
    /// What it was begun from.
    pub client: ClientFacts,
    /// What the application keeps with it; listings leave it out.
    pub fields: Option<Fields>,
    /// Active or locked.
    pub state: SessionState,
    /// When it was created.
    pub created_at: UnixMillis,
    /// When a person last did something.
    pub last_activity_at: UnixMillis,
    /// When it ends unless a person does something.
    pub idle_expires_at: UnixMillis,
    /// When it ends in any case.
    pub absolute_expires_at: UnixMillis,
    /// When a person is to be warned of the nearer of both.
    pub warns_at: UnixMillis,
    /// Goes up with every change but activity.
    pub version: u32,
}

impl Sessions {
    /// A live session with its fields. Looking at it extends nothing.
    ///
    /// # Errors
    /// [`OperationError::NoSuchSession`], or the store failed, or it does not open.
    pub async fn show(&self, id: SessionId) -> Result<Session, OperationError> {
        let stored = self.0.store.get(id, self.now()).await?;
        let stored = stored.ok_or(OperationError::NoSuchSession(id))?;
        let fields = self.0.sealer.open_fields(id, &stored.fields).await?;
        let found = Found {
            record: stored.record,
            facts: stored.facts,
        };
        Ok(Session {
            fields: Some(fields),
            ..self.open(found).await?
        })
    }

    /// Opens all but the fields.
    pub(super) async fn open(&self, found: Found) -> Result<Session, OperationError> {
        let Record {
            id,
            placement,
            life,
            version,
            ..
        } = found.record;
        let (user, client) = self.0.sealer.open_facts(id, &found.facts).await?;
        let state = if life.is_locked {
            SessionState::Locked
        } else {
            SessionState::Active
        };
        Ok(Session {
            id,
            user,
            placement,
            client,
            fields: None,
            state,
            created_at: life.created_at,
            last_activity_at: life.last_activity_at,
            idle_expires_at: life.idle_ends_at(),
            absolute_expires_at: life.ends_at,
            warns_at: life.warns_at(),
            version,
        })
    }
}
