//! Keeps users out or lets them in, and sets what they act as and prove themselves with. Whoever is kept out, or gets
//! another proof, is signed out everywhere.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use wardline_access::guard::Authorised;
use wardline_access::model::{DataType, Role, UserId};
use zeroize::Zeroizing;

use super::super::stewards::change;
use super::{roles, user_id};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;
use crate::http::to_its_end::to_its_end;

/// Roles.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RolesBody {
    /// All that it may act as from now on.
    #[schema(example = json!(["physician"]))]
    roles: Vec<String>,
}

/// The roster's word.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShiftBody {
    is_off_shift: bool,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPasswordBody)]
pub(super) struct PasswordBody {
    /// At least 12 characters.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 1024)]
    password: Zeroizing<String>,
}

/// Keeps a user out: it cannot sign in, its sessions end, its keys hold no more.
#[utoipa::path(
    post, path = "/v1/users/{id}/disable", tag = "users", operation_id = "user_disable",
    security(("token" = ["identities:write"])),
    params(("id" = String, Path, description = "The user's id.")),
    responses((status = 204, description = "Nothing passes any more.")),
)]
pub(super) async fn user_disable(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let (id, right) = about(&api, &caller, &id, "disable").await?;
    to_its_end(async move {
        api.gate.identities().set_disabled(&right, id, true).await?;
        signed_out(&api, id).await
    })
    .await
}

/// Takes disabling back.
#[utoipa::path(
    post, path = "/v1/users/{id}/enable", tag = "users", operation_id = "user_enable",
    security(("token" = ["identities:write"])),
    params(("id" = String, Path, description = "The user's id.")),
    responses((status = 204, description = "It may sign in.")),
)]
pub(super) async fn user_enable(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let (id, right) = about(&api, &caller, &id, "enable").await?;
    let identities = api.gate.identities();
    identities.set_disabled(&right, id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Suspends a user: it may sign in and do nothing, which it is told. No emergency access lifts that.
#[utoipa::path(
    post, path = "/v1/users/{id}/suspend", tag = "users", operation_id = "user_suspend",
    security(("token" = ["identities:write"])),
    params(("id" = String, Path, description = "The user's id.")),
    responses((status = 204, description = "It may do nothing.")),
)]
pub(super) async fn user_suspend(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let (id, right) = about(&api, &caller, &id, "suspend").await?;
    let identities = api.gate.identities();
    identities.set_suspended(&right, id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes suspending back.
#[utoipa::path(
    post, path = "/v1/users/{id}/unsuspend", tag = "users", operation_id = "user_unsuspend",
    security(("token" = ["identities:write"])),
    params(("id" = String, Path, description = "The user's id.")),
    responses((status = 204, description = "It may do what its role may.")),
)]
pub(super) async fn user_unsuspend(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let (id, right) = about(&api, &caller, &id, "unsuspend").await?;
    let identities = api.gate.identities();
    identities.set_suspended(&right, id, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a user other roles. Sessions in a role that it lost act no more.
#[utoipa::path(
    put, path = "/v1/users/{id}/roles", tag = "users", operation_id = "user_set_roles",
    security(("token" = ["identities:write"])),
    params(("id" = String, Path, description = "The user's id.")),
    request_body = RolesBody,
    responses((status = 204, description = "These are its roles.")),
)]
pub(super) async fn user_set_roles(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<RolesBody>,
) -> Result<StatusCode, Problem> {
    let roles = roles(&body.roles)?;
    let words: Vec<&str> = roles.iter().map(Role::as_str).collect();
    let what = format!("roles {} of", words.join(" "));
    let (id, right) = about(&api, &caller, &id, &what).await?;
    api.gate.identities().set_roles(&right, id, roles).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says whether a user is off shift, as the roster has it.
#[utoipa::path(
    put, path = "/v1/users/{id}/shift", tag = "users", operation_id = "user_set_shift",
    security(("token" = ["identities:write"])),
    params(("id" = String, Path, description = "The user's id.")),
    request_body = ShiftBody,
    responses((status = 204, description = "It is so.")),
)]
pub(super) async fn user_set_shift(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<ShiftBody>,
) -> Result<StatusCode, Problem> {
    let what = if body.is_off_shift {
        "off shift:"
    } else {
        "on shift:"
    };
    let (id, right) = about(&api, &caller, &id, what).await?;
    let identities = api.gate.identities();
    identities
        .set_off_shift(&right, id, body.is_off_shift)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a user another password, and lets it try again when it was locked. Its sessions end.
#[utoipa::path(
    put, path = "/v1/users/{id}/password", tag = "users", operation_id = "user_set_password",
    security(("token" = ["identities:write"])),
    params(("id" = String, Path, description = "The user's id.")),
    request_body = PasswordBody,
    responses((status = 204, description = "This is its password.")),
)]
pub(super) async fn user_set_password(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let (id, right) = about(&api, &caller, &id, "password of").await?;
    to_its_end(async move {
        let identities = api.gate.identities();
        identities.set_password(&right, id, &body.password).await?;
        signed_out(&api, id).await
    })
    .await
}

/// Takes a user's second factor away, so that it enrols one anew. Its sessions end.
#[utoipa::path(
    post, path = "/v1/users/{id}/reset-second-factor", tag = "users", operation_id = "user_reset_second_factor",
    security(("token" = ["identities:write"])),
    params(("id" = String, Path, description = "The user's id.")),
    responses((status = 204, description = "It has none.")),
)]
pub(super) async fn user_reset_second_factor(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let (id, right) = about(&api, &caller, &id, "second factor of").await?;
    to_its_end(async move {
        let identities = api.gate.identities();
        identities.reset_second_factor(&right, id).await?;
        signed_out(&api, id).await
    })
    .await
}

/// The right to change a user, in the trail with what is about to be done.
async fn about(
    api: &Api,
    caller: &Caller,
    id: &str,
    what: &str,
) -> Result<(UserId, Authorised), Problem> {
    let id = user_id(id)?;
    let right = change(
        api,
        caller,
        DataType::Identities,
        format!("{what} user {id}"),
    )
    .await?;
    Ok((id, right))
}

/// Ends every session that the user began with a sign-in.
async fn signed_out(api: &Api, id: UserId) -> Result<StatusCode, Problem> {
    api.gate.sign_out_everywhere(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
