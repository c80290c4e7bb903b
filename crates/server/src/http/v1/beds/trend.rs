//! How a parameter went.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::model::{Action, DataType};
use wardline_vitals::chart::{NOTICE, TrendView};
use wardline_vitals::model::StayId;
use wardline_vitals::observation::{Method, Parameter};
use wardline_vitals::trend::{MAX_POINTS, Point, TrendQuery};

use super::super::time;
use super::{bed_id, gated};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{PathOf, QueryOf};
use crate::http::problem::Problem;

const USUAL_POINTS: usize = 120;

/// Which part of which trend.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct TrendQueryOf {
    /// Such as `pulse`.
    parameter: String,
    /// Beginning, inclusive; as far back as trends go unless given.
    #[param(format = DateTime)]
    from: Option<String>,
    /// End, exclusive; now unless given.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Points at most: 120 unless given, and never more than 1,000.
    points: Option<usize>,
    /// Of whom, where several patients are in the bed.
    stay: Option<u64>,
}

/// The trends of a parameter, one per method. Not a primary alarm.
#[derive(Serialize, ToSchema)]
#[schema(as = Trends)]
pub(in crate::http::v1) struct TrendsShown {
    /// What this is not.
    notice: &'static str,
    #[schema(format = DateTime)]
    as_of: String,
    items: Vec<TrendShown>,
}

/// The trend of a parameter by one method.
#[derive(Serialize, ToSchema)]
#[schema(as = Trend)]
struct TrendShown {
    parameter: &'static str,
    /// As of a value; of `supplemental_oxygen` also `charted_flow`, `charted_fraction`, `device_flow` and `device_fraction`,
    /// for what follows from these.
    #[schema(value_type = String)]
    method: Method,
    /// UCUM. What is no number is shown in steps: air 0, oxygen 1; alert 0, confusion 1, voice 2, pain 3,
    /// unresponsive 4.
    unit: &'static str,
    /// Oldest first.
    points: Vec<PointShown>,
}

/// Samples in one; a sample as it came where `count` is 1.
#[derive(Serialize, ToSchema)]
#[schema(as = TrendPoint)]
struct PointShown {
    /// The time of the first sample, or the beginning of its 5 minutes.
    #[schema(format = DateTime)]
    at: String,
    min: f64,
    mean: f64,
    max: f64,
    count: u32,
}

/// How a parameter went for the patient in a bed.
#[utoipa::path(
    get, path = "/v1/beds/{id}/trend", tag = "beds", operation_id = "bed_trend",
    security(("token" = ["beds:read"])),
    params(("id" = String, Path, description = "The bed's id."), TrendQueryOf),
    responses((status = 200, description = "The trends.", body = TrendsShown)),
)]
pub(in crate::http::v1) async fn bed_trend(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<TrendQueryOf>,
) -> Result<Json<TrendsShown>, Problem> {
    let now = api.beds.now();
    let parameter = parameter("parameter", &query.parameter)?;
    let (bed, stay, query) = (bed_id(&id)?, query.stay.map(StayId), query.read(&api)?);
    if let Some(view) = api.beds.bed(&bed) {
        let asked = (Action::Read, DataType::Vitals);
        gated::act(&api, &caller, &view, asked, "the trend").await?;
    }
    let trends = api.beds.trend(&bed, stay, parameter, &query).await?;
    Ok(Json(TrendsShown {
        notice: NOTICE,
        as_of: time::text(now),
        items: trends.into_iter().map(TrendShown::from).collect(),
    }))
}

/// The parameter of this name.
pub(in crate::http::v1) fn parameter(
    field: impl Into<String>,
    name: &str,
) -> Result<Parameter, Problem> {
    Parameter::from_code(name).ok_or_else(|| {
        Problem::invalid(
            field.into(),
            "expected a parameter, such as pulse or oxygen_saturation",
        )
    })
}

impl TrendQueryOf {
    fn read(&self, api: &Api) -> Result<TrendQuery, Problem> {
        let (now, span_ms) = (api.beds.now(), api.beds.settings().trend_span_ms);
        let points = self.points.unwrap_or(USUAL_POINTS);
        if !(1..=MAX_POINTS).contains(&points) {
            return Err(Problem::invalid("points", "expected 1 to 1000"));
        }
        let from = time::read("from", self.from.as_deref())?;
        let to = time::read("to", self.to.as_deref())?;
        Ok(TrendQuery {
            from: from.unwrap_or_else(|| now.saturating_sub(span_ms)),
            to: to.unwrap_or_else(|| now.saturating_add(1)),
            points,
        })
    }
}

impl From<TrendView> for TrendShown {
    fn from(trend: TrendView) -> Self {
        Self {
            parameter: trend.parameter.code(),
            method: trend.method,
            unit: trend.unit,
            points: trend.points.iter().map(PointShown::from).collect(),
        }
    }
}

impl From<&Point> for PointShown {
    fn from(point: &Point) -> Self {
        Self {
            at: time::text(point.at),
            min: point.min,
            mean: point.mean,
            max: point.max,
            count: point.count,
        }
    }
}
