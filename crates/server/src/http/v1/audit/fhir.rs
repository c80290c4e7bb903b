//! Records as FHIR resources.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use wardline_audit::fhir::{AuditEvent, audit_events};

use super::by::{taker, takes};
use super::page::{SearchBody, page};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::JsonBody;
use crate::http::problem::Problem;

/// A page of resources.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEventPage)]
pub(super) struct EventsView {
    /// FHIR R4 `AuditEvent` resources: one for each patient of a record. Records whose key was destroyed have none.
    #[schema(value_type = Vec<Object>)]
    items: Vec<AuditEvent>,
    /// Hand this back as `cursor` for the next page; not there at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Records of the trail as FHIR R4 `AuditEvent` resources after IHE BALP, newest first. A token needs the scope
/// `phi` besides.
#[utoipa::path(
    post, path = "/v1/audit/export", tag = "audit", operation_id = "audit_export",
    security(("token" = ["audit:read"])),
    request_body = SearchBody,
    responses((status = 200, description = "A page of resources.", body = EventsView)),
)]
pub(super) async fn audit_export(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Json<EventsView>, Problem> {
    let admitted = taker(&api, &caller, "an export of the trail").await?;
    admitted.must_see_people(&caller, "items")?;
    let (page, next) = page(&api, (&caller, &admitted), body).await?;
    takes(&api, admitted.by(), page.items.len()).await?;
    let origin = api.audit.origin();
    let items = page.items.iter();
    Ok(Json(EventsView {
        items: items
            .flat_map(|record| audit_events(record, origin))
            .collect(),
        next,
    }))
}
