//! What somebody is told: emergency accesses of those whom it supervises, and of all for privacy officers. Patients are
//! not in it: who may see them looks at the register.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::time;
use super::grant_id;
use super::view::{Names, ReasonView};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::PathOf;
use crate::http::problem::Problem;

/// What somebody was told and has not seen.
#[derive(Serialize, ToSchema)]
pub(super) struct NotificationsView {
    items: Vec<NotificationView>,
}

/// That somebody has an emergency access.
#[derive(Serialize, ToSchema)]
#[schema(as = Notification)]
pub(super) struct NotificationView {
    /// The emergency access.
    id: String,
    /// Whose: the login.
    user: String,
    reason: ReasonView,
    #[schema(format = DateTime)]
    requested_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
    /// Whether it is one of more than three of its user in 24 hours.
    is_conspicuous: bool,
    /// Until when it is to be reviewed.
    #[schema(format = DateTime)]
    review_due_at: String,
    /// Whether nobody reviewed it by then: it is told until somebody does, also when it was seen.
    is_overdue: bool,
}

/// Emergency accesses of the last 30 days of which the caller is told and which it has not marked as seen or whose review
/// is overdue, oldest first. That it was told is in the trail before the answer leaves.
#[utoipa::path(
    get, path = "/v1/notifications", tag = "emergencies", operation_id = "notification_list",
    security(("person" = [])),
    responses((status = 200, description = "At most 500.", body = NotificationsView)),
)]
pub(super) async fn notification_list(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<NotificationsView>, Problem> {
    let principal = caller.principal();
    let told = api.gate.emergencies().notifications(&principal);
    let mut names = Names::of(api.gate.identities());
    let mut items = Vec::new();
    for kept in told.await? {
        items.push(NotificationView {
            id: kept.id.to_string(),
            user: names.get(kept.user).await?,
            reason: kept.reason.into(),
            requested_at: time::text(kept.requested_at),
            expires_at: time::text(kept.expires_at),
            is_conspicuous: kept.is_conspicuous,
            review_due_at: time::text(kept.review_due_at),
            is_overdue: kept.is_overdue,
        });
    }
    let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
    api.gate.told(&principal, &ids).await?;
    Ok(Json(NotificationsView { items }))
}

/// Says that the caller saw it.
#[utoipa::path(
    post, path = "/v1/notifications/{id}/seen", tag = "emergencies", operation_id = "notification_mark_seen",
    security(("person" = [])),
    params(("id" = String, Path, description = "The emergency access.")),
    responses((status = 204, description = "It is not listed any more.")),
)]
pub(super) async fn notification_mark_seen(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    let emergencies = api.gate.emergencies();
    emergencies
        .mark_seen(&caller.principal(), grant_id(&id)?)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
