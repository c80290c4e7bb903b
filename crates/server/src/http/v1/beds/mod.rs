//! Beds as they are now, and what people say of them.
//!
//! Reading waits for nothing: it takes finished views from live beds and shares what was encoded of them
//! (`encode`). `act` is what people do; `view`, `patient` and `chart` are the shapes.

mod act;
mod chart;
mod decide;
mod encode;
mod gated;
mod list;
mod nurses;
mod patient;
mod told;
mod trend;
mod view;

pub(super) use act::{__path_bed_acknowledge, bed_acknowledge};
pub(super) use act::{__path_bed_set_status, bed_set_status};
pub(super) use act::{__path_stay_set_care, stay_set_care};
pub(super) use encode::{event, write_event};
pub(super) use gated::{stream as gated_stream, streamed as gated_beds};
pub(super) use list::{__path_bed_list, bed_list};
pub(super) use nurses::{__path_bed_nurses, bed_nurses};
pub(super) use nurses::{__path_bed_set_nurses, bed_set_nurses};
pub(super) use told::{__path_bed_events, bed_events};
pub(super) use trend::{__path_bed_trend, bed_trend};
pub(super) use view::ContradictionShown;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use wardline_vitals::model::{BedId, UnitId};

use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::PathOf;
use crate::http::problem::{Code, Problem};
use view::BedShown;

/// A bed: who lies there, every value with its age, the score with its parts or what it lacks. Without the scope
/// `phi` the patient is masked. Under an emergency access who is expected there and may not be seen is left out.
#[utoipa::path(
    get, path = "/v1/beds/{id}", tag = "beds", operation_id = "bed_show",
    security(("token" = ["beds:read"])),
    params(("id" = String, Path, description = "The bed's id, as a listing gives it.")),
    responses((status = 200, description = "The bed.", body = BedShown<'_>)),
)]
pub(super) async fn bed_show(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Response, Problem> {
    let mut view = api.beds.bed(&bed_id(&id)?).ok_or_else(no_such_bed)?;
    let masked = gated::bed(&api, &caller, &mut view).await?;
    let mut json = Vec::new();
    encode::write_json(&mut json, &view, masked, api.beds.now());
    Ok(json_answer(json))
}

/// JSON that is bytes already.
pub(super) fn json_answer(json: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

/// The bed of a path. What is no id of a bed is not there.
pub(super) fn bed_id(text: &str) -> Result<BedId, Problem> {
    text.parse().map_err(|_| no_such_bed())
}

/// The unit that a query names.
pub(super) fn unit_id(text: Option<&str>) -> Result<Option<UnitId>, Problem> {
    let read = text.map(str::parse).transpose();
    read.map_err(|_| {
        Problem::invalid(
            "unit",
            "expected the id of a unit, as GET /v1/units gives it",
        )
    })
}

fn no_such_bed() -> Problem {
    Problem::new(Code::NotFound).detail("there is no such bed")
}
