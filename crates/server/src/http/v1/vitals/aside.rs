//! Values that came in and are nobody's: shown to whoever looks for a wrongly set device.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use wardline_vitals::chart::NOTICE;
use wardline_vitals::observation::{Observation, Value};
use wardline_vitals::operations::SetAside;

use super::super::time;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;

/// Values that are nobody's, the newest last. Not a primary alarm.
#[derive(Serialize, ToSchema)]
#[schema(as = SetAsideValues)]
pub(in crate::http::v1) struct AsideShown {
    /// What this is not.
    notice: &'static str,
    items: Vec<AsideItem>,
}

/// Values of one message that are nobody's.
#[derive(Serialize, ToSchema)]
#[schema(as = SetAsideMessage)]
struct AsideItem {
    #[schema(format = DateTime)]
    at: String,
    /// Why: `patient_unknown`, `patient_gone`, `patient_elsewhere`, `nobody_there`, `many_there`, `place_unknown`,
    /// `ambiguous` or `nothing_named`.
    why: &'static str,
    /// The bed that was named, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    bed: Option<String>,
    /// The stay of the patient who was named and is elsewhere or gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    stay: Option<u64>,
    /// At most 64.
    values: Vec<AsideValue>,
    /// Values of the same message that could not be read either.
    unread: usize,
}

/// A value that is nobody's.
#[derive(Serialize, ToSchema)]
#[schema(as = SetAsideValue)]
struct AsideValue {
    parameter: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<f64>,
    unit: &'static str,
    #[schema(format = DateTime)]
    taken_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
}

/// Values that came in and are nobody's: the last 256 messages with some. A person sees those of the beds of its own
/// department.
#[utoipa::path(
    get, path = "/v1/vitals/set-aside", tag = "beds", operation_id = "vitals_set_aside",
    security(("token" = ["beds:read"])),
    responses((status = 200, description = "What is nobody's.", body = AsideShown)),
)]
pub(in crate::http::v1) async fn vitals_set_aside(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<AsideShown>, Problem> {
    let mut aside = api.beds.set_aside().await;
    super::gated::aside(&api, &caller, &mut aside).await?;
    Ok(Json(AsideShown {
        notice: NOTICE,
        items: aside.iter().map(AsideItem::from).collect(),
    }))
}

impl From<&SetAside> for AsideItem {
    fn from(aside: &SetAside) -> Self {
        Self {
            at: time::text(aside.at),
            why: aside.why,
            bed: aside.bed.as_ref().map(ToString::to_string),
            stay: aside.stay.map(|stay| stay.0),
            values: aside.findings.observations.iter().map(Into::into).collect(),
            unread: aside.findings.apart.len(),
        }
    }
}

impl From<&Observation> for AsideValue {
    fn from(observation: &Observation) -> Self {
        let number = match observation.value {
            Value::Number(number) => Some(number.to_f64()),
            Value::Consciousness(_) | Value::Oxygen(_) => None,
        };
        Self {
            parameter: observation.parameter.code(),
            number,
            unit: observation.parameter.unit(),
            taken_at: time::text(observation.taken_at.at),
            device: observation
                .device
                .as_ref()
                .map(|device| device.id().to_owned()),
        }
    }
}
