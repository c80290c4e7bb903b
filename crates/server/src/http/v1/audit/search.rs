//! Searches the trail, and shows one record.

use axum::Json;
use axum::extract::State;
use wardline_audit::model::Seq;

use super::super::page::PageOf;
use super::by::reader;
use super::page::{SearchBody, page};
use super::view::RecordView;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;

/// Records of the trail, newest first, by user, patient, kind, outcome and time. The search is a record itself before
/// it is answered.
#[utoipa::path(
    post, path = "/v1/audit/search", tag = "audit", operation_id = "audit_search",
    security(("token" = ["audit:read"])),
    request_body = SearchBody,
    responses((status = 200, description = "A page of records.", body = PageOf<RecordView>)),
)]
pub(super) async fn audit_search(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Json<PageOf<RecordView>>, Problem> {
    let admitted = reader(&api, &caller, "a search of the trail").await?;
    let (page, next) = page(&api, (&caller, &admitted), body).await?;
    let items = page.items.iter();
    Ok(Json(PageOf {
        items: items
            .map(|record| RecordView::of(record, admitted.sees_people()))
            .collect(),
        next,
    }))
}

/// One record of the trail.
#[utoipa::path(
    get, path = "/v1/audit/records/{id}", tag = "audit", operation_id = "audit_show",
    security(("token" = ["audit:read"])),
    params(("id" = u64, Path, description = "The record's place, counted from 0.")),
    responses((status = 200, description = "The record.", body = RecordView)),
)]
pub(super) async fn audit_show(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<u64>,
) -> Result<Json<RecordView>, Problem> {
    let admitted = reader(&api, &caller, "a record of the trail").await?;
    let record = api.audit.show(Seq(id), admitted.by()).await?;
    Ok(Json(RecordView::of(&record, admitted.sees_people())))
}
