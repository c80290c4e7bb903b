//! Erases records for good: one privacy officer asks for it, another one approves.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::approvals::{About, OpenRequest};
use wardline_access::guard::{Authorised, Subject};
use wardline_access::model::{Action, DataType};
use wardline_patients::OperationError;
use wardline_patients::model::PatientId;

use super::steward::may;
use super::{expected_version, id_of};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::{Code, Problem};
use crate::http::protect::Wanted;
use crate::http::v1::time;

/// Why a record is to be erased.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ErasureBody {
    /// Such as the patient's request. Kept sealed.
    #[schema(min_length = 1, max_length = 512)]
    reason: String,
}

/// A record that is to be erased.
#[derive(Serialize, ToSchema)]
#[schema(as = ErasureRequest)]
pub(super) struct RequestView {
    /// The record.
    patient: String,
    /// Who asked: the user's id.
    by: String,
    reason: String,
    #[schema(format = DateTime)]
    requested_at: String,
    /// Until when another person may approve it.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Who approved it, by the user's id, when the store failed then: approve it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<String>,
}

/// Requests that wait for another person.
#[derive(Serialize, ToSchema)]
#[schema(as = ErasureRequests)]
pub(super) struct RequestsView {
    items: Vec<RequestView>,
}

/// What was erased.
#[derive(Serialize, ToSchema)]
#[schema(as = ErasedRecords)]
pub(super) struct ErasedView {
    /// The record, and those that were merged into it.
    erased: Vec<String>,
}

/// Asks that a record be erased for good. Another person must approve it in time; until then nothing happens.
#[utoipa::path(
    post, path = "/v1/patients/{id}/erasure", tag = "patients", operation_id = "erasure_request",
    security(("person" = [])),
    params(("id" = String, Path, description = "The record's id.")),
    request_body = ErasureBody,
    responses((status = 202, description = "It waits for another person.", body = RequestView)),
)]
pub(super) async fn erasure_request(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<ErasureBody>,
) -> Result<(StatusCode, Json<RequestView>), Problem> {
    let id = id_of(&id)?;
    let authorised = may(&api, &caller, id, "erasure requested").await?;
    // What is not there, or held, cannot be asked for.
    let covers = covers(&api.patients.erasable(id, None).await?);
    let subject = subject_of(id);
    let about = About {
        subject: &subject,
        covers: covers.as_bytes(),
    };
    let asked = api.gate.approvals().ask(&authorised, about, &body.reason);
    let request = asked.await??;
    tracing::info!(by = caller.name(), patient = %id, "asked that a record be erased");
    Ok((StatusCode::ACCEPTED, Json(RequestView::of(&request))))
}

/// Erases a record for good, with all that were merged into it, as another person asked: their keys are destroyed. It
/// cannot be taken back. A legal hold wins. Should the store fail, the approval stands: approve it again.
#[utoipa::path(
    post, path = "/v1/patients/{id}/erasure/approve", tag = "patients", operation_id = "erasure_approve",
    security(("person" = [])),
    params(
        ("id" = String, Path, description = "The record's id."),
        ("If-Match" = Option<String>, Header, description = "The version that it must be of, such as \"3\"."),
    ),
    responses((status = 200, description = "It is erased, durably.", body = ErasedView)),
)]
pub(super) async fn erasure_approve(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
) -> Result<Json<ErasedView>, Problem> {
    let id = id_of(&id)?;
    let expected = expected_version(&headers)?;
    let authorised = may(&api, &caller, id, "erased").await?;
    let erasing = {
        let api = api.clone();
        async move { erase(&api, &authorised, id, expected).await }
    };
    let erased = api.gate.engine().changing(erasing).await?;
    tracing::warn!(by = caller.name(), patient = %id, records = erased.len(), "erased a record");
    let erased = erased.iter().map(ToString::to_string).collect();
    Ok(Json(ErasedView { erased }))
}

/// Approves what was asked for and does it, or goes on with it where the store failed before.
async fn erase(
    api: &Api,
    authorised: &Authorised,
    id: PatientId,
    expected: Option<u64>,
) -> Result<Vec<PatientId>, Problem> {
    let (approvals, subject) = (api.gate.approvals(), subject_of(id));
    if api.patients.is_erased(id) {
        let approved = approvals.approved(authorised, &subject).await?;
        approved.ok_or(OperationError::NotFound)?;
        let mut erased = api.patients.erase_again().await?;
        if !erased.contains(&id) {
            erased.push(id);
        }
        approvals.done(authorised, &subject).await?;
        return Ok(erased);
    }
    // Nobody approves more than was asked for, such as a record that was merged into it since.
    let records = api.patients.erasable(id, expected).await?;
    let covers = covers(&records);
    let about = About {
        subject: &subject,
        covers: covers.as_bytes(),
    };
    approvals.approve(authorised, about).await??;
    match api.patients.erase_agreed(id, expected, &records).await {
        Ok(erased) => {
            approvals.done(authorised, &subject).await?;
            Ok(erased)
        }
        // A hold or a change came in between: the request waits as before.
        Err(
            refused @ (OperationError::Held
            | OperationError::Conflict { .. }
            | OperationError::Merged { .. }),
        ) => {
            approvals.not_done(authorised, &subject).await?;
            Err(refused.into())
        }
        Err(failed) => Err(failed.into()),
    }
}

/// Takes back what was asked for: nothing is erased.
#[utoipa::path(
    delete, path = "/v1/patients/{id}/erasure", tag = "patients", operation_id = "erasure_withdraw",
    security(("person" = [])),
    params(("id" = String, Path, description = "The record's id.")),
    responses((status = 204, description = "It is asked for no more.")),
)]
pub(super) async fn erasure_withdraw(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let id = id_of(&id)?;
    let authorised = may(&api, &caller, id, "erasure request taken back").await?;
    if api
        .gate
        .approvals()
        .withdraw(&authorised, &subject_of(id))
        .await?
    {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::new(Code::NotFound))
}

/// Records that are to be erased and wait for another person's approval, the oldest request first.
#[utoipa::path(
    get, path = "/v1/erasures", tag = "patients", operation_id = "erasure_list",
    security(("person" = [])),
    responses((status = 200, description = "At most 500.", body = RequestsView)),
)]
pub(super) async fn erasure_list(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<RequestsView>, Problem> {
    let wanted = Wanted {
        action: Action::Delete,
        types: &[DataType::Demographics],
        subject: Subject::NoPatient,
        about: "requests for erasure listed".to_owned(),
    };
    api.authorise(&caller, wanted).await?;
    let open = api.gate.approvals().open().await?;
    let items = open.iter().map(RequestView::of).collect();
    Ok(Json(RequestsView { items }))
}

impl RequestView {
    fn of(request: &OpenRequest) -> Self {
        let patient = request.subject.trim_start_matches(SUBJECT);
        Self {
            patient: patient.to_owned(),
            by: request.by.to_string(),
            reason: request.reason.clone(),
            requested_at: time::text(request.requested_at),
            expires_at: time::text(request.expires_at),
            approved_by: request.approved_by.map(|by| by.to_string()),
        }
    }
}

const SUBJECT: &str = "record ";

fn subject_of(id: PatientId) -> String {
    format!("{SUBJECT}{id}")
}

/// The records, however they are ordered.
fn covers(records: &[PatientId]) -> String {
    let mut ids: Vec<String> = records.iter().map(ToString::to_string).collect();
    ids.sort_unstable();
    ids.join(" ")
}
