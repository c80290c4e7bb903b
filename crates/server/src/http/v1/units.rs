//! Units in numbers.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use wardline_vitals::chart::NOTICE;
use wardline_vitals::watch::UnitView;

use super::time;
use crate::http::api::Api;

/// All units. Not a primary alarm.
#[derive(Serialize, ToSchema)]
#[schema(as = Units)]
pub(super) struct UnitsShown {
    /// What this is not.
    notice: &'static str,
    #[schema(format = DateTime)]
    as_of: String,
    items: Vec<UnitShown>,
}

/// A unit in numbers.
#[derive(Serialize, ToSchema)]
#[schema(as = Unit)]
struct UnitShown {
    #[schema(example = "MAIN~ICU")]
    id: String,
    /// PL.4, empty when not named.
    facility: String,
    /// PL.1
    unit: String,
    /// All beds.
    beds: usize,
    /// Beds by state; states without beds are left out.
    by_state: BTreeMap<&'static str, usize>,
    /// Patients by the band that stands; bands without patients are left out.
    by_band: BTreeMap<&'static str, usize>,
    /// Patients whose score lacks something now.
    incomplete: usize,
    /// Patients for whom the score is not made.
    not_applicable: usize,
    /// Patients whose band stands and nobody acknowledged, from medium on.
    unacknowledged: usize,
    /// Beds with something that does not fit together.
    contradicted: usize,
}

/// All units: beds by state, patients by band.
#[utoipa::path(
    get, path = "/v1/units", tag = "beds", operation_id = "unit_list",
    security(("token" = ["beds:read"])),
    responses((status = 200, description = "All units.", body = UnitsShown)),
)]
pub(super) async fn unit_list(State(api): State<Api>) -> Json<UnitsShown> {
    Json(UnitsShown {
        notice: NOTICE,
        as_of: time::text(api.beds.now()),
        items: api.beds.units().into_iter().map(UnitShown::from).collect(),
    })
}

impl From<UnitView> for UnitShown {
    fn from(unit: UnitView) -> Self {
        let place = unit.unit.place();
        let part = |of: fn(&wardline_vitals::model::Place) -> &str| {
            place.as_ref().map(of).unwrap_or_default().to_owned()
        };
        let by_state = unit.by_state.iter();
        let by_band = unit.bands.standing.iter();
        Self {
            facility: part(|place| place.facility()),
            unit: part(|place| place.unit()),
            id: unit.unit.to_string(),
            beds: unit.beds,
            by_state: by_state.map(|(s, count)| (s.as_str(), *count)).collect(),
            by_band: by_band.map(|(b, count)| (b.code(), *count)).collect(),
            incomplete: unit.bands.incomplete,
            not_applicable: unit.bands.not_applicable,
            unacknowledged: unit.bands.unacknowledged,
            contradicted: unit.contradicted,
        }
    }
}
