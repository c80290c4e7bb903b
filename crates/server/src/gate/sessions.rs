//! Whose a session's token is. Only sessions that began with a sign-in here count: the word of an application for user
//! and role is not taken.

use async_trait::async_trait;
use wardline_access::model::{Role, SessionRef};
use wardline_access::port::{SessionCheck, SessionFacts};
use wardline_kernel::StoreError;
use wardline_sessions::operations::{CheckAsk, Checked};
use wardline_sessions::{OperationError, Sessions};

/// The portal of sessions that began with a sign-in here. No application can begin one there.
pub(crate) const PORTAL: &str = "wardline";

/// The session service, as access needs it.
pub(super) struct OfSessions(pub(super) Sessions);

#[async_trait]
impl SessionCheck for OfSessions {
    async fn check(
        &self,
        token: &str,
        is_activity: bool,
    ) -> Result<Option<SessionFacts>, StoreError> {
        let ask = CheckAsk {
            token,
            permission: None,
            is_activity,
        };
        let live = match self.0.check(ask).await {
            Ok(Checked::Live(live)) => live,
            Ok(Checked::Denied(_)) => return Ok(None),
            Err(OperationError::Store(error)) => return Err(error),
            Err(error) => return Err(StoreError::Unavailable(error.to_string())),
        };
        let role = Role::parse(live.placement.role.as_str()).ok();
        let session = SessionRef::new(&live.id.to_string()).ok();
        let (Some(role), Some(session)) = (role, session) else {
            return Ok(None);
        };
        if live.placement.portal.as_str() != PORTAL {
            return Ok(None);
        }
        Ok(Some(SessionFacts {
            session,
            login: live.user.expose().to_owned(),
            role,
            // No session begins here without one.
            has_second_factor: true,
        }))
    }
}
