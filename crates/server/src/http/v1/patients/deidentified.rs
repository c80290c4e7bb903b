//! A record without identifiers.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use wardline_access::model::{Action, DataType};
use wardline_patients::Dates;

use super::{disclosed, id_of, references, subject};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{PathOf, QueryOf};
use crate::http::problem::Problem;
use crate::http::protect::Wanted;

/// How dates are told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ViewQuery {
    /// `year`, as Safe Harbor asks, or `shifted`.
    #[serde(default)]
    dates: DatesWord,
}

/// How dates are told.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DatesWord {
    /// The year alone.
    #[default]
    Year,
    /// Moved by the same days for all of a patient. Not Safe Harbor.
    Shifted,
}

/// A view of a record without the identifiers of Safe Harbor (45 CFR 164.514(b)(2)).
#[utoipa::path(
    get, path = "/v1/patients/{id}/deidentified", tag = "patients", operation_id = "patient_deidentified",
    security(("person" = [])),
    params(
        ("id" = String, Path, description = "The record's id."),
        ("dates" = Option<String>, Query,
            description = "`year`, as Safe Harbor asks and unless told otherwise, or `shifted`, which is not Safe Harbor."),
    ),
    responses((status = 200, description = "The view.", body = Value)),
)]
pub(super) async fn patient_deidentified(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<ViewQuery>,
) -> Result<Json<Value>, Problem> {
    let id = id_of(&id)?;
    let references = references(&api, &caller, Action::Export, id).await?;
    let wanted = Wanted {
        action: Action::Export,
        types: &[DataType::Deidentified],
        subject: subject(&references),
        about: format!("record {id} without identifiers"),
    };
    let permit = api.permit(&caller, wanted).await?;
    let dates = match query.dates {
        DatesWord::Year => Dates::Year,
        DatesWord::Shifted => Dates::Shifted,
    };
    let view = api.patients.deidentify(id, dates).await;
    let view = disclosed(&api, permit, view, references).await?;
    Ok(Json(view.into_json()))
}
