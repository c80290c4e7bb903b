//! Who is signed in, and getting out.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;
use wardline_access::model::Role;
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
    /// When the session ends unless a person does something.
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
    let id = principal.session().expose().parse::<SessionId>();
    let id = id.map_err(|_| Problem::new(Code::SessionEnded))?;
    let session = api.sessions.show(id).await?;
    Ok(Json(MeView {
        user: principal.user().to_string(),
        login: principal.name().to_owned(),
        role: principal.roles().iter().map(Role::as_str).collect(),
        department: principal.department().map(str::to_owned),
        session_id: principal.session().expose().to_owned(),
        scopes: caller.scopes().to_vec(),
        idle_expires_at: time::text(session.idle_expires_at),
        absolute_expires_at: time::text(session.absolute_expires_at),
        warns_at: time::text(session.warns_at),
    }))
}
