//! What the gate does for those who keep identities.

use wardline_access::identity::NewUser;
use wardline_access::model::{Action, Principal, Purpose, UserId};
use wardline_access::policy::Reason;
use wardline_access::{AccessError, Identities};
use wardline_audit::model::{DataType, Event, EventKind, Note, Origin, Outcome};
use wardline_sessions::model::{PortalName, UserName};
use wardline_sessions::operations::{MAX_PAGE, SessionFilter};
use wardline_sessions::{OperationError, Sessions};

use super::recorder::{self, failed};
use super::{Closed, Gate, PORTAL};

/// Emergency accesses that a record of being told names; the number of all stands there too.
const MOST_TOLD: usize = 12;

impl Gate {
    /// Makes the first user for an application of the site, recorded before. When there is any user that is refused,
    /// and in the trail too.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn first_user(
        &self,
        by: &Principal,
        user: NewUser,
        password: &str,
    ) -> Result<UserId, Closed> {
        if self.identities.has_users().await? {
            let asked = (Action::Write, Purpose::Operations);
            let refused = self.guard.refuse(by, asked, Reason::Role).await;
            return Err(refused.into());
        }
        let origin = Origin {
            address: by.way().address,
            request: recorder::request(by.way().request.as_ref()),
            ..Origin::of(recorder::user(by.name()).map_err(AccessError::from)?)
        };
        let event = Event {
            data_types: DataType::new("identities").into_iter().collect(),
            reason: Note::new(&format!("first user {}", user.login)).ok(),
            ..Event::new(EventKind::Write, Outcome::Success, origin)
        };
        let recorded = self.audit.record_one(event).await;
        recorded.map_err(|error| AccessError::from(failed(&error)))?;
        Ok(self.identities.create_first_user(user, password).await?)
    }

    /// Records that somebody was told of these emergency accesses.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn told(&self, principal: &Principal, ids: &[&str]) -> Result<(), Closed> {
        let by = Origin {
            role: principal.roles().iter().next().and_then(recorder::role),
            session: recorder::session(principal.session()),
            address: principal.way().address,
            request: recorder::request(principal.way().request.as_ref()),
            ..Origin::of(recorder::user(principal.name()).map_err(AccessError::from)?)
        };
        let of: Vec<&str> = ids.iter().take(MOST_TOLD).copied().collect();
        let reason = format!("told of {} emergency accesses: {}", ids.len(), of.join(" "));
        let event = Event {
            data_types: DataType::new("emergencies").into_iter().collect(),
            reason: Note::new(reason.trim_end_matches(": ")).ok(),
            ..Event::new(EventKind::Read, Outcome::Success, by)
        };
        let recorded = self.audit.record_one(event).await;
        recorded.map_err(|error| AccessError::from(failed(&error)))?;
        Ok(())
    }

    /// Lets through who is not suspended. Whoever is may do nothing, also where nobody's data is; the refusal is in the
    /// trail.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn stands(&self, principal: &Principal, changes: bool) -> Result<(), Closed> {
        if !principal.standing().is_suspended {
            return Ok(());
        }
        let action = if changes { Action::Write } else { Action::Read };
        let asked = (action, Purpose::Operations);
        let refused = self.guard.refuse(principal, asked, Reason::Suspended);
        Err(refused.await.into())
    }

    /// Ends every session that a user began with a sign-in here. Those of applications, for users of their own, stay.
    ///
    /// # Errors
    /// [`OperationError`], or the user could not be read.
    pub(crate) async fn sign_out_everywhere(&self, user: UserId) -> Result<(), NotSignedOut> {
        end_all(&self.identities, &self.sessions, user).await
    }
}

/// Why somebody's sessions did not all end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSignedOut {
    /// Identities failed.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Sessions failed.
    #[error(transparent)]
    Session(#[from] OperationError),
}

async fn end_all(
    identities: &Identities,
    sessions: &Sessions,
    user: UserId,
) -> Result<(), NotSignedOut> {
    let login = identities.show_user(user).await?.login;
    let portal = PortalName::new(PORTAL).map_err(|e| OperationError::Key(e.to_string()))?;
    let filter = SessionFilter {
        user: Some(UserName::new(&login).map_err(OperationError::Fact)?),
        portal: Some(portal),
        ..SessionFilter::default()
    };
    loop {
        let page = sessions.list(&filter, None, MAX_PAGE).await?;
        for session in &page.items {
            match sessions.revoke(session.id).await {
                Ok(()) | Err(OperationError::NoSuchSession(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if page.next.is_none() {
            return Ok(());
        }
    }
}
