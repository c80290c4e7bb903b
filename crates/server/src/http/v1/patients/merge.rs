//! Merges records, and takes a merge back.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::model::{Action, DataType};
use wardline_patients::Written;
use wardline_patients::model::PatientId;

use super::{id_of, references, required_version, subject, tag};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// Which record is merged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeBody {
    /// The record that is merged into the one of the path, and takes no more changes.
    merged: String,
    /// The version that it must be of.
    merged_version: u64,
}

/// A record that was merged or stands by itself again.
#[derive(Serialize, ToSchema)]
pub(super) struct MergedView {
    id: String,
    /// Its version now.
    version: u64,
}

/// Merges another record into this one. No value is moved, so it can be taken back.
#[utoipa::path(
    post, path = "/v1/patients/{id}/merge", tag = "patients", operation_id = "patient_merge",
    security(("token" = ["patients:write", "phi"])),
    params(
        ("id" = String, Path, description = "The surviving record's id."),
        ("If-Match" = String, Header, description = "The version that it must be of, such as \"3\"."),
    ),
    request_body = MergeBody,
    responses((status = 200, description = "They are merged, durably.", body = MergedView)),
)]
pub(super) async fn patient_merge(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<MergeBody>,
) -> Result<Response, Problem> {
    let (id, merged) = (id_of(&id)?, id_of(&body.merged)?);
    let expected = required_version(&headers)?;
    may_write(&api, &caller, id, "merged into").await?;
    may_write(&api, &caller, merged, "merged").await?;
    let (patients, by) = (api.patients.clone(), caller.principal().name().to_owned());
    let merged = (merged, body.merged_version);
    let write = async move { patients.merge((id, expected), merged, &by).await };
    // Protections of either hold for both from now on.
    let written = api.gate.engine().changing(write).await?;
    Ok(done(&written))
}

/// Takes a merge back: the record stands by itself again, as it was when it was merged.
#[utoipa::path(
    post, path = "/v1/patients/{id}/unmerge", tag = "patients", operation_id = "patient_unmerge",
    security(("token" = ["patients:write", "phi"])),
    params(
        ("id" = String, Path, description = "The merged record's id."),
        ("If-Match" = String, Header, description = "The version that it must be of, such as \"3\"."),
    ),
    responses((status = 200, description = "It stands by itself, durably.", body = MergedView)),
)]
pub(super) async fn patient_unmerge(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let expected = required_version(&headers)?;
    may_write(&api, &caller, id, "unmerged").await?;
    let (patients, by) = (api.patients.clone(), caller.principal().name().to_owned());
    let write = async move { patients.unmerge((id, expected), &by).await };
    let written = api.gate.engine().changing(write).await?;
    Ok(done(&written))
}

/// Who a patient is, is what a merge says.
pub(super) async fn may_write(
    api: &Api,
    caller: &Caller,
    patient: PatientId,
    what: &str,
) -> Result<(), Problem> {
    let references = references(api, caller, Action::Write, patient).await?;
    let wanted = Wanted {
        action: Action::Write,
        types: &[DataType::Demographics],
        subject: subject(&references),
        about: format!("record {patient} {what}"),
    };
    api.authorise(caller, wanted).await.map(|_| ())
}

fn done(written: &Written) -> Response {
    let view = MergedView {
        id: written.patient.to_string(),
        version: written.version,
    };
    let etag = [(header::ETAG, tag(written.version))];
    (etag, Json(view)).into_response()
}
