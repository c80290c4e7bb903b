//! Who looks after a bed.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::model::{Action, DataType};
use wardline_vitals::OperationError;

use super::act::{MAX_USER_BYTES, text, user};
use super::view::NurseShown;
use super::{bed_id, gated, no_such_bed};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::if_match::{expected_version, tag};
use crate::http::problem::Problem;

/// Nurses of one bed.
const MAX_NURSES: usize = 8;

/// Who is to look after a bed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct Nurses {
    /// Users of this house, at most 8; none clears it.
    nurses: Vec<String>,
    /// The user of this house who says so; the token's name unless given.
    by: Option<String>,
}

/// Who looks after a bed.
#[derive(Serialize, ToSchema)]
#[schema(as = BedNurses)]
pub(in crate::http::v1) struct NursesShown<'a> {
    nurses: Vec<NurseShown<'a>>,
}

/// Who looks after a bed. `ETag` is the version that a change can name in `If-Match`.
#[utoipa::path(
    get, path = "/v1/beds/{id}/nurses", tag = "beds", operation_id = "bed_nurses",
    security(("token" = ["beds:read"])),
    params(("id" = String, Path, description = "The bed's id.")),
    responses((
        status = 200, description = "The bed's nurses.", body = NursesShown<'_>,
        headers(("ETag" = String, description = "The version of the bed's nurses.")),
    )),
)]
pub(in crate::http::v1) async fn bed_nurses(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<impl IntoResponse, Problem> {
    let mut view = api.beds.bed(&bed_id(&id)?).ok_or_else(no_such_bed)?;
    gated::bed(&api, &caller, &mut view).await?;
    let version = api.beds.nurses_version(&view.nurses);
    let shown = NursesShown {
        nurses: view.nurses.iter().map(NurseShown::from).collect(),
    };
    // It borrows from the view, which ends here.
    Ok(([(header::ETAG, tag(version))], Json(shown)).into_response())
}

/// Say who looks after a bed. Whoever was assigned before keeps the time since when. With `If-Match`, only if that is the
/// version of its nurses.
#[utoipa::path(
    put, path = "/v1/beds/{id}/nurses", tag = "beds", operation_id = "bed_set_nurses",
    security(("token" = ["beds:write"])),
    params(
        ("id" = String, Path, description = "The bed's id."),
        ("If-Match" = Option<String>, Header, description = "The version that its nurses must be of, as the ETag of \
            `GET` and of this gives it."),
    ),
    request_body = Nurses,
    responses((
        status = 204, description = "Set, durably.",
        headers(("ETag" = String, description = "The version of the bed's nurses now.")),
    )),
)]
pub(in crate::http::v1) async fn bed_set_nurses(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Nurses>,
) -> Result<impl IntoResponse, Problem> {
    let bed = bed_id(&id)?;
    let by = user("by", body.by.as_deref(), &caller)?;
    let expected = expected_version(&headers)?;
    if body.nurses.len() > MAX_NURSES {
        return Err(Problem::invalid("nurses", "expected at most 8"));
    }
    let mut nurses = Vec::new();
    for (at, nurse) in body.nurses.iter().enumerate() {
        let nurse = text(&format!("nurses.{at}"), nurse, MAX_USER_BYTES)?;
        if !nurses.contains(&nurse) {
            nurses.push(nurse);
        }
    }
    let view = api.beds.bed(&bed).ok_or_else(no_such_bed)?;
    gated::assigns(&api, &caller, &view).await?;
    // Before anything is recorded; the service compares again, when nothing can change any more.
    if expected.is_some_and(|expected| expected != api.beds.nurses_version(&view.nurses)) {
        return Err(OperationError::NursesChanged.into());
    }
    let asked = (Action::Read, DataType::Census);
    gated::act(&api, &caller, &view, asked, "assigned nurses").await?;
    let (beds, of) = (api.beds.clone(), bed.clone());
    let write = async move { beds.assign_nurses(of, (nurses, by), expected).await };
    // Who looks after a patient may see it.
    let version = api.gate.engine().changing(write).await?;
    tracing::info!(by = caller.name(), bed = %bed, "set a bed's nurses");
    Ok((StatusCode::NO_CONTENT, [(header::ETAG, tag(version))]))
}
