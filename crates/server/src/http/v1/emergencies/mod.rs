//! Emergency access to a patient (break-glass): asked for with a reason and the second factor, used by the header
//! `Wardline-Emergency`, given back, taken back, reviewed; and the queue of those who are told.

mod act;
mod list;
mod notifications;
mod request;
mod view;

use axum::middleware::from_fn_with_state;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use wardline_access::model::GrantId;

use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::idempotency::{Idempotency, once};
use crate::http::problem::{Code, Problem};

/// Every route of emergency accesses.
pub(super) fn routes(idempotency: &Idempotency) -> OpenApiRouter<Api> {
    let idempotency = idempotency.kept_shortly();
    let once = || from_fn_with_state(idempotency.clone(), once);
    OpenApiRouter::new()
        .routes(routes!(request::emergency_request).layer(once()))
        .routes(routes!(list::emergency_list))
        .routes(routes!(list::emergency_show))
        .routes(routes!(act::emergency_give_back))
        .routes(routes!(act::emergency_revoke))
        .routes(routes!(act::emergency_review))
        .routes(routes!(notifications::notification_list))
        .routes(routes!(notifications::notification_mark_seen))
}

/// The emergency access that a path names; what is no id names none.
fn grant_id(text: &str) -> Result<GrantId, Problem> {
    GrantId::parse(text).map_err(|_| Problem::new(Code::NotFound))
}

/// Only people ask for emergency access: somebody must answer for it.
fn person(caller: &Caller) -> Result<(), Problem> {
    if caller.is_person() {
        return Ok(());
    }
    Err(Problem::new(Code::PersonNeeded))
}
