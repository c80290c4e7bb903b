//! Links records that may be of one person, and takes a link away.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_patients::Written;

use super::merge::may_write;
use super::{id_of, required_version, tag};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;

/// Which other record.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkBody {
    /// The other record, as of another authority.
    other: String,
    /// The version that it must be of.
    other_version: u64,
}

/// Two records and their versions now.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkedRecords)]
pub(super) struct LinkedView {
    record: LinkedRecord,
    other: LinkedRecord,
}

/// One of them.
#[derive(Serialize, ToSchema)]
struct LinkedRecord {
    id: String,
    /// Its version now.
    version: u64,
}

/// Says that two records may be of one person, as of two authorities. Nothing else of them changes, and each shows the
/// other to whoever sees demographics.
#[utoipa::path(
    post, path = "/v1/patients/{id}/link", tag = "patients", operation_id = "patient_link",
    security(("token" = ["patients:write", "phi"])),
    params(
        ("id" = String, Path, description = "The record's id."),
        ("If-Match" = String, Header, description = "The version that it must be of, such as \"3\"."),
    ),
    request_body = LinkBody,
    responses((status = 200, description = "They are linked, durably.", body = LinkedView)),
)]
pub(super) async fn patient_link(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<LinkBody>,
) -> Result<Response, Problem> {
    let (id, other) = (id_of(&id)?, id_of(&body.other)?);
    let expected = required_version(&headers)?;
    may_write(&api, &caller, id, "linked").await?;
    may_write(&api, &caller, other, "linked").await?;
    let (other, by) = ((other, body.other_version), caller.principal());
    let linked = api.patients.link((id, expected), other, by.name()).await?;
    Ok(answer(&linked))
}

/// Takes the link between two records away.
#[utoipa::path(
    post, path = "/v1/patients/{id}/unlink", tag = "patients", operation_id = "patient_unlink",
    security(("token" = ["patients:write", "phi"])),
    params(
        ("id" = String, Path, description = "The record's id."),
        ("If-Match" = String, Header, description = "The version that it must be of, such as \"3\"."),
    ),
    request_body = LinkBody,
    responses((status = 200, description = "They are linked no more, durably.", body = LinkedView)),
)]
pub(super) async fn patient_unlink(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<LinkBody>,
) -> Result<Response, Problem> {
    let (id, other) = (id_of(&id)?, id_of(&body.other)?);
    let expected = required_version(&headers)?;
    may_write(&api, &caller, id, "unlinked").await?;
    may_write(&api, &caller, other, "unlinked").await?;
    let (other, by) = ((other, body.other_version), caller.principal());
    let unlinked = api.patients.unlink((id, expected), other, by.name());
    Ok(answer(&unlinked.await?))
}

fn answer([record, other]: &[Written; 2]) -> Response {
    let of = |written: &Written| LinkedRecord {
        id: written.patient.to_string(),
        version: written.version,
    };
    let view = LinkedView {
        record: of(record),
        other: of(other),
    };
    let etag = [(header::ETAG, tag(record.version))];
    (etag, Json(view)).into_response()
}
