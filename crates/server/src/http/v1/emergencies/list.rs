//! The register of emergency accesses.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use wardline_access::emergency::{EmergencyView as Kept, MAX_LISTED};
use wardline_access::model::{DataType, GrantId};

use super::super::page::{PageOf, limit};
use super::super::stewards::see;
use super::grant_id;
use super::view::{EmergencyView, Names, ReviewState};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::{PathOf, QueryOf};
use crate::http::problem::Problem;

/// Which emergency accesses.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Those whose review is so.
    #[param(inline)]
    review: Option<ReviewState>,
    /// The `next` of an earlier page.
    cursor: Option<String>,
    /// Items on the page, 1 to 500; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Emergency accesses, oldest first. They are never removed.
#[utoipa::path(
    get, path = "/v1/emergencies", tag = "emergencies", operation_id = "emergency_list",
    security(("token" = ["emergencies:review"])),
    params(ListQuery),
    responses((status = 200, description = "A page.", body = PageOf<EmergencyView>)),
)]
pub(super) async fn emergency_list(
    State(api): State<Api>,
    caller: Caller,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<PageOf<EmergencyView>>, Problem> {
    let limit = limit(query.limit)?;
    let read = |id: &str| GrantId::parse(id).ok();
    let after = cursor::decode(Listing::Emergencies, query.cursor.as_deref(), read)?;
    let permit = see(&api, &caller, DataType::Emergencies, "emergency accesses").await?;
    let (found, next) = page(&api, after, limit, query.review).await?;
    let patients = found.iter().map(|kept| kept.patient.clone()).collect();
    let found = api.disclose(permit, found, patients).await?;
    let mut names = Names::of(api.gate.identities());
    let mut items = Vec::with_capacity(found.len());
    for kept in &found {
        items.push(EmergencyView::of(kept, &mut names).await?);
    }
    Ok(Json(PageOf {
        items,
        next: next.map(|id| cursor::encode(Listing::Emergencies, &id.to_string())),
    }))
}

/// One emergency access, with what its user and its reviewer wrote.
#[utoipa::path(
    get, path = "/v1/emergencies/{id}", tag = "emergencies", operation_id = "emergency_show",
    security(("token" = ["emergencies:review"])),
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 200, description = "The emergency access.", body = EmergencyView)),
)]
pub(super) async fn emergency_show(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<Json<EmergencyView>, Problem> {
    let id = grant_id(&id)?;
    let about = format!("emergency access {id}");
    let permit = see(&api, &caller, DataType::Emergencies, about).await?;
    let detail = api.gate.emergencies().show(id).await?;
    let patients = vec![detail.view.patient.clone()];
    let detail = api.disclose(permit, detail, patients).await?;
    let mut names = Names::of(api.gate.identities());
    Ok(Json(EmergencyView::whole(detail, &mut names).await?))
}

/// Up to `limit` that match, and the last one looked at when there are more to look at.
async fn page(
    api: &Api,
    mut after: Option<GrantId>,
    limit: usize,
    review: Option<ReviewState>,
) -> Result<(Vec<Kept>, Option<GrantId>), Problem> {
    let mut found: Vec<Kept> = Vec::new();
    loop {
        let looked_at = api.gate.emergencies().list(after, MAX_LISTED).await?;
        let Some(last) = looked_at.last().map(|kept| kept.id) else {
            return Ok((found, None));
        };
        after = Some(last);
        for kept in looked_at {
            if review.is_none_or(|review| review == ReviewState::of(&kept)) {
                if found.len() == limit {
                    return Ok((found.clone(), found.last().map(|kept| kept.id)));
                }
                found.push(kept);
            }
        }
    }
}
