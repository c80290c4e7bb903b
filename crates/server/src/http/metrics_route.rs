//! `/metrics`.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::api::Api;
use crate::metrics::MEDIA_TYPE;

/// The process's figures for Prometheus. They hold names of channels and destinations, counts and times, and
/// nothing of a patient.
#[utoipa::path(
    get, path = "/metrics", tag = "health", operation_id = "metrics_read",
    security(("token" = ["read"])),
    responses((
        status = 200, description = "OpenMetrics text.", body = String,
        content_type = "application/openmetrics-text",
    )),
)]
pub(super) async fn metrics_read(State(api): State<Api>) -> impl IntoResponse {
    let text = api
        .metrics
        .text(
            &api.messaging,
            &api.sessions,
            &api.beds,
            (&api.listeners, &api.audit, &api.keys),
            &(api.store)(),
        )
        .await;
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], text)
}

/// The description of this route alone.
pub(super) fn described() -> OpenApi {
    OpenApiRouter::<Api>::new()
        .routes(routes!(metrics_read))
        .into_openapi()
}
