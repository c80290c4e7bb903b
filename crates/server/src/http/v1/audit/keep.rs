//! Archives whole segments, and drops those whose time is over.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use wardline_audit::operations::Manifest;

use super::super::time;
use super::by::keeper;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::{Code, Problem};

/// What was archived.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditArchived)]
pub(super) struct ArchivedView {
    /// The segments that were archived now, oldest first; 64 at most.
    segments: Vec<SegmentView>,
    /// There are more: call again.
    more: bool,
}

/// An archived segment.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditSegment)]
pub(super) struct SegmentView {
    /// Its file in the archive; beside it lies its manifest, with `.json`.
    file: String,
    /// SHA-256 of the file, in base64.
    file_sha256: String,
    /// The first record.
    first_record: u64,
    records: u64,
    #[schema(format = DateTime)]
    first_at: String,
    #[schema(format = DateTime)]
    last_at: String,
}

/// What retention did.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditRetained)]
pub(super) struct RetainedView {
    /// Segments whose records were dropped here; they stay in the archive.
    dropped: u64,
    /// Segments past their time that a hold keeps.
    held: u64,
}

/// Archives the whole segments (4,096 records) that are not archived yet into the folder or bucket of the
/// configuration. What is there is never overwritten.
#[utoipa::path(
    post, path = "/v1/audit/archive", tag = "audit", operation_id = "audit_archive",
    security(("token" = ["audit:write"])),
    responses((status = 200, description = "What was archived.", body = ArchivedView)),
)]
pub(super) async fn audit_archive(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<ArchivedView>, Problem> {
    let admitted = keeper(&api, &caller, "the archive of the trail").await?;
    let Some(archive) = api.archive.clone() else {
        let why = "no archive is configured: set audit.archive_directory, or the section s3";
        return Err(Problem::new(Code::AuditConflict).detail(why));
    };
    let archived = api.audit.archive(archive, admitted.by()).await?;
    Ok(Json(ArchivedView {
        segments: archived.manifests.iter().map(SegmentView::of).collect(),
        more: archived.has_more,
    }))
}

/// Drops records whose time is over: whole segments only, archived, and under no hold. Every proof of what came after
/// stays.
#[utoipa::path(
    post, path = "/v1/audit/retain", tag = "audit", operation_id = "audit_retain",
    security(("token" = ["audit:write"])),
    responses((status = 200, description = "What was dropped.", body = RetainedView)),
)]
pub(super) async fn audit_retain(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<RetainedView>, Problem> {
    let admitted = keeper(&api, &caller, "the retention of the trail").await?;
    let retained = api.audit.retain(admitted.by()).await?;
    Ok(Json(RetainedView {
        dropped: retained.dropped,
        held: retained.held,
    }))
}

impl SegmentView {
    fn of(manifest: &Manifest) -> Self {
        Self {
            file: manifest.file.clone(),
            file_sha256: manifest.file_sha256.clone(),
            first_record: manifest.first,
            records: manifest.records,
            first_at: time::text(manifest.first_at),
            last_at: time::text(manifest.last_at),
        }
    }
}
