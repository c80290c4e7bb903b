//! How a person gets in: login, password, second factor. An attempt is counted before it is judged, so that guesses made
//! side by side are counted like guesses one after the other; success takes the count back.

use aws_lc_rs::constant_time;
use wardline_kernel::UnixMillis;

use super::account::{Account, AccountKind};
use super::administer::hash_of;
use super::password::PasswordHash;
use super::{Identities, totp};
use crate::error::AccessError;
use crate::model::{Role, RoleSet, UserId};
use crate::port::{Kind, Put};
use crate::rows::{Loaded, MAX_ATTEMPTS};

/// Failed attempts in a row after which an account is locked.
pub const LOCK_AFTER: u32 = 5;
/// How long it is locked first; each further failure doubles it.
pub const LOCK_MIN_MS: u64 = 60_000;
/// How long it is locked at most.
pub const LOCK_MAX_MS: u64 = 60 * 60_000;

/// What a person proves besides the password.
#[derive(Clone, Copy)]
pub enum SecondFactor<'a> {
    /// The code that an authenticator shows.
    Totp(&'a str),
    /// A recovery code; it is used up.
    Recovery(&'a str),
}

/// Somebody that proved who it is: what a session is begun with. Made by [`Identities::sign_in`] alone.
#[derive(Clone, Debug)]
pub struct SignedIn {
    user: UserId,
    roles: RoleSet,
    department: Option<String>,
    has_second_factor: bool,
}

impl SignedIn {
    /// The user.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The roles of which the session is for one.
    pub fn roles(&self) -> RoleSet {
        self.roles
    }

    /// Whether it may act in this role.
    pub fn may_be(&self, role: Role) -> bool {
        self.roles.has(role)
    }

    /// Its department.
    pub fn department(&self) -> Option<&str> {
        self.department.as_deref()
    }

    /// Whether it proved a second factor. Without one nothing but enrolling one is of use.
    pub fn has_second_factor(&self) -> bool {
        self.has_second_factor
    }
}

/// That a user proved a second factor again, just now. Made by [`Identities::step_up`] alone.
#[derive(Clone, Debug)]
pub struct SteppedUp {
    pub(crate) user: UserId,
    pub(crate) at: UnixMillis,
}

/// Why somebody was not let in. Whoever tries is told one and the same; the trail gets the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRefused {
    /// Nobody signs in with this name, or only a machine would.
    Unknown,
    /// The password is another one.
    Password,
    /// The code is not right, was used before, or is missing.
    SecondFactor,
    /// Too many failures; refused until then, right or wrong.
    Locked(UnixMillis),
    /// The account is disabled or has expired.
    Unusable,
}

impl Identities {
    /// Lets a person in. Takes the same time whether or not there is such a user.
    ///
    /// # Errors
    /// [`AccessError`] when nothing could be decided; a refusal is the inner error.
    pub async fn sign_in(
        &self,
        login: &str,
        password: &str,
        second: Option<SecondFactor<'_>>,
    ) -> Result<Result<SignedIn, SignInRefused>, AccessError> {
        let key = self.login_key(login);
        let found: Option<Loaded<Account>> = self.rows.find(Kind::User, key).await?;
        let kept = found
            .as_ref()
            .and_then(|row| row.body.proofs.password.as_ref());
        // Side by side, so that the time taken is that of the hash, whether or not there is somebody to count for.
        let checked = self.hasher.check(password, kept);
        let (reserved, is_right) = tokio::join!(self.reserve(login), checked);
        let user = match reserved? {
            Reserved::Attempt(user, _) => user,
            Reserved::Locked(until) => return Ok(Err(SignInRefused::Locked(until))),
            Reserved::Nobody => return Ok(Err(SignInRefused::Unknown)),
        };
        if !is_right? {
            return Ok(Err(SignInRefused::Password));
        }
        let password_then = kept.map(PasswordHash::tag);
        self.settle(user, password_then, second).await
    }

    /// Has a signed-in user prove its second factor again.
    ///
    /// # Errors
    /// [`AccessError`]; a refusal is the inner error.
    pub async fn step_up(
        &self,
        principal: &crate::model::Principal,
        second: SecondFactor<'_>,
    ) -> Result<Result<SteppedUp, SignInRefused>, AccessError> {
        let row = self.load(principal.user()).await?;
        let reserved = self.reserve(&row.body.login).await?;
        let (user, password_then) = match reserved {
            Reserved::Attempt(user, password) => (user, password),
            Reserved::Locked(until) => return Ok(Err(SignInRefused::Locked(until))),
            Reserved::Nobody => return Ok(Err(SignInRefused::Unknown)),
        };
        let settled = self.settle(user, password_then, Some(second));
        Ok(settled.await?.map(|signed_in| SteppedUp {
            user: signed_in.user,
            at: self.rows.now(),
        }))
    }

    /// Counts the attempt as failed, until it succeeds.
    async fn reserve(&self, login: &str) -> Result<Reserved, AccessError> {
        let key = self.login_key(login);
        for _ in 0..MAX_ATTEMPTS {
            let row: Option<Loaded<Account>> = self.rows.find(Kind::User, key).await?;
            let Some(mut row) = row.filter(|row| row.body.kind == AccountKind::Person) else {
                return Ok(Reserved::Nobody);
            };
            let now = self.rows.now();
            if now < row.body.locked_until {
                return Ok(Reserved::Locked(row.body.locked_until));
            }
            row.body.failures = row.body.failures.saturating_add(1);
            if row.body.failures >= LOCK_AFTER {
                let doublings = (row.body.failures - LOCK_AFTER).min(16);
                let lock = (LOCK_MIN_MS << doublings).min(LOCK_MAX_MS);
                row.body.locked_until = now.saturating_add(lock);
            }
            if self.rows.put(Kind::User, &row).await? == Put::Done {
                let password = row.body.proofs.password.as_ref();
                return Ok(Reserved::Attempt(
                    UserId(row.id),
                    password.map(PasswordHash::tag),
                ));
            }
        }
        Err(AccessError::Busy)
    }

    /// Judges what is left to judge, and takes the count back in the same step in which a code is used up.
    async fn settle(
        &self,
        user: UserId,
        password_then: Option<[u8; 16]>,
        second: Option<SecondFactor<'_>>,
    ) -> Result<Result<SignedIn, SignInRefused>, AccessError> {
        for _ in 0..MAX_ATTEMPTS {
            let mut row = self.load(user).await?;
            let now = self.rows.now();
            let account = &mut row.body;
            if account.proofs.password.as_ref().map(PasswordHash::tag) != password_then {
                return Ok(Err(SignInRefused::Password));
            }
            if !account.is_usable(now) {
                return Ok(Err(SignInRefused::Unusable));
            }
            let Some(has_second_factor) = take_second(account, second, now) else {
                return Ok(Err(SignInRefused::SecondFactor));
            };
            (account.failures, account.locked_until) = (0, 0);
            let signed_in = SignedIn {
                user,
                roles: account.roles(),
                department: account.department.clone(),
                has_second_factor,
            };
            if self.rows.put(Kind::User, &row).await? == Put::Done {
                return Ok(Ok(signed_in));
            }
        }
        Err(AccessError::Busy)
    }
}

enum Reserved {
    /// Of this user, with this password.
    Attempt(UserId, Option<[u8; 16]>),
    Locked(UnixMillis),
    Nobody,
}

/// Uses the second factor up. `None` when it is wrong or missing; `Some(false)` when there is none yet to prove.
fn take_second(
    account: &mut Account,
    second: Option<SecondFactor<'_>>,
    now: UnixMillis,
) -> Option<bool> {
    let proofs = &mut account.proofs;
    let totp = proofs.totp.as_mut().filter(|totp| totp.is_confirmed);
    let Some(totp) = totp else {
        return second.is_none().then_some(false);
    };
    match second? {
        SecondFactor::Totp(code) => {
            totp.last_step = totp::accepts(&totp.secret, code, now, totp.last_step)?;
        }
        SecondFactor::Recovery(code) => {
            let hash = hash_of(code);
            let is_it =
                |kept: &[u8; 32]| constant_time::verify_slices_are_equal(kept, &hash).is_ok();
            let place = proofs.recovery.iter().position(is_it)?;
            proofs.recovery.remove(place);
        }
    }
    Some(true)
}
