//! Who made which version of a record.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::model::Action;
use wardline_patients::Past;
use wardline_patients::model::RECORD_TYPES;

use super::super::time;
use super::show::selection;
use super::{disclosed, id_of, references, subject};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{PathOf, QueryOf};
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

const MAX_LIMIT: usize = 200;
const USUAL_LIMIT: usize = 50;

/// Which versions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    /// Versions before this one; the newest unless given.
    before: Option<u64>,
    /// How many at most.
    limit: Option<usize>,
}

/// Versions, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = PatientHistory)]
pub(super) struct HistoryView {
    items: Vec<VersionView>,
}

/// A version.
#[derive(Serialize, ToSchema)]
#[schema(as = PatientVersion)]
struct VersionView {
    version: u64,
    /// `created`, `updated`, `took_in`, `merged`, `unmerged`, `linked`, `held` or `released`.
    kind: &'static str,
    #[schema(format = DateTime)]
    at: String,
    /// Who did it.
    by: String,
    /// Fields that it changed, of those that may be seen.
    fields: Vec<String>,
}

/// The versions of a record: who did what, and when. Values are shown by `GET /v1/patients/{id}?version=`.
#[utoipa::path(
    get, path = "/v1/patients/{id}/history", tag = "patients", operation_id = "patient_history",
    security(("token" = ["patients:read", "phi"])),
    params(
        ("id" = String, Path, description = "The record's id."),
        ("before" = Option<u64>, Query, description = "Versions before this one; the newest unless given."),
        ("limit" = Option<usize>, Query, description = "How many at most.", minimum = 1, maximum = 200),
    ),
    responses((status = 200, description = "Versions, newest first.", body = HistoryView)),
)]
pub(super) async fn patient_history(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<HistoryQuery>,
) -> Result<Json<HistoryView>, Problem> {
    let id = id_of(&id)?;
    let limit = query.limit.unwrap_or(USUAL_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::invalid("limit", "expected 1 to 200"));
    }
    let references = references(&api, &caller, Action::Read, id).await?;
    let wanted = Wanted {
        action: Action::Read,
        types: &RECORD_TYPES,
        subject: subject(&references),
        about: format!("history of record {id}"),
    };
    let permit = api.permit(&caller, wanted).await?;
    let seen = selection(&api, &caller, (permit, Action::Read), (id, &references)).await?;
    let past = api
        .patients
        .history(id, query.before, limit, &seen.selection)
        .await;
    if past.is_ok() {
        for item in seen.items {
            api.disclose(item, (), references.clone()).await?;
        }
    }
    // Before anything is told, that there is no such record too.
    let past = disclosed(&api, seen.permit, past, references).await?;
    let items = past.into_iter().map(VersionView::from).collect();
    Ok(Json(HistoryView { items }))
}

impl From<Past> for VersionView {
    fn from(past: Past) -> Self {
        Self {
            version: past.version,
            kind: past.kind.as_str(),
            at: time::text(past.at),
            by: past.by,
            fields: past.paths.iter().map(ToString::to_string).collect(),
        }
    }
}
