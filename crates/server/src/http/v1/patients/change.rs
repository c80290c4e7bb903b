//! Begins and changes records.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use wardline_access::guard::Subject;
use wardline_access::model::{Action, DataType, PatientRef};
use wardline_patients::Written;
use wardline_patients::model::{Change, Field, FieldPath, PatientId};

use super::body::ChangeBody;
use super::{id_of, references, required_version, subject, tag};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// A record that was written.
#[derive(Serialize, ToSchema)]
pub(super) struct WrittenView {
    /// Its id: it names nobody.
    id: String,
    /// Its version now.
    version: u64,
    /// Ids of notes that were added, in their order.
    notes: Vec<String>,
}

/// Begins a record. The caller must be permitted to write every data type that it sets.
#[utoipa::path(
    post, path = "/v1/patients", tag = "patients", operation_id = "patient_create",
    security(("token" = ["patients:write", "phi"])),
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The same key with the same request is answered as the first time, for five minutes.",
            min_length = 1, max_length = 128)),
    request_body = ChangeBody,
    responses((status = 201, description = "It is stored, durably.", body = WrittenView)),
)]
pub(super) async fn patient_create(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<ChangeBody>,
) -> Result<Response, Problem> {
    let change = body.read(author(&caller))?;
    let types: Vec<DataType> = change.types().iter().collect();
    let wanted = Wanted {
        action: Action::Write,
        types: &types,
        subject: Subject::NoPatient,
        about: "a new record".to_owned(),
    };
    api.authorise(&caller, wanted).await?;
    let written = api
        .patients
        .create(change, caller.principal().name())
        .await?;
    tracing::info!(by = caller.name(), patient = %written.patient, "began a record");
    let location = HeaderValue::from_str(&format!("/v1/patients/{}", written.patient));
    let mut response = answer(StatusCode::CREATED, &written);
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Makes the next version of a record. What is not named stays as it is; `If-Match` names the version that it follows.
#[utoipa::path(
    patch, path = "/v1/patients/{id}", tag = "patients", operation_id = "patient_update",
    security(("token" = ["patients:write", "phi"])),
    params(
        ("id" = String, Path, description = "The record's id."),
        ("If-Match" = String, Header, description = "The version that it must be of, such as \"3\"."),
    ),
    request_body = ChangeBody,
    responses((status = 200, description = "It is stored, durably.", body = WrittenView)),
)]
pub(super) async fn patient_update(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<ChangeBody>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let expected = required_version(&headers)?;
    let change = body.read(author(&caller))?;
    let references = references(&api, &caller, Action::Write, id).await?;
    let types: Vec<DataType> = change.types().iter().collect();
    let wanted = Wanted {
        action: Action::Write,
        types: &types,
        subject: subject(&references),
        about: format!("record {id}"),
    };
    api.authorise(&caller, wanted).await?;
    write_labelled(&api, &caller, (id, &references), &change).await?;
    let protects = changes_protection(&change);
    let (patients, by) = (api.patients.clone(), caller.principal().name().to_owned());
    let write = async move { patients.update(id, expected, change, &by).await };
    let written = if protects {
        api.gate.engine().changing(write).await?
    } else {
        write.await?
    };
    tracing::info!(by = caller.name(), patient = %id, "changed a record");
    Ok(answer(StatusCode::OK, &written))
}

/// Values with restricting labels are decided on one by one.
async fn write_labelled(
    api: &Api,
    caller: &Caller,
    (id, references): (PatientId, &[PatientRef]),
    change: &Change,
) -> Result<(), Problem> {
    let Some(patient) = references.first() else {
        return Ok(());
    };
    let labelled = match api.patients.labelled(id).await {
        Ok(labelled) => labelled,
        Err(wardline_patients::OperationError::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for (path, _) in labelled {
        if !change.paths().any(|changed| *changed == path) {
            continue;
        }
        let wanted = Wanted {
            action: Action::Write,
            types: &[path.data_type()],
            subject: Subject::Item {
                patient: patient.clone(),
                item: path.to_string(),
            },
            about: format!("record {id}, a labelled value"),
        };
        api.authorise(caller, wanted).await?;
    }
    Ok(())
}

/// Whether decisions rest on what is changed.
fn changes_protection(change: &Change) -> bool {
    let restrictions = FieldPath::Field(Field::Restrictions);
    let numbers = FieldPath::Field(Field::RecordNumbers);
    change.labels_anything()
        || change
            .paths()
            .any(|path| *path == restrictions || *path == numbers)
}

/// Who writes a note: a person itself.
fn author(caller: &Caller) -> Option<wardline_access::model::UserId> {
    caller.is_person().then(|| caller.principal().user())
}

fn answer(status: StatusCode, written: &Written) -> Response {
    let view = WrittenView {
        id: written.patient.to_string(),
        version: written.version,
        notes: written.notes.iter().map(ToString::to_string).collect(),
    };
    let etag = [(header::ETAG, tag(written.version))];
    (status, etag, Json(view)).into_response()
}
