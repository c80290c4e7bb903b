//! Users and service accounts: who there is, made, changed, kept out. Passwords stand in bodies only.

mod act;
mod change;
mod create;
mod list;
mod view;

use axum::middleware::from_fn_with_state;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use wardline_access::model::{Role, RoleSet, UserId};

pub(super) use create::PatientBody;

use crate::http::api::Api;
use crate::http::idempotency::{Idempotency, once};
use crate::http::problem::{Code, Problem};

/// Every route of users.
pub(super) fn routes(idempotency: &Idempotency) -> OpenApiRouter<Api> {
    let once = || from_fn_with_state(idempotency.clone(), once);
    OpenApiRouter::new()
        .routes(routes!(list::user_list))
        .routes(routes!(create::user_create).layer(once()))
        .routes(routes!(list::user_show))
        .routes(routes!(change::user_change))
        .routes(routes!(act::user_disable))
        .routes(routes!(act::user_enable))
        .routes(routes!(act::user_suspend))
        .routes(routes!(act::user_unsuspend))
        .routes(routes!(act::user_set_roles))
        .routes(routes!(act::user_set_shift))
        .routes(routes!(act::user_set_password))
        .routes(routes!(act::user_reset_second_factor))
}

/// The user that a path names; what is no id names none.
pub(super) fn user_id(text: &str) -> Result<UserId, Problem> {
    UserId::parse(text).map_err(|_| Problem::new(Code::NotFound))
}

/// A user that a field names.
fn user_of_field(field: &'static str, text: &str) -> Result<UserId, Problem> {
    UserId::parse(text).map_err(|_| Problem::invalid(field, "expected the id of a user"))
}

/// Roles by their words.
fn roles(words: &[String]) -> Result<RoleSet, Problem> {
    let roles = words.iter().map(|word| Role::parse(word));
    let roles: Result<RoleSet, _> = roles.collect();
    roles.map_err(|error| Problem::invalid("roles", format!("expected words of {}", error.known)))
}
