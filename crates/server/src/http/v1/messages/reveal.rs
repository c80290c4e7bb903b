//! Shows a message in clear to somebody who says why.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::detail::MessageDetail;
use super::gated;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::limits::until_sent;
use crate::http::problem::Problem;

/// Characters that say why, at least and at most: it stands in the trail, which takes no more.
const SHORTEST: usize = 10;
const LONGEST: usize = 200;
/// A message of more bytes is shown parsed; its bytes are asked for by themselves.
const LARGEST_RAW: usize = 256 * 1024;

/// Why somebody looks at a message in clear.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http::v1) struct RevealBody {
    /// It stands in the trail. Write nothing of the patient in it.
    #[schema(min_length = 10, max_length = 200)]
    reason: String,
}

/// A message in clear.
#[derive(Serialize, ToSchema)]
struct Revealed {
    detail: MessageDetail,
    /// Its bytes as they came, in base64; not there beyond 256 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_base64: Option<String>,
}

/// A message in clear, with its bytes. Who looked and why is in the trail before the answer leaves.
#[utoipa::path(
    post, path = "/v1/messages/{id}/reveal", tag = "messages", operation_id = "message_reveal",
    security(("token" = ["read", "phi"])),
    params(("id" = u64, Path, description = "The message's id.")),
    request_body = RevealBody,
    responses((status = 200, description = "The message.", body = Revealed)),
)]
pub(in crate::http::v1) async fn message_reveal(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<u64>,
    JsonBody(body): JsonBody<RevealBody>,
) -> Result<Response, Problem> {
    let why = body.reason.trim();
    if !(SHORTEST..=LONGEST).contains(&why.chars().count()) || why.chars().any(char::is_control) {
        return Err(Problem::invalid(
            "reason",
            format!("expected {SHORTEST} to {LONGEST} characters in one line"),
        ));
    }
    let view = gated::message(&api, &caller, id).await?;
    let memory = api.memory.take(view.record.size_bytes)?;
    let opened = gated::opened(&api, &caller, id).await?;
    let character_set = api.messaging.character_set(&view.record.channel);
    let raw = (&opened.raw[..], character_set);
    gated::read(&api, &caller, (id, Some(why)), raw).await?;
    tracing::info!(by = caller.name(), message_id = id, "revealed a message");
    let small = opened.raw.len() <= LARGEST_RAW;
    let revealed = Revealed {
        raw_base64: small.then(|| STANDARD.encode(&opened.raw)),
        detail: MessageDetail::new(view, (&opened, character_set), false),
    };
    Ok(until_sent(Json(revealed).into_response(), memory))
}
