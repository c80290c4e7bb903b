//! Sessions of people who are signed in to an application: begun, checked at every request, locked, ended.
//!
//! Tokens of sessions and names of users stand in bodies only, never in URLs. A check is in `check`; the shapes that
//! are shown are in `view`.

mod change;
mod check;
mod create;
mod end;
mod events;
mod list;
mod view;

use axum::extract::FromRef;
use axum::middleware::from_fn_with_state;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use wardline_sessions::model::{DepartmentName, NameError, SessionId};

pub(in crate::http) use check::{CheckBody, Checks, check};
pub(in crate::http) use events::Watching;

use crate::http::api::Api;
use crate::http::idempotency::{Idempotency, once};
use crate::http::problem::{Code, Problem};

/// Every route of sessions.
pub(super) fn routes(idempotency: &Idempotency) -> OpenApiRouter<Api> {
    let idempotency = idempotency.kept_shortly();
    let once = || from_fn_with_state(idempotency.clone(), once);
    OpenApiRouter::new()
        .routes(routes!(create::session_create).layer(once()))
        .routes(routes!(list::session_list))
        .routes(routes!(list::session_search))
        .routes(routes!(list::session_count))
        .routes(routes!(check::session_check))
        .routes(routes!(check::session_check_many))
        .routes(routes!(check::session_touch))
        .routes(routes!(end::session_revoke_user))
        .routes(routes!(events::session_events))
        .routes(routes!(list::session_show))
        .routes(routes!(end::session_revoke))
        .routes(routes!(change::session_set_fields))
        .routes(routes!(change::session_lock))
        .routes(routes!(change::session_unlock))
        .routes(routes!(change::session_renew))
}

/// The routes that an instance answers too that stands by.
pub(in crate::http) fn at_standby<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Checks: FromRef<S>,
    Watching: FromRef<S>,
{
    OpenApiRouter::new()
        .routes(routes!(check::session_check))
        .routes(routes!(check::session_check_many))
        .routes(routes!(check::session_touch))
        .routes(routes!(events::session_events))
}

/// The session that a path names; what is no id names none.
fn id_of(text: &str) -> Result<SessionId, Problem> {
    text.parse().map_err(|_| Problem::new(Code::NotFound))
}

/// A name in a request.
fn name<T>(
    field: &'static str,
    text: &str,
    read: impl Fn(&str) -> Result<T, NameError>,
) -> Result<T, Problem> {
    read(text).map_err(|error| Problem::invalid(field, error.to_string()))
}

/// A department in a request, if there is one.
fn department(text: Option<&str>) -> Result<Option<DepartmentName>, Problem> {
    text.map(|text| name("department", text, DepartmentName::new))
        .transpose()
}
