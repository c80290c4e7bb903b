//! Gives an emergency access back, takes it back, reviews it.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use wardline_access::model::DataType;

use super::super::stewards::change;
use super::view::VerdictView;
use super::{grant_id, person};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;

/// A review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewBody {
    verdict: VerdictView,
    /// In words. It is sealed.
    #[serde(default)]
    #[schema(max_length = 2000)]
    note: String,
}

/// Gives the own emergency access back, before its time is over.
#[utoipa::path(
    post, path = "/v1/emergencies/{id}/give-back", tag = "emergencies", operation_id = "emergency_give_back",
    security(("token" = ["emergencies:use"])),
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 204, description = "Nothing is shown under it any more.")),
)]
pub(super) async fn emergency_give_back(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    person(&caller)?;
    let emergencies = api.gate.emergencies();
    emergencies
        .give_back(&caller.principal(), grant_id(&id)?)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an emergency access back.
#[utoipa::path(
    post, path = "/v1/emergencies/{id}/revoke", tag = "emergencies", operation_id = "emergency_revoke",
    security(("token" = ["emergencies:review"])),
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 204, description = "Nothing is shown under it any more.")),
)]
pub(super) async fn emergency_revoke(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let id = grant_id(&id)?;
    let about = format!("revoke emergency access {id}");
    let right = change(&api, &caller, DataType::Emergencies, about).await?;
    api.gate.emergencies().revoke(&right, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reviews an emergency access of somebody else. `needs_information` leaves the review open; a closed one is not opened
/// again.
#[utoipa::path(
    post, path = "/v1/emergencies/{id}/review", tag = "emergencies", operation_id = "emergency_review",
    security(("token" = ["emergencies:review"])),
    params(("id" = String, Path, description = "Its id.")),
    request_body = ReviewBody,
    responses((status = 204, description = "The verdict is kept.")),
)]
pub(super) async fn emergency_review(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<ReviewBody>,
) -> Result<StatusCode, Problem> {
    let id = grant_id(&id)?;
    let about = format!("review emergency access {id}");
    let right = change(&api, &caller, DataType::Emergencies, about).await?;
    let emergencies = api.gate.emergencies();
    emergencies
        .review(&right, id, body.verdict.into(), &body.note)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
