//! API keys of service accounts: made, rotated with a time in which both hold, revoked, listed. A token is shown once.

mod issue;
mod list;

use axum::middleware::from_fn_with_state;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use wardline_access::identity::ApiKeyId;

use crate::http::api::Api;
use crate::http::idempotency::{Idempotency, once};
use crate::http::problem::{Code, Problem};

/// Every route of API keys.
pub(super) fn routes(idempotency: &Idempotency) -> OpenApiRouter<Api> {
    let idempotency = idempotency.kept_shortly();
    let once = || from_fn_with_state(idempotency.clone(), once);
    OpenApiRouter::new()
        .routes(routes!(list::api_key_list))
        .routes(routes!(issue::api_key_create).layer(once()))
        .routes(routes!(issue::api_key_rotate).layer(once()))
        .routes(routes!(issue::api_key_revoke))
}

/// The key that a path names; what is no id names none.
fn key_id(text: &str) -> Result<ApiKeyId, Problem> {
    ApiKeyId::parse(text).map_err(|_| Problem::new(Code::NotFound))
}
