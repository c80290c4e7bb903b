//! Does a session live, may its role do this, and did a person do something: one atomic step.

use std::sync::Arc;

use wardline_kernel::UnixMillis;

use crate::error::OperationError;
use crate::model::{EndCause, Expiry, Placement, RoleName, SessionId, SessionToken, UserName};
use crate::port::{Answer, Ask, Live};
use crate::service::Sessions;
use crate::settings::Settings;

/// What is asked of a session.
#[derive(Clone, Copy)]
pub struct CheckAsk<'a> {
    /// The token that was presented.
    pub token: &'a str,
    /// What its role must allow; `None`: that it lives is enough.
    pub permission: Option<&'a str>,
    /// Whether a person did something. An open event stream, a poll or a timer is nothing that a person does: it
    /// must not keep a session alive.
    pub is_activity: bool,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It lives and may.
    Live(LiveSession),
    /// It may not.
    Denied(Denial),
}

/// A session that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSession {
    /// Its public id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserName,
    /// Role, department, portal.
    pub placement: Arc<Placement>,
    /// When it ends unless a person does something.
    pub idle_expires_at: UnixMillis,
    /// When it ends in any case.
    pub absolute_expires_at: UnixMillis,
    /// When a person is to be warned of the nearer of both.
    pub warns_at: UnixMillis,
    /// Whether that moment has come.
    pub warn: bool,
    /// Goes up with every change but activity.
    pub version: u32,
}

/// Why a check was denied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// No session has this token, or it ended long ago.
    Unknown,
    /// A limit of time has ended it.
    Expired(Expiry),
    /// Somebody ended it.
    Revoked,
    /// Its user began another and had as many as are allowed.
    Displaced,
    /// It is locked.
    Locked,
    /// Its role does not hold the permission.
    Permission(RoleName),
    /// Its role is not configured any more, so it holds no permission.
    RoleUnknown(RoleName),
}

impl Denial {
    /// Its name: `unknown`, `expired_idle`, `expired_absolute`, `revoked`, `displaced`, `locked`, `permission`,
    /// `role_unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Expired(Expiry::Idle) => "expired_idle",
            Self::Expired(Expiry::Absolute) => "expired_absolute",
            Self::Revoked => "revoked",
            Self::Displaced => "displaced",
            Self::Locked => "locked",
            Self::Permission(_) => "permission",
            Self::RoleUnknown(_) => "role_unknown",
        }
    }
}

impl Sessions {
    /// Checks a session. A denied one is a normal answer, and nothing of it was extended.
    ///
    /// # Errors
    /// The store failed: nothing is known of the session then, so nothing may be allowed.
    pub async fn check(&self, ask: CheckAsk<'_>) -> Result<Checked, OperationError> {
        let settings = self.settings();
        let Ok((id, token)) = SessionToken::read(ask.token) else {
            return Ok(Checked::Denied(Denial::Unknown));
        };
        let now = self.now();
        let asked = Ask {
            id,
            token,
            roles: settings.passing(ask.permission),
            is_activity: ask.is_activity,
        };
        let answer = self.0.store.check(&asked, now).await?;
        self.checked(&settings, id, answer, now).await
    }

    /// What a store's answer means.
    pub(super) async fn checked(
        &self,
        settings: &Settings,
        id: SessionId,
        answer: Answer,
        now: UnixMillis,
    ) -> Result<Checked, OperationError> {
        let denial = match answer {
            Answer::Live(live) => return self.living(id, live, now).await,
            Answer::Unknown => Denial::Unknown,
            Answer::Ended(EndCause::Expired(expiry)) => Denial::Expired(expiry),
            Answer::Ended(EndCause::Revoked) => Denial::Revoked,
            Answer::Ended(EndCause::Displaced) => Denial::Displaced,
            Answer::Locked => Denial::Locked,
            Answer::Role(role) if settings.role(role.as_str()).is_some() => {
                Denial::Permission(role)
            }
            Answer::Role(role) => Denial::RoleUnknown(role),
        };
        Ok(Checked::Denied(denial))
    }

    async fn living(
        &self,
        id: SessionId,
        live: Live,
        now: UnixMillis,
    ) -> Result<Checked, OperationError> {
        let user = match self.0.users.get(&live.user) {
            Some(user) => user,
            None => match self.0.store.facts(id).await? {
                Some(sealed) => {
                    let (user, _) = self.0.sealer.open_facts(id, &sealed).await?;
                    self.0.users.put(live.user, user.clone());
                    user
                }
                // It ended between the two looks.
                None => return Ok(Checked::Denied(Denial::Unknown)),
            },
        };
        let warns_at = live.life.warns_at();
        Ok(Checked::Live(LiveSession {
            id,
            user,
            placement: live.placement,
            idle_expires_at: live.life.idle_ends_at(),
            absolute_expires_at: live.life.ends_at,
            warns_at,
            warn: now >= warns_at,
            version: live.version,
        }))
    }
}
