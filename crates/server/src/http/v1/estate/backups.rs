//! Backups that the embedded store makes of itself: one now, and how it goes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wardline_access::model::DataType;

use super::super::stewards::{change, see};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::{Code, Problem};
use crate::insight::{CopyRefused, CopyStatus};

/// Begins a backup of the embedded store while it is in use, into `store.backup_folder`: read through, marked and in the trail
/// as those by schedule, and counted among `store.backups_kept`. One is made at a time. See the same address for how it goes.
#[utoipa::path(
    post, path = "/v1/estate/backups", tag = "estate", operation_id = "backup_begin",
    security(("token" = ["system:write"])),
    responses((status = 202, description = "It is under way.", body = CopyStatus)),
)]
pub(super) async fn backup_begin(
    State(api): State<Api>,
    caller: Caller,
) -> Result<(StatusCode, Json<CopyStatus>), Problem> {
    change(&api, &caller, DataType::System, "a backup of the store").await?;
    let copies = api.insight.copies().ok_or_else(none_here)?;
    let status = copies.begin().map_err(|refused| match refused {
        CopyRefused::UnderWay(_) => Problem::new(Code::BackupConflict).detail(refused.to_string()),
        CopyRefused::Stopping => Problem::new(Code::Stopping),
    })?;
    Ok((StatusCode::ACCEPTED, Json(status)))
}

/// Whether a backup of the embedded store is being made, and what the last one since the start of the process came to.
#[utoipa::path(
    get, path = "/v1/estate/backups", tag = "estate", operation_id = "backup_status",
    security(("token" = ["system:read"])),
    responses((status = 200, description = "How it is.", body = CopyStatus)),
)]
pub(super) async fn backup_status(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<CopyStatus>, Problem> {
    let permit = see(&api, &caller, DataType::System, "backups").await?;
    match api.insight.copies().map(|copies| copies.status()) {
        Some(status) => Ok(Json(api.disclose(permit, status, Vec::new()).await?)),
        None => Err(api.failed(permit, Vec::new(), none_here()).await),
    }
}

fn none_here() -> Problem {
    Problem::new(Code::BackupConflict).detail(
        "this instance makes no backups itself: set store.backup_folder for an embedded store; of Redis make them with \
         `wardline redis backup create`",
    )
}
