//! Who is signed in, and getting out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use wardline_access::model::Role;

use crate::http::api::Api;
use crate::http::auth::{Caller, Scope};
use crate::http::problem::Problem;

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
}

/// Ends the own session. No request passes with its token any more.
#[utoipa::path(
    post, path = "/v1/sign-out", tag = "sign-in", operation_id = "sign_out",
    security(("person" = [])),
    responses((status = 204, description = "Signed out, durably.")),
)]
pub(in crate::http::v1) async fn sign_out(
    State(api): State<Api>,
    caller: Caller,
) -> Result<StatusCode, Problem> {
    api.gate.sign_out(&caller.principal()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/v1/me", tag = "sign-in", operation_id = "me_show",
    security(("person" = [])),
    responses((status = 200, description = "The own user.", body = MeView)),
)]
pub(in crate::http::v1) async fn me_show(caller: Caller) -> Json<MeView> {
    let principal = caller.principal();
    Json(MeView {
        user: principal.user().to_string(),
        login: principal.name().to_owned(),
        role: principal.roles().iter().map(Role::as_str).collect(),
        department: principal.department().map(str::to_owned),
        session_id: principal.session().expose().to_owned(),
        scopes: caller.scopes().to_vec(),
    })
}
