//! Ends sessions.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_sessions::OperationError;
use wardline_sessions::model::UserName;

use super::id_of;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;

/// Whose sessions end.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeUserBody {
    /// The user, as sessions were begun for.
    #[schema(min_length = 1, max_length = 256)]
    user: String,
}

/// Sessions that ended.
#[derive(Serialize, ToSchema)]
pub(super) struct RevokedView {
    /// How many.
    revoked: usize,
    /// Which.
    ids: Vec<String>,
}

/// Ends a session: log-off. Once this is answered no check passes any more, whatever happens to the process.
#[utoipa::path(
    delete, path = "/v1/sessions/{id}", tag = "sessions", operation_id = "session_revoke",
    security(("token" = ["sessions:revoke"])),
    params(("id" = String, Path, description = "The session's id.")),
    responses((status = 204, description = "It has ended.")),
)]
pub(super) async fn session_revoke(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let id = id_of(&id)?;
    api.sessions.revoke(id).await?;
    tracing::info!(by = caller.name(), session_id = %id, "revoked a session");
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session of a user that was begun before the call.
#[utoipa::path(
    post, path = "/v1/sessions/revoke-user", tag = "sessions", operation_id = "session_revoke_user",
    security(("token" = ["sessions:revoke"])),
    request_body = RevokeUserBody,
    responses((status = 200, description = "They have ended.", body = RevokedView)),
)]
pub(super) async fn session_revoke_user(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<RevokeUserBody>,
) -> Result<Json<RevokedView>, Problem> {
    let user = UserName::new(&body.user).map_err(OperationError::Fact)?;
    let ended = api.sessions.revoke_user(&user).await?;
    let revoked = ended.len();
    tracing::info!(by = caller.name(), revoked, "revoked a user's sessions");
    Ok(Json(RevokedView {
        revoked,
        ids: ended.iter().map(ToString::to_string).collect(),
    }))
}
