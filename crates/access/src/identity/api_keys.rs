//! Keys of service accounts: made, used, rotated with a time in which both hold, revoked.

use std::fmt;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;
use wardline_phi::ApiToken;

use super::Identities;
use super::account::AccountKind;
use super::administer::{check, hash_of};
use super::principal::{By, acting};
use crate::error::{AccessError, RandomFailed};
use crate::guard::Authorised;
use crate::model::{IdError, Principal, SessionRef, UserId, random_id};
use crate::port::{Kind, Put};
use crate::rows::Loaded;

/// The first letters of the reference by which a machine acts; what follows is the key's id.
const OF_KEY: &str = "key:";
/// How long an old key holds beside the one that took its place, at most: 7 days.
const MAX_OVERLAP_MS: u64 = 7 * 24 * 60 * 60_000;

/// An API key's id. Opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiKeyId(pub [u8; 16]);

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl ApiKeyId {
    /// Takes an id as it is shown.
    ///
    /// # Errors
    /// [`IdError`]
    pub fn parse(text: &str) -> Result<Self, IdError> {
        UserId::parse(text).map(|id| Self(id.0))
    }
}

/// A key that was just made. Its token is shown once.
pub struct IssuedKey {
    /// Which.
    pub id: ApiKeyId,
    /// What the machine presents.
    pub token: ApiToken,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ApiKey {
    pub(super) user: [u8; 16],
    pub(super) created_at: UnixMillis,
    /// It holds until then. [`REVOKED`]: it was revoked.
    pub(super) expires_at: UnixMillis,
}

/// The end of a key that was revoked. Not the time of that: a clock that is set back would let it hold again.
const REVOKED: UnixMillis = 0;

impl ApiKey {
    pub(super) fn holds(&self, now: UnixMillis) -> bool {
        now < self.expires_at
    }

    pub(super) fn is_revoked(&self) -> bool {
        self.expires_at == REVOKED
    }
}

impl Identities {
    /// Makes a key for a service account.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn create_api_key(
        &self,
        authorised: &Authorised,
        user: UserId,
        expires_at: UnixMillis,
    ) -> Result<IssuedKey, AccessError> {
        check(authorised)?;
        let account = self.load(user).await?.body;
        if account.kind != AccountKind::Service || expires_at <= self.rows.now() {
            return Err(AccessError::Value {
                field: "API key",
                expected: "a service account, and a time of expiry that lies ahead",
            });
        }
        self.issue(user, expires_at).await
    }

    /// Makes a key in the place of another one, which holds for `overlap_ms` more.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn rotate_api_key(
        &self,
        authorised: &Authorised,
        id: ApiKeyId,
        expires_at: UnixMillis,
        overlap_ms: u64,
    ) -> Result<IssuedKey, AccessError> {
        check(authorised)?;
        let now = self.rows.now();
        let row = self.api_key(id).await?;
        if !row.body.holds(now) || expires_at <= now || overlap_ms > MAX_OVERLAP_MS {
            return Err(AccessError::Value {
                field: "API key",
                expected: "a key that holds, a time of expiry that lies ahead, an overlap of at most 7 days",
            });
        }
        let issued = self.issue(UserId(row.body.user), expires_at).await?;
        let until = match overlap_ms {
            0 => REVOKED,
            overlap => now.saturating_add(overlap),
        };
        self.end_api_key(row, until).await?;
        Ok(issued)
    }

    /// Ends a key now, for good.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn revoke_api_key(
        &self,
        authorised: &Authorised,
        id: ApiKeyId,
    ) -> Result<(), AccessError> {
        check(authorised)?;
        let row = self.api_key(id).await?;
        self.end_api_key(row, REVOKED).await
    }

    /// Which machine acts by this token. `None` when no key that holds has it.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn principal_of_key(&self, token: &str) -> Result<Option<Principal>, AccessError> {
        let Ok(token) = ApiToken::parse(token) else {
            return Ok(None);
        };
        let epoch = self.engine.epoch();
        let key = hash_of(token.expose());
        let row: Option<Loaded<ApiKey>> = self.rows.find(Kind::ApiKey, key).await?;
        let now = self.rows.now();
        let Some(row) = row.filter(|row| row.body.holds(now)) else {
            return Ok(None);
        };
        let user = UserId(row.body.user);
        let account = self.load(user).await?.body;
        let is_usable = account.kind == AccountKind::Service && account.is_usable(now);
        let Some(session) = SessionRef::new(&format!("{OF_KEY}{}", ApiKeyId(row.id)))
            .ok()
            .filter(|_| is_usable)
        else {
            return Ok(None);
        };
        let by = By {
            session,
            roles: account.roles(),
            department: account.department.clone(),
            has_second_factor: false,
            is_service: true,
            epoch,
        };
        Ok(Some(acting(user, &account, by)))
    }

    /// Whether it is no session of a key, or that key holds.
    pub(super) async fn key_holds(&self, session: &SessionRef) -> Result<bool, AccessError> {
        let Some(id) = session.expose().strip_prefix(OF_KEY) else {
            return Ok(true);
        };
        let Ok(id) = ApiKeyId::parse(id) else {
            return Ok(false);
        };
        Ok(self.api_key(id).await?.body.holds(self.rows.now()))
    }

    async fn issue(&self, user: UserId, expires_at: UnixMillis) -> Result<IssuedKey, AccessError> {
        let token = ApiToken::generate().map_err(|_| RandomFailed)?;
        let row = Loaded {
            id: random_id()?,
            key: Some(hash_of(token.expose())),
            version: 0,
            body: ApiKey {
                user: user.0,
                created_at: self.rows.now(),
                expires_at,
            },
        };
        match self.rows.put(Kind::ApiKey, &row).await? {
            Put::Done => Ok(IssuedKey {
                id: ApiKeyId(row.id),
                token,
            }),
            Put::Conflict(_) | Put::Taken => Err(AccessError::Conflict),
        }
    }

    pub(super) async fn api_key(&self, id: ApiKeyId) -> Result<Loaded<ApiKey>, AccessError> {
        let row = self.rows.get(Kind::ApiKey, id.0).await?;
        row.ok_or(AccessError::NotFound("API key"))
    }

    /// Lets it hold until `at`, never longer than before.
    async fn end_api_key(
        &self,
        mut row: Loaded<ApiKey>,
        at: UnixMillis,
    ) -> Result<(), AccessError> {
        row.body.expires_at = row.body.expires_at.min(at);
        let row = (Kind::ApiKey, row);
        match self.rows.put_decisive(&self.engine, row, ()).await? {
            Put::Done => Ok(()),
            Put::Conflict(_) | Put::Taken => Err(AccessError::Conflict),
        }
    }
}
