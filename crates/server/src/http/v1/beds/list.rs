//! Beds, page by page.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use wardline_vitals::chart::NOTICE;
use wardline_vitals::model::{BedId, BedState};
use wardline_vitals::operations::BedFilter;
use wardline_vitals::score::Band;

use super::super::page::limit;
use super::view::BedShown;
use super::{encode, gated, json_answer, unit_id};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::QueryOf;
use crate::http::problem::Problem;

/// Which beds; every part given must match.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct BedQuery {
    /// Of this unit.
    unit: Option<String>,
    /// In this state.
    state: Option<String>,
    /// With somebody whose standing band is at least this: `low`, `low_medium`, `medium` or `high`.
    band: Option<String>,
    /// With something that does not fit together.
    contradicted: Option<bool>,
    /// Looked after by this user of the house.
    nurse: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

/// A page of beds. Not a primary alarm.
#[derive(ToSchema)]
#[schema(as = BedPage)]
#[expect(
    dead_code,
    reason = "it describes what is put together from encoded beds"
)]
pub(in crate::http::v1) struct BedPageShown {
    /// What this is not.
    notice: &'static str,
    /// In the order of their ids.
    items: Vec<BedShown<'static>>,
    /// Hand this back as `cursor` for the next page; not there at the end.
    next: Option<String>,
}

/// Beds as they are now, in the order of their ids. Without the scope `phi` patients are masked.
#[utoipa::path(
    get, path = "/v1/beds", tag = "beds", operation_id = "bed_list",
    security(("token" = ["beds:read"])),
    params(BedQuery),
    responses((status = 200, description = "A page of beds.", body = BedPageShown)),
)]
pub(in crate::http::v1) async fn bed_list(
    State(api): State<Api>,
    caller: Caller,
    QueryOf(query): QueryOf<BedQuery>,
) -> Result<Response, Problem> {
    let limit = limit(query.limit)?;
    let after: Option<BedId> =
        cursor::decode(Listing::Beds, query.cursor.as_deref(), |id| id.parse().ok())?;
    let mut page = api.beds.beds(&query.filter()?, after.as_ref(), limit);
    let masked = gated::page(&api, &caller, &mut page.beds).await?;
    let now = api.beds.now();
    let mut json = Vec::with_capacity(256 + page.beds.len() * 2_048);
    json.extend_from_slice(b"{\"notice\":\"");
    json.extend_from_slice(NOTICE.as_bytes());
    json.extend_from_slice(b"\",\"items\":[");
    for (at, bed) in page.beds.iter().enumerate() {
        if at > 0 {
            json.push(b',');
        }
        encode::write_json(&mut json, bed, masked, now);
    }
    json.push(b']');
    if let Some(next) = page.next {
        let cursor = cursor::encode(Listing::Beds, next.as_str());
        json.extend_from_slice(b",\"next\":\"");
        json.extend_from_slice(cursor.as_bytes());
        json.push(b'"');
    }
    json.push(b'}');
    Ok(json_answer(json))
}

impl BedQuery {
    fn filter(&self) -> Result<BedFilter, Problem> {
        let state = self.state.as_deref().map(|text| {
            let known = BedState::ALL.into_iter().find(|s| s.as_str() == text);
            known.ok_or_else(|| Problem::invalid("state", "expected a state of beds"))
        });
        let band = self.band.as_deref().map(|text| {
            let known = Band::ALL.into_iter().find(|band| band.code() == text);
            known
                .ok_or_else(|| Problem::invalid("band", "expected low, low_medium, medium or high"))
        });
        Ok(BedFilter {
            unit: unit_id(self.unit.as_deref())?,
            state: state.transpose()?,
            band_from: band.transpose()?,
            contradicted: self.contradicted.unwrap_or_default(),
            nurse: self.nurse.clone(),
        })
    }
}
