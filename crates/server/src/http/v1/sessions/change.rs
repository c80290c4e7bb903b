//! Changes a session: its fields, its lock, its token.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::guard::Subject;
use wardline_access::model::{Action, DataType};
use wardline_access::policy::Reason;
use wardline_sessions::model::{RoleName, SessionId};
use wardline_sessions::operations::{Privilege, RenewedSession};

use super::super::time;
use super::{department, id_of, name};
use crate::gate::PORTAL;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::if_match::expected_version;
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// Fields that are put or taken away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldsBody {
    /// A text puts a field, `null` takes it away; the others stay.
    #[schema(value_type = BTreeMap<String, Option<String>>)]
    fields: BTreeMap<String, serde_json::Value>,
}

/// What becomes of a session's privileges with its new token.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RenewBody {
    /// The role from now on; without it, the same.
    #[serde(default)]
    role: Option<String>,
    /// The department from now on; without it, the same.
    #[serde(default)]
    department: Option<String>,
}

/// A session that was changed.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangedView {
    id: String,
    /// Its version now.
    version: u32,
}

/// A session with its new token.
#[derive(Serialize, ToSchema)]
pub(super) struct RenewedView {
    /// Its public name, the same as before.
    id: String,
    /// Its new secret. It is shown here and never again; the old one is dead.
    token: String,
    role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<String>,
    /// When it ends unless a person does something.
    #[schema(format = DateTime)]
    idle_expires_at: String,
    /// When it ends in any case; a renewal never moves it back.
    #[schema(format = DateTime)]
    absolute_expires_at: String,
    version: u32,
}

/// Puts and takes away fields. It is no activity. With `If-Match`, only if that is the session's version.
#[utoipa::path(
    patch, path = "/v1/sessions/{id}", tag = "sessions", operation_id = "session_set_fields",
    security(("token" = ["sessions:write"])),
    params(
        ("id" = String, Path, description = "The session's id."),
        ("If-Match" = Option<String>, Header, description = "The version that it must be of, such as \"3\"."),
    ),
    request_body = FieldsBody,
    responses((status = 200, description = "The fields are stored.", body = ChangedView)),
)]
pub(super) async fn session_set_fields(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<FieldsBody>,
) -> Result<Json<ChangedView>, Problem> {
    let id = id_of(&id)?;
    of_an_application(&api, &caller, id).await?;
    let expected = expected_version(&headers)?;
    let mut changes = Vec::with_capacity(body.fields.len());
    for (name, value) in &body.fields {
        let value = match value {
            serde_json::Value::String(text) => Some(text.as_str()),
            serde_json::Value::Null => None,
            _ => return Err(Problem::invalid("fields", "expected texts and null")),
        };
        changes.push((name.as_str(), value));
    }
    let (_, version) = api.sessions.set_fields(id, &changes, expected).await?;
    Ok(Json(ChangedView {
        id: id.to_string(),
        version,
    }))
}

/// Locks a session: every check is denied until it is unlocked. It goes on ageing.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/lock", tag = "sessions", operation_id = "session_lock",
    security(("token" = ["sessions:revoke"])),
    params(("id" = String, Path, description = "The session's id.")),
    responses((status = 200, description = "It is locked.", body = ChangedView)),
)]
pub(super) async fn session_lock(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<ChangedView>, Problem> {
    let id = id_of(&id)?;
    let version = api.sessions.lock(id).await?;
    tracing::info!(by = caller.name(), session_id = %id, "locked a session");
    Ok(Json(ChangedView {
        id: id.to_string(),
        version,
    }))
}

/// Unlocks a session: its person has proved again who it is. It is activity.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/unlock", tag = "sessions", operation_id = "session_unlock",
    security(("token" = ["sessions:write"])),
    params(("id" = String, Path, description = "The session's id.")),
    responses((status = 200, description = "It is not locked.", body = ChangedView)),
)]
pub(super) async fn session_unlock(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<ChangedView>, Problem> {
    let id = id_of(&id)?;
    of_an_application(&api, &caller, id).await?;
    let version = api.sessions.unlock(id).await?;
    tracing::info!(by = caller.name(), session_id = %id, "unlocked a session");
    Ok(Json(ChangedView {
        id: id.to_string(),
        version,
    }))
}

/// Gives a session a new token, and perhaps another role: after every sign-in and change of privilege, so that a
/// token that somebody planted or saw before is dead. It is activity.
#[utoipa::path(
    post, path = "/v1/sessions/{id}/renew", tag = "sessions", operation_id = "session_renew",
    security(("token" = ["sessions:write"])),
    params(("id" = String, Path, description = "The session's id.")),
    request_body = RenewBody,
    responses((status = 200, description = "The new token holds.", body = RenewedView)),
)]
pub(super) async fn session_renew(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<RenewBody>,
) -> Result<Json<RenewedView>, Problem> {
    let id = id_of(&id)?;
    of_an_application(&api, &caller, id).await?;
    let role = body.role.as_deref();
    let privilege = Privilege {
        role: role
            .map(|role| name("role", role, RoleName::new))
            .transpose()?,
        department: department(body.department.as_deref())?,
    };
    let renewed = api.sessions.renew(id, privilege).await?;
    tracing::debug!(by = caller.name(), session_id = %id, "renewed a session");
    Ok(Json(RenewedView::from(renewed)))
}

/// Refuses what would hand somebody's own session to an application: a new token of it would be that person, with
/// the second factor proved. Such a session can be locked and ended, and nothing else. A portal never changes, so
/// nothing can slip in between.
async fn of_an_application(api: &Api, caller: &Caller, id: SessionId) -> Result<(), Problem> {
    let session = api.sessions.show(id).await?;
    if session.placement.portal.as_str() != PORTAL {
        return Ok(());
    }
    let wanted = Wanted {
        action: Action::Write,
        types: &[DataType::Sessions],
        subject: Subject::NoPatient,
        about: format!("session {id} of a person"),
    };
    let why = "this session is of a person who signed in here; it can only be locked and ended";
    Err(api.refused(caller, wanted, (Reason::Role, why)).await)
}

impl From<RenewedSession> for RenewedView {
    fn from(renewed: RenewedSession) -> Self {
        let placement = &renewed.placement;
        Self {
            id: renewed.id.to_string(),
            token: renewed.token.expose().to_owned(),
            role: placement.role.to_string(),
            department: placement.department.as_ref().map(ToString::to_string),
            idle_expires_at: time::text(renewed.life.idle_ends_at()),
            absolute_expires_at: time::text(renewed.life.ends_at),
            version: renewed.version,
        }
    }
}
