//! What others check the trail with: checkpoints, the keys that they are signed with, and proofs.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_audit::model::Seq;
use wardline_audit::signing::{Checkpoint, NoteKey};

use super::by::{reader, reads};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{PathOf, QueryOf};
use crate::http::problem::{Code, Problem};

/// The keys that others check checkpoints with.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditVerifiers)]
pub(super) struct VerifiersView {
    /// The trail's name in its checkpoints.
    origin: String,
    /// Oldest first; the last one signs now. They are no secret.
    verifiers: Vec<String>,
}

/// Up to which size of the trail a proof is asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ProofQuery {
    /// Records in the trail: the size of a checkpoint. That of the newest one when not given.
    size: Option<u64>,
}

/// Between which sizes of the trail a proof is asked for.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ConsistencyQuery {
    /// The size of the older checkpoint.
    old_size: u64,
    /// The size of the newer one. That of the newest one when not given.
    size: Option<u64>,
}

/// That a record is in the trail (RFC 9162 §2.1.3).
#[derive(Serialize, ToSchema)]
#[schema(as = AuditInclusion)]
pub(super) struct InclusionView {
    /// The record.
    record: u64,
    /// The record's bytes as they are stored, in base64: pseudonyms and ciphertext.
    leaf: String,
    /// SHA-256 of `0x00` and these bytes, in base64.
    leaf_hash: String,
    /// Records in the tree.
    size: u64,
    /// The hashes, in base64, from the bottom up.
    path: Vec<String>,
    /// The newest signed checkpoint, when it is of this size.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<String>,
}

/// That one trail is the beginning of another (RFC 9162 §2.1.4).
#[derive(Serialize, ToSchema)]
#[schema(as = AuditConsistency)]
pub(super) struct ConsistencyView {
    old_size: u64,
    size: u64,
    /// The hashes, in base64, from the bottom up.
    path: Vec<String>,
}

/// The newest checkpoint, after one was signed over all that is recorded: a signed note (C2SP). Keep it where nobody
/// who runs the service can change it.
#[utoipa::path(
    get, path = "/v1/audit/checkpoint", tag = "audit", operation_id = "audit_checkpoint",
    security(("token" = ["audit:read"])),
    responses((status = 200, description = "The signed note.", body = str, content_type = "text/plain")),
)]
pub(super) async fn audit_checkpoint(State(api): State<Api>) -> Result<impl IntoResponse, Problem> {
    let note = api.audit.checkpoint().await?;
    let note = note.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note))
}

/// The keys that others check checkpoints with.
#[utoipa::path(
    get, path = "/v1/audit/verifiers", tag = "audit", operation_id = "audit_verifiers",
    security(("token" = ["audit:read"])),
    responses((status = 200, description = "The keys, oldest first.", body = VerifiersView)),
)]
pub(super) async fn audit_verifiers(State(api): State<Api>) -> Json<VerifiersView> {
    Json(VerifiersView {
        origin: api.audit.origin().to_owned(),
        verifiers: api.audit.verifiers().iter().map(NoteKey::to_text).collect(),
    })
}

/// Proves that a record is in the trail. The proof shows pseudonyms and ciphertext only.
#[utoipa::path(
    get, path = "/v1/audit/records/{id}/proof", tag = "audit", operation_id = "audit_prove",
    security(("token" = ["audit:read"])),
    params(("id" = u64, Path, description = "The record's place, counted from 0."), ProofQuery),
    responses((status = 200, description = "The proof.", body = InclusionView)),
)]
pub(super) async fn audit_prove(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<u64>,
    QueryOf(query): QueryOf<ProofQuery>,
) -> Result<Json<InclusionView>, Problem> {
    let admitted = reader(&api, &caller, "a proof of a record").await?;
    let (newest, note) = newest(&api).await?;
    let size = query.size.unwrap_or(newest);
    let proof = api.audit.prove_inclusion(Seq(id), size).await?;
    let leaf = api.audit.leaf(Seq(id)).await?;
    reads(&api, admitted.by(), "proved a record").await?;
    Ok(Json(InclusionView {
        record: id,
        leaf: STANDARD.encode(leaf),
        leaf_hash: STANDARD.encode(proof.leaf),
        size,
        path: base64(&proof.path),
        checkpoint: Some(note).filter(|_| size == newest),
    }))
}

/// Proves that the trail of an older checkpoint is the beginning of the trail of a newer one.
#[utoipa::path(
    get, path = "/v1/audit/consistency", tag = "audit", operation_id = "audit_prove_consistency",
    security(("token" = ["audit:read"])),
    params(ConsistencyQuery),
    responses((status = 200, description = "The proof.", body = ConsistencyView)),
)]
pub(super) async fn audit_prove_consistency(
    State(api): State<Api>,
    QueryOf(query): QueryOf<ConsistencyQuery>,
) -> Result<Json<ConsistencyView>, Problem> {
    let old_size = query.old_size;
    let size = match query.size {
        Some(size) => size,
        None => newest(&api).await?.0,
    };
    let path = api.audit.prove_consistency(old_size, size).await?;
    Ok(Json(ConsistencyView {
        old_size,
        size,
        path: base64(&path),
    }))
}

/// The newest checkpoint, with its size.
async fn newest(api: &Api) -> Result<(u64, String), Problem> {
    let note = api.audit.last_checkpoint().await?;
    let note = note.ok_or_else(|| Problem::new(Code::NotFound))?;
    let checkpoint = Checkpoint::open(&note, api.audit.verifiers());
    let checkpoint = checkpoint.map_err(|_| Problem::new(Code::Unreadable))?;
    Ok((checkpoint.size, note))
}

fn base64(hashes: &[[u8; 32]]) -> Vec<String> {
    hashes.iter().map(|hash| STANDARD.encode(hash)).collect()
}
