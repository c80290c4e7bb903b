//! Shows a record.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use wardline_access::guard::{Permit, Subject};
use wardline_access::model::{Action, PatientRef, TypeSet};
use wardline_patients::model::{PatientId, RECORD_TYPES};
use wardline_patients::{OperationError, Selection};

use super::view::RecordView;
use super::{disclosed, id_of, references, subject, tag};
use crate::http::api::Api;
use crate::http::auth::{Caller, Scope};
use crate::http::extract::{PathOf, QueryOf};
use crate::http::problem::{Code, Problem};
use crate::http::protect::Wanted;

/// Which version is shown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShowQuery {
    /// An earlier version; the newest unless given.
    version: Option<u64>,
    /// Whether to say what the caller could change.
    #[serde(default)]
    writable: bool,
}

/// A record, as far as the caller may see it. What it may not see is left out, as if it were not there.
#[utoipa::path(
    get, path = "/v1/patients/{id}", tag = "patients", operation_id = "patient_show",
    security(("token" = ["patients:read", "phi"])),
    params(
        ("id" = String, Path, description = "The record's id."),
        ("version" = Option<u64>, Query, description = "An earlier version; the newest unless given."),
        ("writable" = Option<bool>, Query, description = "Whether to say what the caller could change of it."),
    ),
    responses((status = 200, description = "The record; its `ETag` is its version.", body = RecordView)),
)]
pub(super) async fn patient_show(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<ShowQuery>,
) -> Result<Response, Problem> {
    let id = id_of(&id)?;
    let references = references(&api, &caller, Action::Read, id).await?;
    let wanted = Wanted {
        action: Action::Read,
        types: &RECORD_TYPES,
        subject: subject(&references),
        about: format!("record {id}"),
    };
    let permit = api.permit(&caller, wanted).await?;
    let seen = selection(&api, &caller, (permit, Action::Read), (id, &references)).await?;
    let read = match query.version {
        None => api.patients.read(id, &seen.selection).await,
        Some(version) => {
            let read = api.patients.read_version(id, version, &seen.selection);
            read.await
        }
    };
    let record = match read {
        Ok(record) => record,
        failed => {
            return disclosed(&api, seen.permit, failed, references)
                .await
                .map(|_| ().into_response());
        }
    };
    let writable = match writable(&api, &caller, query.writable, &seen.permit).await {
        Ok(writable) => writable,
        Err(problem) => return Err(api.failed(seen.permit, references, problem).await),
    };
    let view = match RecordView::of(&record, seen.selection.types) {
        Ok(view) => view.with_writable(writable),
        Err(problem) => return Err(api.failed(seen.permit, references, problem).await),
    };
    for item in seen.items {
        api.disclose(item, (), references.clone()).await?;
    }
    let view = api.disclose(seen.permit, view, references).await?;
    let etag = [(header::ETAG, tag(record.version))];
    Ok((etag, Json(view)).into_response())
}

/// What the caller could change of what it sees; nothing unless it asks.
async fn writable(
    api: &Api,
    caller: &Caller,
    is_asked: bool,
    permit: &Permit,
) -> Result<Option<TypeSet>, Problem> {
    if !is_asked {
        return Ok(None);
    }
    if !caller.may(Scope::PatientsWrite) {
        return Ok(Some(TypeSet::EMPTY));
    }
    Ok(Some(api.gate.writable(permit).await?))
}

/// What may be read of a record.
pub(super) struct Seen {
    /// Of its data types.
    pub(super) permit: Permit,
    /// Of each labelled value that may be seen.
    pub(super) items: Vec<Permit>,
    /// Both, as records are read by.
    pub(super) selection: Selection,
}

/// What may be read, or taken away: the permitted data types, and of values with restricting labels those that may be seen each by
/// itself. Of the others there is no trace, in the answer or in the trail. When the labels cannot be read, that is in the
/// trail in the place of a read.
pub(super) async fn selection(
    api: &Api,
    caller: &Caller,
    (permit, action): (Permit, Action),
    (id, references): (PatientId, &[PatientRef]),
) -> Result<Seen, Problem> {
    let mut selection = Selection::of(permit.permitted());
    let mut items = Vec::new();
    let Some(patient) = references.first() else {
        return Err(Problem::new(Code::NotFound));
    };
    let labelled = match api.patients.labelled(id).await {
        Ok(labelled) => labelled,
        // That there is no record is told when it is read.
        Err(OperationError::NotFound) => Vec::new(),
        Err(error) => return Err(api.failed(permit, references.to_vec(), error).await),
    };
    for (path, _) in labelled {
        let (item, of) = (path.to_string(), path.data_type());
        if !selection.types.has(of) {
            continue;
        }
        match api.gate.may_see_item(&permit, patient, (&item, of)).await {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) => return Err(api.failed(permit, references.to_vec(), error).await),
        }
        let wanted = Wanted {
            action,
            types: &[of],
            subject: Subject::Item {
                patient: patient.clone(),
                item,
            },
            about: format!("record {id}, a labelled value"),
        };
        items.push(api.permit(caller, wanted).await?);
        selection.labelled.insert(path);
    }
    Ok(Seen {
        permit,
        items,
        selection,
    })
}
