//! Users and API keys, page by page. Whoever asks has the right to see identities, as the guard decided.

use wardline_kernel::UnixMillis;

use super::Identities;
use super::account::{Account, UserView};
use super::api_keys::{ApiKey, ApiKeyId};
use crate::error::AccessError;
use crate::model::UserId;
use crate::port::{Kind, MAX_PAGE};
use crate::rows::Loaded;

/// What is shown of an API key. What the machine presents is not in it: nobody has that but the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiKeyView {
    /// Which.
    pub id: ApiKeyId,
    /// Whose.
    pub user: UserId,
    /// Since when.
    pub created_at: UnixMillis,
    /// It holds until then; of one that was revoked, when it was made.
    pub expires_at: UnixMillis,
    /// Whether it was revoked: then it never holds again.
    pub is_revoked: bool,
    /// Whether it holds now.
    pub holds: bool,
}

impl Identities {
    /// A page of users, in the order of their ids, after the given one; [`MAX_PAGE`] at most.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn list_users(
        &self,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<UserView>, AccessError> {
        let (after, limit) = (after.map(|id| id.0), limit.min(MAX_PAGE));
        let rows: Vec<Loaded<Account>> = self.rows.list(Kind::User, after, limit).await?;
        Ok(rows
            .iter()
            .map(|row| row.body.view(UserId(row.id)))
            .collect())
    }

    /// A page of API keys, in the order of their ids, after the given one: of one user, or of all.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn list_api_keys(
        &self,
        of: Option<UserId>,
        after: Option<ApiKeyId>,
        limit: usize,
    ) -> Result<Vec<ApiKeyView>, AccessError> {
        let limit = limit.min(MAX_PAGE);
        let mut after = after.map(|id| id.0);
        let mut found = Vec::new();
        while found.len() < limit {
            let page: Vec<Loaded<ApiKey>> = self.rows.list(Kind::ApiKey, after, MAX_PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            let is_asked = |key: &&Loaded<ApiKey>| of.is_none_or(|of| key.body.user == of.0);
            let room = limit - found.len();
            let now = self.rows.now();
            let some = page.iter().filter(is_asked).take(room);
            found.extend(some.map(|key| view(key, now)));
        }
        Ok(found)
    }

    /// One API key.
    ///
    /// # Errors
    /// [`AccessError::NotFound`], or the store failed.
    pub async fn show_api_key(&self, id: ApiKeyId) -> Result<ApiKeyView, AccessError> {
        Ok(view(&self.api_key(id).await?, self.rows.now()))
    }
}

fn view(key: &Loaded<ApiKey>, now: UnixMillis) -> ApiKeyView {
    ApiKeyView {
        id: ApiKeyId(key.id),
        user: UserId(key.body.user),
        created_at: key.body.created_at,
        expires_at: if key.body.is_revoked() {
            key.body.created_at
        } else {
            key.body.expires_at
        },
        is_revoked: key.body.is_revoked(),
        holds: key.body.holds(now),
    }
}
