//! What was told of the band of whoever lies in a bed.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::model::{Action, DataType};
use wardline_vitals::chart::NOTICE;
use wardline_vitals::model::StayId;
use wardline_vitals::score::Band;
use wardline_vitals::{ToldBand, ToldKind};

use super::super::page::limit;
use super::super::time;
use super::{bed_id, gated};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::{PathOf, QueryOf};
use crate::http::problem::Problem;

/// Of whom, and which part.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct ToldQuery {
    /// Of whom, where several patients are in the bed.
    stay: Option<u64>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// What was told of a band, oldest first. Not a primary alarm.
#[derive(Serialize, ToSchema)]
#[schema(as = ToldPage)]
pub(in crate::http::v1) struct ToldPageShown {
    /// What this is not.
    notice: &'static str,
    /// The stay that it is about.
    stay: u64,
    items: Vec<ToldShown>,
    /// Hand this back as `cursor` for what follows, also for what is yet to come; not there when nothing was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Something that was told of a band.
#[derive(Serialize, ToSchema)]
#[schema(as = Told)]
struct ToldShown {
    /// Its number; they grow within a stay.
    number: u64,
    #[schema(format = DateTime)]
    at: String,
    /// `band_changed` or `band_acknowledged`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The band before; not there for the first one of the stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
    /// The band since, or the one that somebody has seen.
    band: &'static str,
    /// The total of the score that decided, when it was complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u8>,
    /// Who has seen it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

/// Changes of band of the patient in a bed, and who has seen them: the newest 256, also those of before the last
/// start. Reminders and incomplete scores are told on the stream alone.
#[utoipa::path(
    get, path = "/v1/beds/{id}/events", tag = "beds", operation_id = "bed_events",
    security(("token" = ["beds:read"])),
    params(("id" = String, Path, description = "The bed's id."), ToldQuery),
    responses((status = 200, description = "What was told.", body = ToldPageShown)),
)]
pub(in crate::http::v1) async fn bed_events(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    QueryOf(query): QueryOf<ToldQuery>,
) -> Result<Json<ToldPageShown>, Problem> {
    let (bed, limit) = (bed_id(&id)?, limit(query.limit)?);
    let cursor = query.cursor.as_deref();
    let after = cursor::decode(Listing::Told, cursor, |text| text.parse().ok())?;
    if let Some(view) = api.beds.bed(&bed) {
        let asked = (Action::Read, DataType::Vitals);
        gated::act(&api, &caller, &view, asked, "what was told").await?;
    }
    let part = (after.unwrap_or(0), limit);
    let (stay, told) = api.beds.told(&bed, query.stay.map(StayId), part).await?;
    let last = told.last().map(|told| told.number).or(after);
    Ok(Json(ToldPageShown {
        notice: NOTICE,
        stay: stay.0,
        items: told.iter().map(ToldShown::from).collect(),
        next: last.map(|number| cursor::encode(Listing::Told, &number.to_string())),
    }))
}

impl From<&ToldBand> for ToldShown {
    fn from(told: &ToldBand) -> Self {
        let (kind, from, band, total, by) = match &told.kind {
            ToldKind::Changed { from, to, total } => ("band_changed", *from, *to, *total, None),
            ToldKind::Acknowledged { band, by } => {
                ("band_acknowledged", None, *band, None, Some(by))
            }
        };
        Self {
            number: told.number,
            at: time::text(told.at),
            kind,
            from: from.map(Band::code),
            band: band.code(),
            total,
            by: by.map(|by| by.expose().to_owned()),
        }
    }
}
