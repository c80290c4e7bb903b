//! How a session, or an API key, becomes somebody who acts. Looked up anew each time: a user that was disabled, or lost
//! the role, acts no more.

use super::Identities;
use super::account::Account;
use crate::error::AccessError;
use crate::model::{Principal, PrincipalParts, RoleSet, SessionRef, Standing, UserId};

impl Identities {
    /// Who acts by this session token. `None` when no live session has it, or its user may not be used any more.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn principal(&self, token: &str) -> Result<Option<Principal>, AccessError> {
        let Some(facts) = self.sessions.check(token).await? else {
            return Ok(None);
        };
        let account = match self.load(facts.user).await {
            Ok(row) => row.body,
            Err(AccessError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        if !account.is_usable(self.rows.now()) || !account.roles().has(facts.role) {
            return Ok(None);
        }
        let by = By {
            session: facts.session,
            roles: RoleSet::one(facts.role),
            department: facts.department,
            has_second_factor: facts.has_second_factor,
            is_service: false,
        };
        Ok(Some(acting(facts.user, &account, by)))
    }
}

/// By what somebody acts.
pub(super) struct By {
    pub(super) session: SessionRef,
    pub(super) roles: RoleSet,
    pub(super) department: Option<String>,
    pub(super) has_second_factor: bool,
    pub(super) is_service: bool,
}

pub(super) fn acting(user: UserId, account: &Account, by: By) -> Principal {
    Principal::new(PrincipalParts {
        user,
        roles: by.roles,
        department: by.department,
        own_record: account.own_record(),
        session: by.session,
        standing: Standing {
            is_suspended: account.is_suspended,
            has_second_factor: by.has_second_factor,
            is_service: by.is_service,
            is_off_shift: account.is_off_shift,
        },
    })
}
