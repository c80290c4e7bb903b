//! Gives a session a new token: after a sign-in, or with another role. Whoever planted or saw the old token holds
//! nothing any more (session fixation: OWASP, "Renew the Session ID After Any Privilege Level Change").

use std::sync::Arc;

use crate::error::OperationError;
use crate::model::{DepartmentName, Life, Placement, RoleName, SessionId, SessionToken, TokenHash};
use crate::operations::create::{millis_u32, warning_ms};
use crate::port::{Change, Record};
use crate::service::Sessions;
use crate::settings::Settings;

/// What changes with the token; `None` leaves it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privilege {
    /// The role from now on. Its idle limit and warning hold from now on; its absolute limit counts from the
    /// session's creation and only shortens.
    pub role: Option<RoleName>,
    /// The department from now on.
    pub department: Option<DepartmentName>,
}

/// A session with its new token.
#[derive(Debug)]
pub struct RenewedSession {
    /// Its public id: the same as before.
    pub id: SessionId,
    /// Its new secret. It is given out here and nowhere else; the old one is dead.
    pub token: SessionToken,
    /// Role, department, portal.
    pub placement: Arc<Placement>,
    /// Its limits.
    pub life: Life,
    /// Its version.
    pub version: u32,
}

/// How often a renewal is tried when others change the same session at the same time.
const TRIES: usize = 8;

impl Sessions {
    /// Gives a session a new token. It is activity: a person just proved who it is.
    ///
    /// # Errors
    /// [`OperationError::NoSuchSession`], [`OperationError::NoSuchRole`], [`OperationError::Locked`], or the store
    /// failed: the old token may hold then.
    pub async fn renew(
        &self,
        id: SessionId,
        privilege: Privilege,
    ) -> Result<RenewedSession, OperationError> {
        let mut tries = 1;
        loop {
            match self.try_renew(id, &privilege).await {
                Err(OperationError::Conflict { .. }) if tries < TRIES => tries += 1,
                tried => return tried,
            }
        }
    }

    async fn try_renew(
        &self,
        id: SessionId,
        privilege: &Privilege,
    ) -> Result<RenewedSession, OperationError> {
        let stored = self.0.store.get(id, self.now()).await?;
        let record = stored.ok_or(OperationError::NoSuchSession(id))?.record;
        let token = SessionToken::generate(id).map_err(|e| OperationError::Key(e.to_string()))?;
        let (_, hash) =
            SessionToken::read(token.expose()).map_err(|e| OperationError::Key(e.to_string()))?;
        let change = renewal(&self.settings(), &record, hash, privilege)?;
        let record = self.change(id, change).await?;
        Ok(RenewedSession {
            id,
            token,
            placement: record.placement,
            life: record.life,
            version: record.version,
        })
    }
}

fn renewal(
    settings: &Settings,
    record: &Record,
    token: TokenHash,
    privilege: &Privilege,
) -> Result<Change, OperationError> {
    let was = &record.placement;
    let placement = Placement {
        role: privilege.role.as_ref().unwrap_or(&was.role).clone(),
        department: privilege
            .department
            .as_ref()
            .or(was.department.as_ref())
            .cloned(),
        portal: was.portal.clone(),
    };
    let role = settings
        .role(placement.role.as_str())
        .ok_or_else(|| OperationError::NoSuchRole(placement.role.clone()))?;
    let mut idle_limit_ms = millis_u32(role.idle_limit);
    if placement.role == was.role {
        // What the application chose to be shorter stays so while the role is the same.
        idle_limit_ms = idle_limit_ms.min(record.life.idle_limit_ms);
    }
    let absolute_ms = u64::from(millis_u32(role.absolute_limit));
    Ok(Change::Renew {
        token,
        placement: Arc::new(placement),
        idle_limit_ms,
        ends_at: record.life.created_at.saturating_add(absolute_ms),
        warning_ms: warning_ms(role, idle_limit_ms),
        expected: record.version,
    })
}
