//! What is kept of a user.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;
use zeroize::Zeroize;

use super::password::PasswordHash;
use crate::error::AccessError;
use crate::model::{PatientRef, Role, RoleSet, UserId};
use crate::port::{Kind, MAX_PAGE};
use crate::rows::{Loaded, Rows};

/// Bytes of a login, a name or a department at most.
pub const MAX_TEXT_BYTES: usize = 128;

/// Whether a person or a machine uses an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountKind {
    /// Signs in with a password and a second factor.
    Person,
    /// Has API keys and cannot sign in.
    Service,
}

/// A user that is to be.
#[derive(Clone)]
pub struct NewUser {
    /// What it signs in with; one user's only.
    pub login: String,
    /// What people call it.
    pub name: String,
    /// Who uses it.
    pub kind: AccountKind,
    /// What it may act as.
    pub roles: RoleSet,
    /// Its department.
    pub department: Option<String>,
    /// The patient that it is.
    pub own_record: Option<PatientRef>,
    /// Who is told of its emergency accesses.
    pub supervisor: Option<UserId>,
    /// It ends by itself then.
    pub expires_at: Option<UnixMillis>,
}

/// What is shown of a user. Secrets are not in it.
#[derive(Clone)]
#[non_exhaustive]
pub struct UserView {
    /// Which.
    pub id: UserId,
    /// What it signs in with.
    pub login: String,
    /// What people call it.
    pub name: String,
    /// Who uses it.
    pub kind: AccountKind,
    /// What it may act as.
    pub roles: RoleSet,
    /// Its department.
    pub department: Option<String>,
    /// Whether it was disabled.
    pub is_disabled: bool,
    /// Whether it is suspended.
    pub is_suspended: bool,
    /// Whether it is off shift.
    pub is_off_shift: bool,
    /// Whether it has a second factor.
    pub has_second_factor: bool,
    /// Recovery codes that it has left.
    pub recovery_codes: usize,
    /// Whether it is a patient with a record here. Which one is told to nobody.
    pub has_own_record: bool,
    /// Who is told of its emergency accesses, besides the privacy officers.
    pub supervisor: Option<UserId>,
    /// Attempts to sign in are refused until then, when that lies ahead.
    pub locked_until: UnixMillis,
    /// Since when.
    pub created_at: UnixMillis,
    /// It ends by itself then.
    pub expires_at: Option<UnixMillis>,
}

/// A user as it is kept, sealed as a whole.
#[derive(Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) kind: AccountKind,
    /// By their words, so that the order of the list may change.
    roles: Vec<String>,
    pub(crate) department: Option<String>,
    own_record: Option<String>,
    pub(crate) supervisor: Option<[u8; 16]>,
    created_at: UnixMillis,
    pub(crate) expires_at: Option<UnixMillis>,
    pub(crate) is_disabled: bool,
    pub(crate) is_suspended: bool,
    pub(crate) is_off_shift: bool,
    pub(super) proofs: Proofs,
    /// Failed attempts in a row, those under way included.
    pub(super) failures: u32,
    /// Attempts are refused until then.
    pub(super) locked_until: UnixMillis,
}

/// How it proves who it is.
#[derive(Clone, Default, Serialize, Deserialize, Zeroize)]
#[zeroize(drop)]
pub(super) struct Proofs {
    pub(super) password: Option<PasswordHash>,
    pub(super) totp: Option<Totp>,
    /// SHA-256 of each code that is left; a code has 100 random bits.
    pub(super) recovery: Vec<[u8; 32]>,
}

/// A second factor.
#[derive(Clone, Serialize, Deserialize, Zeroize)]
#[zeroize(drop)]
pub(super) struct Totp {
    pub(super) secret: Vec<u8>,
    /// Whether a first code was given.
    pub(super) is_confirmed: bool,
    /// The last step that a code was taken of.
    pub(super) last_step: u64,
}

impl Account {
    pub(super) fn new(user: NewUser, now: UnixMillis) -> Result<Self, AccessError> {
        check_texts(&[
            ("login", Some(&user.login)),
            ("name", Some(&user.name)),
            ("department", user.department.as_ref()),
        ])?;
        let mut account = Self {
            login: user.login,
            name: user.name,
            kind: user.kind,
            roles: Vec::new(),
            department: user.department,
            own_record: None,
            supervisor: user.supervisor.map(|id| id.0),
            created_at: now,
            expires_at: user.expires_at,
            is_disabled: false,
            is_suspended: false,
            is_off_shift: false,
            proofs: Proofs::default(),
            failures: 0,
            locked_until: 0,
        };
        account.set_own_record(user.own_record.as_ref());
        account.set_roles(user.roles)?;
        Ok(account)
    }

    /// What it may act as. A role that is not known any more is none.
    pub(crate) fn roles(&self) -> RoleSet {
        let known = self.roles.iter().filter_map(|role| Role::parse(role).ok());
        known.collect()
    }

    pub(super) fn set_roles(&mut self, roles: RoleSet) -> Result<(), AccessError> {
        let is_machine = self.kind == AccountKind::Service;
        let is_other = |role: Role| role.is_machine() != is_machine || role == Role::Application;
        if roles.is_empty() || roles.iter().any(is_other) {
            return Err(AccessError::Value {
                field: "roles",
                expected: "at least one; integration and device for service accounts, the others for persons",
            });
        }
        if roles.has(Role::SecurityAdmin) && roles != RoleSet::one(Role::SecurityAdmin) {
            return Err(AccessError::RolesApart);
        }
        self.roles = roles.iter().map(|role| role.as_str().to_owned()).collect();
        Ok(())
    }

    pub(super) fn set_own_record(&mut self, record: Option<&PatientRef>) {
        self.own_record = record.map(|record| record.expose().to_owned());
    }

    pub(crate) fn own_record(&self) -> Option<PatientRef> {
        let record = self.own_record.as_deref()?;
        PatientRef::new(record).ok()
    }

    /// Whether it may be used at all. A suspended one may be signed in with and may do nothing.
    pub(crate) fn is_usable(&self, now: UnixMillis) -> bool {
        !self.is_disabled && self.expires_at.is_none_or(|end| now < end)
    }

    pub(super) fn view(&self, id: UserId) -> UserView {
        let totp = self.proofs.totp.as_ref();
        UserView {
            id,
            login: self.login.clone(),
            name: self.name.clone(),
            kind: self.kind,
            roles: self.roles(),
            department: self.department.clone(),
            is_disabled: self.is_disabled,
            is_suspended: self.is_suspended,
            is_off_shift: self.is_off_shift,
            has_second_factor: totp.is_some_and(|totp| totp.is_confirmed),
            recovery_codes: self.proofs.recovery.len(),
            has_own_record: self.own_record.is_some(),
            supervisor: self.supervisor.map(UserId),
            locked_until: self.locked_until,
            created_at: self.created_at,
            expires_at: self.expires_at,
        }
    }
}

/// Whether these may be kept. A login is visible ASCII but for the colon: the trail takes it as it is, and names by
/// a colon what is no user.
pub(super) fn check_texts(texts: &[(&'static str, Option<&String>)]) -> Result<(), AccessError> {
    for (field, text) in texts {
        let fits = |text: &&String| {
            (1..=MAX_TEXT_BYTES).contains(&text.len()) && !text.chars().any(char::is_control)
        };
        let is_name = |text: &&String| text.bytes().all(|b| b.is_ascii_graphic() && b != b':');
        if !text.as_ref().is_none_or(fits) {
            return Err(AccessError::Value {
                field,
                expected: "1 to 128 bytes without control characters",
            });
        }
        if *field == "login" && !text.as_ref().is_none_or(is_name) {
            return Err(AccessError::Value {
                field,
                expected: "visible ASCII characters without colons",
            });
        }
    }
    Ok(())
}

/// Every account, page by page.
pub(crate) async fn load_all(rows: &Rows) -> Result<Vec<Loaded<Account>>, AccessError> {
    let mut all: Vec<Loaded<Account>> = Vec::new();
    loop {
        let after = all.last().map(|account| account.id);
        let page = rows.list(Kind::User, after, MAX_PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
