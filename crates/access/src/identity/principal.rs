//! How a session, or an API key, becomes somebody who acts. Looked up anew each time: a user that was disabled, or lost
//! the role, acts no more.

use super::Identities;
use super::account::{Account, AccountKind};
use super::administer::hash_of;
use crate::error::AccessError;
use crate::model::{
    IdError, Principal, PrincipalParts, Role, RoleSet, SessionRef, Standing, UserId, Via,
};
use crate::port::Kind;
use crate::rows::Loaded;

impl Identities {
    /// Who acts by this session token. `is_activity` says that a person did something, which keeps the session alive.
    /// `None` when no live session has it, or its user may not be used any more.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn principal(
        &self,
        token: &str,
        is_activity: bool,
    ) -> Result<Option<Principal>, AccessError> {
        let epoch = self.engine.epoch();
        let Some(facts) = self.sessions.check(token, is_activity).await? else {
            return Ok(None);
        };
        let key = self.login_key(&facts.login);
        let row: Option<Loaded<Account>> = self.rows.find(Kind::User, key).await?;
        let Some(Loaded {
            id, body: account, ..
        }) = row
        else {
            return Ok(None);
        };
        if !account.is_usable(self.rows.now()) || !account.roles().has(facts.role) {
            return Ok(None);
        }
        let by = By {
            session: facts.session,
            roles: RoleSet::one(facts.role),
            department: account.department.clone(),
            has_second_factor: facts.has_second_factor,
            is_service: false,
            epoch,
        };
        Ok(Some(acting(UserId(id), &account, by)))
    }

    /// Who acts by the word of the site's provider, which whoever calls has checked. The account stands here, so that it
    /// can be disabled here; of its roles only those count that the provider names too, and of several one must be asked
    /// for.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn principal_outside(
        &self,
        outside: &Outside,
        asked: Option<Role>,
    ) -> Result<Result<Principal, OutsideRefused>, AccessError> {
        let epoch = self.engine.epoch();
        let key = self.login_key(&outside.login);
        let row: Option<Loaded<Account>> = self.rows.find(Kind::User, key).await?;
        let Some(Loaded {
            id, body: account, ..
        }) = row
        else {
            return Ok(Err(OutsideRefused::NoAccount));
        };
        if account.kind == AccountKind::Service || !account.is_usable(self.rows.now()) {
            return Ok(Err(OutsideRefused::Unusable));
        }
        let own = account.roles();
        let mut roles = outside.roles.iter().filter(|role| own.has(*role));
        let role = match (asked, roles.next(), roles.next()) {
            (Some(asked), ..) if outside.roles.has(asked) && own.has(asked) => asked,
            (Some(_), ..) | (None, None, _) => return Ok(Err(OutsideRefused::NoRole)),
            (None, Some(only), None) => only,
            (None, Some(_), Some(_)) => return Ok(Err(OutsideRefused::WhichRole)),
        };
        let Ok(session) = SessionRef::new(&format!("{OUTSIDE}{}", outside.session)) else {
            return Ok(Err(OutsideRefused::Unusable));
        };
        let told = outside.department.as_ref();
        let department = match told {
            Some(told) => Some(told.clone()).filter(|told| !told.is_empty()),
            None => account.department.clone(),
        };
        let by = By {
            session,
            roles: RoleSet::one(role),
            department,
            has_second_factor: outside.has_second_factor,
            is_service: false,
            epoch,
        };
        Ok(Ok(acting(UserId(id), &account, by)))
    }

    /// Who acted a moment ago, as it stands now. `None` when it may not act any more. Whether its session lives is not
    /// asked: that is known by its token alone.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn again(&self, principal: &Principal) -> Result<Option<Principal>, AccessError> {
        let epoch = self.engine.epoch();
        let is_channel = principal.session().expose().starts_with(CHANNEL);
        if is_channel || principal.roles() == RoleSet::one(Role::Application) {
            return Ok(Some(principal.clone()));
        }
        if !self.key_holds(principal.session()).await? {
            return Ok(None);
        }
        let account = match self.load(principal.user()).await {
            Ok(row) => row.body,
            Err(AccessError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let has_roles = principal.roles().is_within(account.roles());
        if !account.is_usable(self.rows.now()) || !has_roles {
            return Ok(None);
        }
        let standing = principal.standing();
        let by = By {
            session: principal.session().clone(),
            roles: principal.roles(),
            // What the provider says of it stands in its token.
            department: if principal.session().expose().starts_with(OUTSIDE) {
                principal.department().map(str::to_owned)
            } else {
                account.department.clone()
            },
            has_second_factor: standing.has_second_factor,
            is_service: standing.is_service,
            epoch,
        };
        let again = acting(principal.user(), &account, by);
        Ok(Some(again.via(principal.way().clone())))
    }
}

/// The first bytes of the session of somebody whom a provider of the site signed in.
const OUTSIDE: &str = "oidc:";

/// Who somebody is by the word of the site's provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The login of its account here.
    pub login: String,
    /// Roles that the provider names.
    pub roles: RoleSet,
    /// The department that the provider names, empty when it names none; `None` when that of the account counts.
    pub department: Option<String>,
    /// The session there, 1 to 120 visible characters: it stands in the trail.
    pub session: String,
    /// Whether it proved a second factor there.
    pub has_second_factor: bool,
}

/// Why the provider's word is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutsideRefused {
    /// Nobody here has that login.
    NoAccount,
    /// The account is disabled, has ended, or is a machine's.
    Unusable,
    /// No role that both the provider names and the account has, or not the one that was asked for.
    NoRole,
    /// There are several: one must be asked for.
    WhichRole,
}

/// By what somebody acts.
pub(super) struct By {
    pub(super) session: SessionRef,
    pub(super) roles: RoleSet,
    pub(super) department: Option<String>,
    pub(super) has_second_factor: bool,
    pub(super) is_service: bool,
    /// Read before anything else was.
    pub(super) epoch: u64,
}

pub(super) fn acting(user: UserId, account: &Account, by: By) -> Principal {
    Principal::new(PrincipalParts {
        user,
        name: account.login.as_str().into(),
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
        via: Via::default(),
        epoch: by.epoch,
    })
}

/// The first bytes of a name under which an application stands in the trail; no login has a colon there.
const APPLICATION: &str = "token:";

/// An application that the site itself let in, by a token of its own file. Whoever calls this has checked the token;
/// the name is the one that stands in the file. It acts in the role [`Role::Application`] and in no other.
///
/// # Errors
/// [`IdError`] when the name is none: 1 to 122 visible ASCII characters.
pub fn application(name: &str) -> Result<Principal, IdError> {
    of_the_site(format!("{APPLICATION}{name}"), Role::Application)
}

/// The first bytes of a name under which a channel stands in the trail.
const CHANNEL: &str = "channel:";

/// A channel of the site's files, which hands on what its messages say. It acts in the role [`Role::Integration`] and in
/// no other.
///
/// # Errors
/// [`IdError`], as [`application`].
pub fn channel(name: &str) -> Result<Principal, IdError> {
    of_the_site(format!("{CHANNEL}{name}"), Role::Integration)
}

fn of_the_site(name: String, role: Role) -> Result<Principal, IdError> {
    let session = SessionRef::new(&name)?;
    let mut user = [0; 16];
    let hash = hash_of(&name);
    user.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    Ok(Principal::new(PrincipalParts {
        user: UserId(user),
        name: name.into(),
        roles: RoleSet::one(role),
        department: None,
        own_record: None,
        session,
        standing: Standing {
            is_service: true,
            ..Standing::default()
        },
        via: Via::default(),
        epoch: 0,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_named_as_no_user_can_be_and_is_the_same_each_time() {
        let board = application("board").unwrap();

        assert_eq!(board.name(), "token:board");
        assert_eq!(board.user(), application("board").unwrap().user());
        assert_ne!(board.user(), application("boards").unwrap().user());
        assert_eq!(board.roles(), RoleSet::one(Role::Application));
        assert!(application("two words").is_err());
        let adt = channel("adt-in").unwrap();
        assert_eq!(adt.name(), "channel:adt-in");
        assert_eq!(adt.roles(), RoleSet::one(Role::Integration));
        assert!(adt.standing().is_service);
    }
}
