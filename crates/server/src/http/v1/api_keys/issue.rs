//! Makes, rotates and revokes API keys.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::identity::IssuedKey;
use wardline_access::model::{DataType, UserId};
use wardline_kernel::UnixMillis;

use super::super::stewards::change;
use super::super::time;
use super::key_id;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;

/// A key that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKeyBody {
    /// The service account, by its id.
    user: String,
    /// It holds until then.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// A key in the place of another one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateBody {
    /// The new one holds until then.
    #[schema(format = DateTime)]
    expires_at: String,
    /// The old one holds for so many seconds more, 7 days at most.
    #[serde(default)]
    #[schema(maximum = 604_800)]
    overlap_seconds: u64,
}

/// A key that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct IssuedKeyView {
    id: String,
    /// What the machine presents, as `Authorization: Bearer`. Shown here and never again; only a hash of it is kept.
    token: String,
}

/// Makes a key for a service account.
#[utoipa::path(
    post, path = "/v1/api-keys", tag = "api-keys", operation_id = "api_key_create",
    security(("token" = ["identities:write"])),
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The same key with the same request is answered as the first time, for five minutes.",
            min_length = 1, max_length = 128)),
    request_body = NewKeyBody,
    responses((status = 201, description = "The key holds.", body = IssuedKeyView)),
)]
pub(super) async fn api_key_create(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<NewKeyBody>,
) -> Result<(StatusCode, Json<IssuedKeyView>), Problem> {
    let user = UserId::parse(&body.user);
    let user = user.map_err(|_| Problem::invalid("user", "expected the id of a user"))?;
    let end = end(&body.expires_at)?;
    let about = format!("new API key of user {user}");
    let right = change(&api, &caller, DataType::Identities, about).await?;
    let identities = api.gate.identities();
    let issued = identities.create_api_key(&right, user, end).await?;
    Ok((StatusCode::CREATED, Json(issued.into())))
}

/// Makes a key in the place of another one, which holds for a while more.
#[utoipa::path(
    post, path = "/v1/api-keys/{id}/rotate", tag = "api-keys", operation_id = "api_key_rotate",
    security(("token" = ["identities:write"])),
    params(
        ("id" = String, Path, description = "The old key's id."),
        ("Idempotency-Key" = Option<String>, Header,
            description = "The same key with the same request is answered as the first time, for five minutes.",
            min_length = 1, max_length = 128),
    ),
    request_body = RotateBody,
    responses((status = 201, description = "The new key holds.", body = IssuedKeyView)),
)]
pub(super) async fn api_key_rotate(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<RotateBody>,
) -> Result<(StatusCode, Json<IssuedKeyView>), Problem> {
    let id = key_id(&id)?;
    let end = end(&body.expires_at)?;
    let about = format!("rotate API key {id}");
    let right = change(&api, &caller, DataType::Identities, about).await?;
    let overlap_ms = body.overlap_seconds.saturating_mul(1_000);
    let identities = api.gate.identities();
    let issued = identities.rotate_api_key(&right, id, end, overlap_ms);
    Ok((StatusCode::CREATED, Json(issued.await?.into())))
}

/// Ends a key.
#[utoipa::path(
    delete, path = "/v1/api-keys/{id}", tag = "api-keys", operation_id = "api_key_revoke",
    security(("token" = ["identities:write"])),
    params(("id" = String, Path, description = "The key's id.")),
    responses((status = 204, description = "It holds no more.")),
)]
pub(super) async fn api_key_revoke(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let id = key_id(&id)?;
    let about = format!("revoke API key {id}");
    let right = change(&api, &caller, DataType::Identities, about).await?;
    let identities = api.gate.identities();
    identities.revoke_api_key(&right, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn end(text: &str) -> Result<UnixMillis, Problem> {
    let end = time::read("expires_at", Some(text))?;
    end.ok_or_else(|| Problem::invalid("expires_at", "expected a time"))
}

impl From<IssuedKey> for IssuedKeyView {
    fn from(issued: IssuedKey) -> Self {
        Self {
            id: issued.id.to_string(),
            token: issued.token.expose().to_owned(),
        }
    }
}
