//! What administrators do with users, and users with their own proofs. Each takes the guard's word that it was
//! authorised, so none of it can be done unrecorded.

use aws_lc_rs::digest;
use zeroize::Zeroizing;

use super::account::{Account, AccountKind, NewUser, Totp, UserView};
use super::password::PasswordHash;
use super::sign_in::SignedIn;
use super::{Identities, totp};
use crate::error::{AccessError, RandomFailed};
use crate::guard::Authorised;
use crate::model::{Action, DataType, Role, RoleSet, UserId, random_id};
use crate::port::{Kind, Put};
use crate::rows::{Loaded, MAX_ATTEMPTS};

/// The first user has an id of its own, so that two who make it side by side do not both succeed.
const FIRST_USER: [u8; 16] = *b"wardline-user-01";
/// Recovery codes of a user.
pub const RECOVERY_CODES: usize = 10;
/// Random bytes of a recovery code: 20 letters of base32.
const RECOVERY_BYTES: usize = 13;
const RECOVERY_LETTERS: usize = 20;

/// A second factor that is to be confirmed. Shown once.
pub struct Enrolment {
    secret: Zeroizing<String>,
}

impl Enrolment {
    /// The secret in base32, for an authenticator app.
    pub fn expose(&self) -> &str {
        &self.secret
    }
}

impl Identities {
    /// Makes a user.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn create_user(
        &self,
        authorised: &Authorised,
        user: NewUser,
    ) -> Result<UserId, AccessError> {
        check(authorised)?;
        self.make(user, None).await
    }

    /// Makes a person with a first password, in one step.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn create_user_with_password(
        &self,
        authorised: &Authorised,
        user: NewUser,
        password: &str,
    ) -> Result<UserId, AccessError> {
        check(authorised)?;
        if user.kind == AccountKind::Service {
            return Err(AccessError::Value {
                field: "password",
                expected: "none: a service account has keys",
            });
        }
        let password = self.hasher.make(password).await?;
        self.make(user, Some(password)).await
    }

    /// Makes the first user, a security administrator without an end, with this password. From then on there is one,
    /// and this is refused.
    ///
    /// # Errors
    /// [`AccessError::NotAuthorised`] when there is any user.
    pub async fn create_first_user(
        &self,
        user: NewUser,
        password: &str,
    ) -> Result<UserId, AccessError> {
        let is_administrator = user.roles == RoleSet::one(Role::SecurityAdmin);
        if !is_administrator || user.expires_at.is_some() || self.has_users().await? {
            return Err(AccessError::NotAuthorised);
        }
        let password = self.hasher.make(password).await?;
        match self.insert(FIRST_USER, user, Some(password)).await {
            // Somebody was faster.
            Err(AccessError::Conflict) => Err(AccessError::NotAuthorised),
            made => made,
        }
    }

    /// Whether there is any user yet.
    ///
    /// # Errors
    /// The store failed.
    pub async fn has_users(&self) -> Result<bool, AccessError> {
        let any = self.rows.store.list(Kind::User, None, 1).await?;
        Ok(!any.is_empty())
    }

    /// One user.
    ///
    /// # Errors
    /// [`AccessError::NotFound`], or the store failed.
    pub async fn show_user(&self, id: UserId) -> Result<UserView, AccessError> {
        Ok(self.load(id).await?.body.view(id))
    }

    /// The user that signs in with this name. Of those who may read identities no proof is asked here, as nothing but
    /// an id is given.
    ///
    /// # Errors
    /// The store failed.
    pub async fn user_of(&self, login: &str) -> Result<Option<UserId>, AccessError> {
        let found = self.rows.store.find(Kind::User, self.login_key(login));
        Ok(found.await?.map(|row| UserId(row.id)))
    }

    /// Gives a user another password, and lets it try again when it was locked.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn set_password(
        &self,
        authorised: &Authorised,
        id: UserId,
        password: &str,
    ) -> Result<(), AccessError> {
        check(authorised)?;
        self.put_password(id, password).await
    }

    /// Lets who signed in change its own password.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn change_own_password(
        &self,
        signed_in: &SignedIn,
        password: &str,
    ) -> Result<(), AccessError> {
        self.put_password(signed_in.user(), password).await
    }

    /// Takes a user's second factor away, so that it enrols anew.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn reset_second_factor(
        &self,
        authorised: &Authorised,
        id: UserId,
    ) -> Result<(), AccessError> {
        check(authorised)?;
        let reset = |account: &mut Account| {
            account.proofs.totp = None;
            account.proofs.recovery.clear();
            Ok(())
        };
        self.change(id, reset).await
    }

    /// Begins a second factor for who signed in with its password and has none yet.
    ///
    /// # Errors
    /// [`AccessError::NotAuthorised`] when it has one: an administrator resets it first.
    pub async fn enrol(&self, signed_in: &SignedIn) -> Result<Enrolment, AccessError> {
        let mut secret = Zeroizing::new(vec![0; totp::SECRET_BYTES]);
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| RandomFailed)?;
        let begin = |account: &mut Account| {
            if account.proofs.totp.as_ref().is_some_and(|t| t.is_confirmed) {
                return Err(AccessError::NotAuthorised);
            }
            account.proofs.totp = Some(Totp {
                secret: secret.to_vec(),
                is_confirmed: false,
                last_step: 0,
            });
            Ok(())
        };
        self.change(signed_in.user(), begin).await?;
        Ok(Enrolment {
            secret: Zeroizing::new(totp::base32(&secret)),
        })
    }

    /// Confirms a second factor by its first code, and gives recovery codes, shown once.
    ///
    /// # Errors
    /// [`AccessError::Value`] when the code is not right.
    pub async fn confirm(
        &self,
        signed_in: &SignedIn,
        code: &str,
    ) -> Result<Vec<Zeroizing<String>>, AccessError> {
        let codes = recovery_codes()?;
        let now = self.rows.now();
        let confirm = |account: &mut Account| {
            let wrong = AccessError::Value {
                field: "code",
                expected: "the code that the authenticator shows now",
            };
            let totp = account.proofs.totp.as_mut();
            let Some(totp) = totp.filter(|totp| !totp.is_confirmed) else {
                return Err(wrong);
            };
            let step = totp::accepts(&totp.secret, code, now, totp.last_step);
            totp.last_step = step.ok_or(wrong)?;
            totp.is_confirmed = true;
            account.proofs.recovery = codes.iter().map(|code| hash_of(code)).collect();
            Ok(())
        };
        self.change(signed_in.user(), confirm).await?;
        Ok(codes)
    }

    async fn make(
        &self,
        user: NewUser,
        password: Option<PasswordHash>,
    ) -> Result<UserId, AccessError> {
        if let Some(supervisor) = user.supervisor {
            self.check_supervisor(supervisor, None).await?;
        }
        self.insert(random_id()?, user, password).await
    }

    async fn insert(
        &self,
        id: [u8; 16],
        user: NewUser,
        password: Option<PasswordHash>,
    ) -> Result<UserId, AccessError> {
        let mut account = Account::new(user, self.rows.now())?;
        account.proofs.password = password;
        let row = Loaded {
            id,
            key: Some(self.login_key(&account.login)),
            version: 0,
            body: account,
        };
        match self.rows.put(Kind::User, &row).await? {
            Put::Done => Ok(UserId(row.id)),
            Put::Taken => Err(AccessError::LoginTaken),
            Put::Conflict(_) => Err(AccessError::Conflict),
        }
    }

    async fn put_password(&self, id: UserId, password: &str) -> Result<(), AccessError> {
        let made = self.hasher.make(password).await?;
        let set = |account: &mut Account| {
            account.proofs.password = Some(made.clone());
            (account.failures, account.locked_until) = (0, 0);
            Ok(())
        };
        self.change(id, set).await
    }

    pub(super) async fn load(&self, id: UserId) -> Result<Loaded<Account>, AccessError> {
        let row = self.rows.get(Kind::User, id.0).await?;
        row.ok_or(AccessError::NotFound("user"))
    }

    /// Changes an account, again when somebody else changed it meanwhile.
    pub(super) async fn change<T>(
        &self,
        id: UserId,
        change: impl FnMut(&mut Account) -> Result<T, AccessError>,
    ) -> Result<T, AccessError> {
        self.change_holding((), id, change).await
    }

    /// The same; `held` outlives every write of it, also when nobody waits for the change any more.
    pub(super) async fn change_holding<T>(
        &self,
        held: impl Clone + Send + 'static,
        id: UserId,
        mut change: impl FnMut(&mut Account) -> Result<T, AccessError>,
    ) -> Result<T, AccessError> {
        for _ in 0..MAX_ATTEMPTS {
            let mut row = self.load(id).await?;
            let changed = change(&mut row.body)?;
            // What was permitted until here is decided again before it is used.
            let put = (Kind::User, row);
            let put = self.rows.put_decisive(&self.engine, put, held.clone());
            if put.await? == Put::Done {
                return Ok(changed);
            }
        }
        Err(AccessError::Conflict)
    }

    /// What a user is looked up by.
    pub(super) fn login_key(&self, login: &str) -> [u8; 32] {
        let token = self
            .blind_index
            .token(wardline_phi::IndexField::Login, login.as_bytes());
        let mut key = [0; 32];
        let token = token.unwrap_or_default();
        key.iter_mut().zip(token).for_each(|(to, from)| *to = from);
        key
    }
}

pub(super) fn check(authorised: &Authorised) -> Result<(), AccessError> {
    authorised.covers(Action::Write, DataType::Identities)
}

pub(super) fn hash_of(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    hash.iter_mut()
        .zip(digest.as_ref())
        .for_each(|(to, from)| *to = *from);
    hash
}

fn recovery_codes() -> Result<Vec<Zeroizing<String>>, AccessError> {
    let one = |_| {
        let mut bytes = Zeroizing::new([0; RECOVERY_BYTES]);
        aws_lc_rs::rand::fill(bytes.as_mut_slice()).map_err(|_| RandomFailed)?;
        let mut code = Zeroizing::new(totp::base32(bytes.as_slice()));
        code.truncate(RECOVERY_LETTERS);
        Ok(code)
    };
    (0..RECOVERY_CODES).map(one).collect()
}
