//! What the privacy officer does: holds and erases records.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
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

/// What was erased.
#[derive(Serialize, ToSchema)]
#[schema(as = ErasedRecords)]
pub(super) struct ErasedView {
    /// The record, and those that were merged into it.
    erased: Vec<String>,
}

/// Erases a record for good, with all that were merged into it: their keys are destroyed. It cannot be taken back.
#[utoipa::path(
    delete, path = "/v1/patients/{id}", tag = "patients", operation_id = "patient_erase",
    security(("person" = [])),
    params(
        ("id" = String, Path, description = "The record's id."),
        ("If-Match" = Option<String>, Header, description = "The version that it must be of, such as \"3\"."),
    ),
    responses((status = 200, description = "It is erased, durably.", body = ErasedView)),
)]
pub(super) async fn patient_erase(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Result<Json<ErasedView>, Problem> {
    let id = id_of(&id)?;
    let expected = expected_version(&headers)?;
    may(&api, &caller, id, "erased").await?;
    let erased = api.patients.erase(id, expected).await?;
    api.gate.engine().bump();
    tracing::warn!(by = caller.name(), patient = %id, records = erased.len(), "erased a record");
    let erased = erased.iter().map(ToString::to_string).collect();
    Ok(Json(ErasedView { erased }))
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

async fn may(api: &Api, caller: &Caller, id: PatientId, what: &str) -> Result<(), Problem> {
    let references = references(api, id).await?;
    let wanted = Wanted {
        action: Action::Delete,
        types: &[DataType::Demographics],
        subject: subject(&references),
        about: format!("record {id} {what}"),
    };
    api.authorise(caller, wanted).await.map(|_| ())
}
