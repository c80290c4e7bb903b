//! Changes of what a user is and may be. Whatever ends a right goes through here, for one rule: somebody who can change
//! identities must be left.

use std::sync::Arc;

use wardline_kernel::UnixMillis;

use super::Identities;
use super::account::{Account, check_texts, load_all};
use super::administer::check;
use crate::error::AccessError;
use crate::guard::Authorised;
use crate::model::{PatientRef, Role, RoleSet, UserId};

/// What becomes of something that a user may have.
#[derive(Clone, Default)]
pub enum Edit<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It goes.
    Clear,
    /// It is this.
    Put(T),
}

/// What is to be changed of a user.
#[derive(Clone, Default)]
pub struct UserChange {
    /// What people call it; `None` leaves it as it is.
    pub name: Option<String>,
    /// Its department.
    pub department: Edit<String>,
    /// The patient that it is.
    pub own_record: Edit<PatientRef>,
    /// Who is told of its emergency accesses, besides the privacy officers.
    pub supervisor: Edit<UserId>,
    /// It ends by itself then.
    pub expires_at: Edit<UnixMillis>,
}

impl<T: Clone> Edit<T> {
    fn put(&self) -> Option<&T> {
        match self {
            Self::Put(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    fn apply(&self, to: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *to = None,
            Self::Put(value) => *to = Some(value.clone()),
        }
    }
}

impl Identities {
    /// Changes what is kept of a user.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn change_user(
        &self,
        authorised: &Authorised,
        id: UserId,
        change: UserChange,
    ) -> Result<(), AccessError> {
        check_texts(&[
            ("name", change.name.as_ref()),
            ("department", change.department.put()),
        ])?;
        if let Some(supervisor) = change.supervisor.put() {
            self.check_supervisor(*supervisor, Some(id)).await?;
        }
        let set = |account: &mut Account| {
            if let Some(name) = &change.name {
                account.name.clone_from(name);
            }
            change.department.apply(&mut account.department);
            let mut own_record = account.own_record();
            change.own_record.apply(&mut own_record);
            account.set_own_record(own_record.as_ref());
            let mut supervisor = account.supervisor.map(UserId);
            change.supervisor.apply(&mut supervisor);
            account.supervisor = supervisor.map(|id| id.0);
            change.expires_at.apply(&mut account.expires_at);
            Ok(())
        };
        self.change_rights(authorised, id, set).await
    }

    /// Disables a user, or takes that back. From the return on nothing passes any more, sessions and keys included.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn set_disabled(
        &self,
        authorised: &Authorised,
        id: UserId,
        is_disabled: bool,
    ) -> Result<(), AccessError> {
        let set = |account: &mut Account| {
            account.is_disabled = is_disabled;
            Ok(())
        };
        self.change_rights(authorised, id, set).await
    }

    /// Suspends a user, or takes that back: it may sign in and do nothing.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn set_suspended(
        &self,
        authorised: &Authorised,
        id: UserId,
        is_suspended: bool,
    ) -> Result<(), AccessError> {
        let set = |account: &mut Account| {
            account.is_suspended = is_suspended;
            Ok(())
        };
        self.change_rights(authorised, id, set).await
    }

    /// Says whether a user is off shift, as the roster has it.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn set_off_shift(
        &self,
        authorised: &Authorised,
        id: UserId,
        is_off_shift: bool,
    ) -> Result<(), AccessError> {
        let set = |account: &mut Account| {
            account.is_off_shift = is_off_shift;
            Ok(())
        };
        self.change_rights(authorised, id, set).await
    }

    /// Gives a user other roles. Sessions in a role that it lost act no more.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn set_roles(
        &self,
        authorised: &Authorised,
        id: UserId,
        roles: RoleSet,
    ) -> Result<(), AccessError> {
        self.change_rights(authorised, id, |account| account.set_roles(roles))
            .await
    }

    /// Whether there is such a user, and it is not the one that it would watch.
    pub(super) async fn check_supervisor(
        &self,
        supervisor: UserId,
        of: Option<UserId>,
    ) -> Result<(), AccessError> {
        let wrong = AccessError::Value {
            field: "supervisor",
            expected: "another user",
        };
        if Some(supervisor) == of {
            return Err(wrong);
        }
        match self.load(supervisor).await {
            Ok(_) => Ok(()),
            Err(AccessError::NotFound(_)) => Err(wrong),
            Err(error) => Err(error),
        }
    }

    /// Changes what somebody may, unless nobody would be left who can change identities.
    async fn change_rights(
        &self,
        authorised: &Authorised,
        id: UserId,
        mut set: impl FnMut(&mut Account) -> Result<(), AccessError>,
    ) -> Result<(), AccessError> {
        check(authorised)?;
        // One at a time, until it is written: two administrators who end each other side by side would leave none.
        let one_at_a_time = Arc::new(Arc::clone(&self.rights).lock_owned().await);
        let mut row = self.load(id).await?;
        let now = self.rows.now();
        let was = administers(&row.body, now);
        set(&mut row.body)?;
        if was && !administers(&row.body, now) {
            self.keep_an_administrator(id, now).await?;
        }
        self.change_holding(one_at_a_time, id, set).await
    }

    async fn keep_an_administrator(&self, but: UserId, now: UnixMillis) -> Result<(), AccessError> {
        let accounts = load_all(&self.rows).await?;
        let mut others = accounts.iter().filter(|account| account.id != but.0);
        if others.any(|other| administers(&other.body, now)) {
            return Ok(());
        }
        Err(AccessError::Value {
            field: "user",
            expected: "another security administrator without an end, before this one goes",
        })
    }
}

/// Whether it can change identities, and does not end by itself.
fn administers(account: &Account, now: UnixMillis) -> bool {
    account.roles().has(Role::SecurityAdmin)
        && account.is_usable(now)
        && account.expires_at.is_none()
        && !account.is_suspended
}
