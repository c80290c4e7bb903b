//! Legal holds: what one covers is not dropped, however old.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_audit::operations::{Hold, HoldScope};

use super::super::page::{PageOf, limit};
use super::super::time;
use super::alerts::hex;
use super::by::{keeper, note, reader, reads};
use super::page::{patient, user};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::{JsonBody, PathOf, QueryOf};
use crate::http::problem::Problem;

/// A hold that is asked for. Every part given must match; nothing given covers everything.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAuditHold)]
pub(super) struct HoldBody {
    /// Records about this patient, as the trail names it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 128, example = "mrn:HOSP:4711")]
    patient: Option<String>,
    /// Records of this user.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 256)]
    user: Option<String>,
    /// Recorded at this time or later.
    #[serde(default)]
    #[schema(format = DateTime)]
    from: Option<String>,
    /// Recorded before this time.
    #[serde(default)]
    #[schema(format = DateTime)]
    until: Option<String>,
    /// Why. It stands in the trail, sealed.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Why a hold is released.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReleaseAuditHold)]
pub(super) struct ReleaseBody {
    /// It stands in the trail, sealed.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// A hold. It holds pseudonyms; why it was placed stands in the trail.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditHold)]
pub(super) struct HoldView {
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    patient_pseudonym: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_pseudonym: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    until: Option<String>,
    #[schema(format = DateTime)]
    placed_at: String,
    /// Not there while it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    released_at: Option<String>,
}

/// Which holds.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HoldQuery {
    /// The `next` of an earlier page.
    cursor: Option<String>,
    /// Items on the page, 1 to 500; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Holds in the order in which they were placed, those released as well.
#[utoipa::path(
    get, path = "/v1/audit/holds", tag = "audit", operation_id = "hold_list",
    security(("token" = ["audit:read"])),
    params(HoldQuery),
    responses((status = 200, description = "A page of holds.", body = PageOf<HoldView>)),
)]
pub(super) async fn hold_list(
    State(api): State<Api>,
    caller: Caller,
    QueryOf(query): QueryOf<HoldQuery>,
) -> Result<Json<PageOf<HoldView>>, Problem> {
    let limit = limit(query.limit)?;
    let admitted = reader(&api, &caller, "holds on the trail").await?;
    let after = cursor::decode(Listing::Holds, query.cursor.as_deref(), |id| {
        id.parse().ok()
    })?;
    let holds = api.audit.holds(after, limit).await?;
    reads(&api, admitted.by(), "listed holds").await?;
    let last = holds.last().filter(|_| holds.len() == limit);
    let next = last.map(|hold| cursor::encode(Listing::Holds, &hold.id.to_string()));
    let items = holds.iter().map(HoldView::of).collect();
    Ok(Json(PageOf { items, next }))
}

/// Places a hold.
#[utoipa::path(
    post, path = "/v1/audit/holds", tag = "audit", operation_id = "hold_place",
    security(("token" = ["audit:write"])),
    request_body = HoldBody,
    responses((status = 201, description = "It holds.", body = HoldView)),
)]
pub(super) async fn hold_place(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<HoldBody>,
) -> Result<(StatusCode, Json<HoldView>), Problem> {
    let admitted = keeper(&api, &caller, "a hold on the trail").await?;
    let scope = HoldScope {
        patient: body.patient.as_deref().map(patient).transpose()?,
        user: body.user.as_deref().map(user).transpose()?,
        from: time::read("from", body.from.as_deref())?,
        until: time::read("until", body.until.as_deref())?,
    };
    let reason = note("reason", &body.reason)?;
    let hold = api.audit.hold(scope, reason, admitted.by()).await?;
    Ok((StatusCode::CREATED, Json(HoldView::of(&hold))))
}

/// Releases a hold.
#[utoipa::path(
    post, path = "/v1/audit/holds/{id}/release", tag = "audit", operation_id = "hold_release",
    security(("token" = ["audit:write"])),
    params(("id" = u64, Path, description = "The hold's number.")),
    request_body = ReleaseBody,
    responses((status = 200, description = "It holds no more.", body = HoldView)),
)]
pub(super) async fn hold_release(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<u64>,
    JsonBody(body): JsonBody<ReleaseBody>,
) -> Result<Json<HoldView>, Problem> {
    let admitted = keeper(&api, &caller, "a hold on the trail").await?;
    let reason = note("reason", &body.reason)?;
    let hold = api.audit.release(id, reason, admitted.by()).await?;
    Ok(Json(HoldView::of(&hold)))
}

impl HoldView {
    fn of(hold: &Hold) -> Self {
        Self {
            id: hold.id,
            patient_pseudonym: hold.patient.map(|patient| hex(&patient)),
            user_pseudonym: hold.user.map(|user| hex(&user)),
            from: hold.from.map(time::text),
            until: hold.until.map(time::text),
            placed_at: time::text(hold.placed_at),
            released_at: hold.released_at.map(time::text),
        }
    }
}
