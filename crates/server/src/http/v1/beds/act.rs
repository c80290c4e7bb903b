//! What people do at a bed: acknowledge a band, say in what state an empty bed is, and what no message tells of a
//! patient.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use wardline_access::model::{Action, DataType};
use wardline_vitals::census::Care;
use wardline_vitals::model::{PhiText, StayId};
use wardline_vitals::operations::Housekeeping;
use wardline_vitals::score::{Band, SaturationScale};
use wardline_vitals::watch::{BedView, OccupantView};

use super::{bed_id, gated, no_such_bed};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::{Code, Problem};

/// Longest name of a user, in bytes.
pub(super) const MAX_USER_BYTES: usize = 128;
/// Longest reason, in bytes.
const MAX_REASON_BYTES: usize = 512;

/// What is acknowledged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct Acknowledgement {
    /// The band that was seen. If another one stands by now, nothing is acknowledged (409).
    #[schema(example = "high")]
    band: String,
    /// Of whom, where several patients are in the bed.
    stay: Option<u64>,
    /// The user of this house who saw it; the token's name unless given.
    by: Option<String>,
}

/// What is said of an empty bed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct BedStatus {
    status: StatusWord,
    /// Why, above all for a blocked bed.
    reason: Option<String>,
    /// The user of this house who says so; the token's name unless given.
    by: Option<String>,
}

/// What is done with an empty bed.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StatusWord {
    /// To be cleaned.
    Dirty,
    /// Being cleaned.
    Cleaning,
    /// Ready, and no longer blocked.
    Clean,
    /// Not to be used.
    Blocked,
}

/// What no message tells of a patient.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct CareSetting {
    /// By which column oxygen saturation is scored: 1, or 2 where a clinician has prescribed it (hypercapnic
    /// respiratory failure, target 88 to 92 %).
    #[schema(minimum = 1, maximum = 2)]
    saturation_scale: u8,
    /// Beyond the 20th week of pregnancy: the score is not made.
    pregnant: bool,
}

/// Say that somebody has seen the band that stands for the patient in a bed. It is not told again until it changes,
/// or has stood for an hour more.
#[utoipa::path(
    post, path = "/v1/beds/{id}/acknowledge", tag = "beds", operation_id = "bed_acknowledge",
    security(("token" = ["beds:write"])),
    params(("id" = String, Path, description = "The bed's id.")),
    request_body = Acknowledgement,
    responses((status = 204, description = "Acknowledged, durably.")),
)]
pub(in crate::http::v1) async fn bed_acknowledge(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<Acknowledgement>,
) -> Result<StatusCode, Problem> {
    let bed = bed_id(&id)?;
    let band = Band::ALL.into_iter().find(|band| band.code() == body.band);
    let band =
        band.ok_or_else(|| Problem::invalid("band", "expected low, low_medium, medium or high"))?;
    let by = user("by", body.by.as_deref(), &caller)?;
    let view = api.beds.bed(&bed).ok_or_else(no_such_bed)?;
    // Before anything is compared: which stay and which band it is, is told to who may see it.
    gated::acknowledges(&api, &caller, &view).await?;
    let occupant = occupant(&view, body.stay)?;
    // The service compares again, when nothing can change any more.
    if occupant.chart.score.band != Some(band) {
        return Err(conflict(
            "another band stands by now; look at the bed again",
        ));
    }
    api.beds.acknowledge(occupant.stay, band, by).await?;
    tracing::info!(by = caller.name(), bed = %bed, band = band.code(), "acknowledged a band");
    Ok(StatusCode::NO_CONTENT)
}

/// Say in what state a bed is in which nobody lies.
#[utoipa::path(
    put, path = "/v1/beds/{id}/status", tag = "beds", operation_id = "bed_set_status",
    security(("token" = ["beds:write"])),
    params(("id" = String, Path, description = "The bed's id.")),
    request_body = BedStatus,
    responses((status = 204, description = "Set, durably.")),
)]
pub(in crate::http::v1) async fn bed_set_status(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    JsonBody(body): JsonBody<BedStatus>,
) -> Result<StatusCode, Problem> {
    let bed = bed_id(&id)?;
    let by = user("by", body.by.as_deref(), &caller)?;
    let reason = body
        .reason
        .as_deref()
        .filter(|reason| !reason.trim().is_empty());
    let reason = reason
        .map(|reason| text("reason", reason, MAX_REASON_BYTES))
        .transpose()?;
    let said = match body.status {
        StatusWord::Dirty => Housekeeping::Dirty,
        StatusWord::Cleaning => Housekeeping::Cleaning,
        StatusWord::Clean => Housekeeping::Clean,
        StatusWord::Blocked => Housekeeping::Blocked,
    };
    api.beds.set_bed(bed.clone(), said, reason, by).await?;
    tracing::info!(by = caller.name(), bed = %bed, "set a bed's status");
    Ok(StatusCode::NO_CONTENT)
}

/// Say what no message tells of a patient and the score depends on.
#[utoipa::path(
    put, path = "/v1/stays/{id}/care", tag = "beds", operation_id = "stay_set_care",
    security(("token" = ["beds:write"])),
    params(("id" = u64, Path, description = "The stay, as a bed shows it.")),
    request_body = CareSetting,
    responses((status = 204, description = "Set, durably.")),
)]
pub(in crate::http::v1) async fn stay_set_care(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<u64>,
    JsonBody(body): JsonBody<CareSetting>,
) -> Result<StatusCode, Problem> {
    let saturation_scale = match body.saturation_scale {
        1 => SaturationScale::One,
        2 => SaturationScale::Two,
        _ => return Err(Problem::invalid("saturation_scale", "expected 1 or 2")),
    };
    let care = Care {
        saturation_scale,
        is_pregnant: body.pregnant,
    };
    if let Some(view) = api.beds.bed_of_stay(StayId(id)) {
        let asked = (Action::Write, DataType::Treatment);
        gated::act(&api, &caller, &view, asked, "set what the score must know").await?;
    }
    api.beds.set_care(StayId(id), care).await?;
    tracing::info!(by = caller.name(), stay = id, "set a patient's care");
    Ok(StatusCode::NO_CONTENT)
}

/// The patient who is meant.
fn occupant(view: &BedView, stay: Option<u64>) -> Result<&OccupantView, Problem> {
    let mut occupants = view.occupants.iter();
    match stay {
        Some(stay) => {
            let found = occupants.find(|occupant| occupant.stay.0 == stay);
            found.ok_or_else(|| conflict("this stay is not in this bed"))
        }
        None if view.occupants.len() > 1 => {
            Err(conflict("several patients are in this bed; name the stay"))
        }
        None => occupants
            .next()
            .ok_or_else(|| conflict("nobody is in this bed")),
    }
    .map(AsRef::as_ref)
}

fn conflict(detail: &'static str) -> Problem {
    Problem::new(Code::BedConflict).detail(detail)
}

/// The user who does something: a person itself, whoever it names; of an application the one that it names, else the
/// token.
pub(super) fn user(field: &str, named: Option<&str>, caller: &Caller) -> Result<PhiText, Problem> {
    if caller.is_application() {
        return text(field, named.unwrap_or(caller.name()), MAX_USER_BYTES);
    }
    let principal = caller.principal();
    if named.is_some_and(|named| named != principal.name()) {
        return Err(Problem::invalid(
            field.to_owned(),
            "expected your own name, or nothing",
        ));
    }
    text(field, principal.name(), MAX_USER_BYTES)
}

pub(super) fn text(field: &str, given: &str, max_bytes: usize) -> Result<PhiText, Problem> {
    let given = given.trim();
    if given.is_empty() || given.len() > max_bytes || given.chars().any(char::is_control) {
        return Err(Problem::invalid(
            field.to_owned(),
            format!("expected 1 to {max_bytes} bytes without control characters"),
        ));
    }
    Ok(PhiText::new(given.to_owned(), max_bytes))
}
