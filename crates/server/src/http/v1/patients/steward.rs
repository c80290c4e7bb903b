//! What the privacy officer does by itself: holds records. Erasing them takes two: `erasure`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use wardline_access::guard::Authorised;
use wardline_access::model::{Action, DataType};
use wardline_patients::model::PatientId;

use super::{expected_version, id_of, references, subject};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// Why a record is held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldBody {
    /// Such as the case's number. Kept sealed.
    #[schema(min_length = 1, max_length = 512)]
    reason: String,
}

/// Puts a record under a legal hold: it is not erased until the hold is lifted.
#[utoipa::path(
    put, path = "/v1/patients/{id}/hold", tag = "patients", operation_id = "patient_hold",
    security(("person" = [])),
    params(("id" = String, Path, description = "The record's id.")),
    request_body = HoldBody,
    responses((status = 204, description = "It is held, durably.")),
)]
pub(super) async fn patient_hold(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<HoldBody>,
) -> Result<StatusCode, Problem> {
    let id = id_of(&id)?;
    let expected = expected_version(&headers)?;
    may(&api, &caller, id, "held").await?;
    let by = caller.principal();
    let held = api.patients.hold(id, expected, &body.reason, by.name());
    held.await?;
    tracing::info!(by = caller.name(), patient = %id, "held a record");
    Ok(StatusCode::NO_CONTENT)
}

/// Lifts the legal hold of a record.
#[utoipa::path(
    delete, path = "/v1/patients/{id}/hold", tag = "patients", operation_id = "patient_release",
    security(("person" = [])),
    params(("id" = String, Path, description = "The record's id.")),
    responses((status = 204, description = "It is held no more, durably.")),
)]
pub(super) async fn patient_release(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let id = id_of(&id)?;
    let expected = expected_version(&headers)?;
    may(&api, &caller, id, "released").await?;
    let by = caller.principal();
    api.patients.release(id, expected, by.name()).await?;
    tracing::info!(by = caller.name(), patient = %id, "released a record");
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn may(
    api: &Api,
    caller: &Caller,
    id: PatientId,
    what: &str,
) -> Result<Authorised, Problem> {
    let references = references(api, caller, Action::Delete, id).await?;
    let wanted = Wanted {
        action: Action::Delete,
        types: &[DataType::Demographics],
        subject: subject(&references),
        about: format!("record {id} {what}"),
    };
    api.authorise(caller, wanted).await
}
