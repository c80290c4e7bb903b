//! Who is signed in, and getting out.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;
use wardline_access::model::{Principal, Role};
use wardline_kernel::UnixMillis;
use wardline_sessions::model::SessionId;

use super::super::time;
use crate::http::api::Api;
use crate::http::auth::{Caller, Scope, browser};
use crate::http::problem::{Code, Problem};

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub(in crate::http::v1) struct MeView {
    /// The user's id.
    user: String,
    /// What the user signs in with.
    login: String,
    role: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<String>,
    session_id: String,
    /// Which routes are open; what may be seen there the policy decides.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<Scope>,
    /// When the session ends unless a person does something; a token of an outside provider ends when it ends.
    #[schema(format = DateTime)]
    idle_expires_at: String,
    /// When it ends in any case.
    #[schema(format = DateTime)]
    absolute_expires_at: String,
    /// When the person is to be warned of the nearer of both.
    #[schema(format = DateTime)]
    warns_at: String,
}

/// Ends the own session. No request passes with its token any more, and a browser forgets it.
#[utoipa::path(
    post, path = "/v1/sign-out", tag = "sign-in", operation_id = "sign_out",
    security(("person" = [])),
    responses((status = 204, description = "Signed out, durably.")),
)]
pub(in crate::http::v1) async fn sign_out(
    State(api): State<Api>,
    caller: Caller,
) -> Result<impl IntoResponse, Problem> {
    if session_of(&caller.principal()).is_none() {
        let there = "a token of the outside provider holds until its end: sign out there";
        return Err(Problem::invalid("Authorization", there));
    }
    api.gate.sign_out(&caller.principal()).await?;
    let forget = browser::forgetting().map(|cookie| (header::SET_COOKIE, cookie));
    Ok((StatusCode::NO_CONTENT, AppendHeaders(forget)))
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/v1/me", tag = "sign-in", operation_id = "me_show",
    security(("person" = [])),
    responses((status = 200, description = "The own user.", body = MeView)),
)]
pub(in crate::http::v1) async fn me_show(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<MeView>, Problem> {
    let principal = caller.principal();
    let ends = ends_of(&api, &caller).await?;
    Ok(Json(MeView {
        user: principal.user().to_string(),
        login: principal.name().to_owned(),
        role: principal.roles().iter().map(Role::as_str).collect(),
        department: principal.department().map(str::to_owned),
        session_id: principal.session().expose().to_owned(),
        scopes: caller.scopes().to_vec(),
        idle_expires_at: time::text(ends.idle),
        absolute_expires_at: time::text(ends.absolute),
        warns_at: time::text(ends.warns),
    }))
}

struct Ends {
    idle: UnixMillis,
    absolute: UnixMillis,
    warns: UnixMillis,
}

/// When that ends by which somebody acts: a session here, or a token of the outside provider.
async fn ends_of(api: &Api, caller: &Caller) -> Result<Ends, Problem> {
    if let Some(id) = session_of(&caller.principal()) {
        let session = api.sessions.show(id).await?;
        return Ok(Ends {
            idle: session.idle_expires_at,
            absolute: session.absolute_expires_at,
            warns: session.warns_at,
        });
    }
    let token = caller.session_token();
    let token = token.ok_or_else(|| Problem::new(Code::SessionEnded))?;
    let ends = api.gate.outside_ends_at(&token).await?;
    Ok(Ends {
        idle: ends,
        absolute: ends,
        warns: ends.saturating_sub(WARNED_BEFORE_MS),
    })
}

/// The session here; none for whoever came with a token of the outside provider.
fn session_of(principal: &Principal) -> Option<SessionId> {
    principal.session().expose().parse().ok()
}

/// So long before the end of an outside provider's token its user is warned.
const WARNED_BEFORE_MS: u64 = 60_000;
