//! Technical controls as this instance sees them now. Policy decides who sees them, as data type `system`, and each look is
//! in the trail.

mod gather;

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardline_access::model::DataType;

use super::audit::origin;
use super::stewards::see;
use crate::compliance::{Report, check};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;

/// Every route of compliance.
pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(compliance_show))
}

/// Technical controls of the HIPAA Security Rule, each looked at in this instance as of a second ago at most: what was found,
/// whether that holds, and which specification it serves. What cannot be known from inside is `unknown`. It is no certificate.
/// The end of the audit trail is verified for it, and the head of every record is read.
#[utoipa::path(
    get, path = "/v1/compliance", tag = "estate", operation_id = "compliance_show",
    security(("token" = ["system:read"])),
    responses((status = 200, description = "Every control, and what it came to.", body = Report)),
)]
async fn compliance_show(State(api): State<Api>, caller: Caller) -> Result<Json<Report>, Problem> {
    let permit = see(&api, &caller, DataType::System, "compliance").await?;
    let by = origin(&caller)?;
    // In a box of its own: so much is asked that what waits for it is large.
    let look = Box::pin(async { check(&gather::facts(&api, by).await) });
    let report = api.insight.report(look).await;
    Ok(Json(api.disclose(permit, report, Vec::new()).await?))
}
