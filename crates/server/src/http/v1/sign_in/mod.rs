//! Users of this installation: getting in with password and second factor, and out.

mod enrol;
mod me;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardline_access::identity::SecondFactor;
use wardline_access::model::Role;
use wardline_sessions::OperationError;
use wardline_sessions::model::ClientFacts;
use zeroize::Zeroizing;

use super::time;
use crate::gate::Credentials;
use crate::http::api::Api;
use crate::http::auth::{Way, browser};
use crate::http::extract::JsonBody;
use crate::http::problem::Problem;

/// Bytes that are kept of what a browser calls itself.
const MOST_OF_AGENT: usize = 512;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(enrol::second_factor_enrol))
        .routes(routes!(enrol::second_factor_confirm))
        .routes(routes!(enrol::password_change))
        .routes(routes!(me::sign_out))
        .routes(routes!(me::me_show))
}

/// What somebody proves who it is with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInBody {
    /// What the user signs in with.
    #[schema(min_length = 1, max_length = 128)]
    login: String,
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 1024)]
    password: Zeroizing<String>,
    /// The six digits that the authenticator shows.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    code: Option<Zeroizing<String>>,
    /// Instead of a code: one of the recovery codes. It is used up.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    recovery_code: Option<Zeroizing<String>>,
    /// In which of the user's roles; not needed when there is one.
    #[serde(default)]
    #[schema(example = "nurse")]
    role: Option<String>,
}

/// Somebody is in.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedInView {
    /// What to present with every request, as `Authorization: Bearer`. Shown once; not shown to the console, whose
    /// browser keeps it in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// The session's public id.
    session_id: String,
    role: &'static str,
    /// When the session ends unless a person does something.
    #[schema(format = DateTime)]
    idle_expires_at: String,
    /// When it ends in any case.
    #[schema(format = DateTime)]
    absolute_expires_at: String,
    /// When the person is to be warned.
    #[schema(format = DateTime)]
    warns_at: String,
}

/// Signs in, with a second factor, in one role. Each attempt is in the trail before it is answered; what was not right
/// is not told. Five failures lock the account for a minute, each further one for twice as long. With the header
/// `Wardline-Browser` the token goes into a cookie that no script can read.
#[utoipa::path(
    post, path = "/v1/sign-in", tag = "sign-in", operation_id = "sign_in", security(()),
    request_body = SignInBody,
    responses((status = 201, description = "The session lives.", body = SignedInView)),
)]
pub(super) async fn sign_in(
    State(api): State<Api>,
    way: Way,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SignInBody>,
) -> Result<Response, Problem> {
    let in_cookie = browser::asks(&headers);
    if in_cookie {
        // Nobody signs in where the token could not be kept.
        browser::keeping(&headers, "")?;
    }
    let role = role(body.role.as_deref())?;
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok()?.get(..).map(clip));
    let client = ClientFacts::new(way.0.address, agent, None).map_err(OperationError::Fact)?;
    let begun = api
        .gate
        .sign_in(&body.credentials()?, role, client, &way.0)
        .await;
    let (created, role) = begun?;
    let life = created.life;
    let token = created.token.expose();
    let cookie = in_cookie
        .then(|| browser::keeping(&headers, token))
        .transpose()?;
    let view = SignedInView {
        token: (!in_cookie).then(|| token.to_owned()),
        session_id: created.id.to_string(),
        role: role.as_str(),
        idle_expires_at: time::text(life.idle_ends_at()),
        absolute_expires_at: time::text(life.ends_at),
        warns_at: time::text(life.warns_at()),
    };
    let cookie = AppendHeaders(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok((StatusCode::CREATED, cookie, Json(view)).into_response())
}

impl SignInBody {
    fn credentials(&self) -> Result<Credentials<'_>, Problem> {
        let second = match (&self.code, &self.recovery_code) {
            (None, None) => None,
            (Some(code), None) => Some(SecondFactor::Totp(code)),
            (None, Some(code)) => Some(SecondFactor::Recovery(code)),
            (Some(_), Some(_)) => {
                return Err(Problem::invalid(
                    "recovery_code",
                    "expected either a code or a recovery code",
                ));
            }
        };
        Ok(Credentials {
            login: &self.login,
            password: &self.password,
            second,
        })
    }
}

pub(super) fn role(text: Option<&str>) -> Result<Option<Role>, Problem> {
    let role = text.map(Role::parse).transpose();
    role.map_err(|error| Problem::invalid("role", format!("expected one of {}", error.known)))
}

fn clip(text: &str) -> &str {
    text.get(..MOST_OF_AGENT).unwrap_or(text)
}
