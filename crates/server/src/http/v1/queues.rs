//! Messages that wait for a destination: moved aside, skipped, or tried at once.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use wardline_messaging::model::{ChannelName, DestinationName, MessageId, Queue};

use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::{JsonBody, PathOf};
use crate::http::problem::Problem;
use crate::http::protect::operate;

/// A person's reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// Why, in a person's words, up to 1,024 bytes. It is sealed: it may name a patient.
    #[schema(min_length = 1, max_length = 1024)]
    pub(super) reason: String,
}

/// The path of a message at a destination: channel, destination, message.
pub(super) type At = (ChannelName, DestinationName, u64);

/// The queue and the message that a path names.
pub(super) fn at((channel, destination, id): At) -> (Queue, MessageId) {
    (
        Queue {
            channel,
            destination,
        },
        MessageId(id),
    )
}

/// Moves a message that waits aside, to the dead letters, so that its patient's later messages can go. A message
/// that is on its way now is not moved: try again in a moment.
#[utoipa::path(
    post, path = "/v1/queues/{channel}/{destination}/{id}/park",
    tag = "queues", operation_id = "queue_park",
    security(("token" = ["operate"])),
    params(
        ("channel" = String, Path, description = "The channel's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("destination" = String, Path, description = "The destination's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("id" = u64, Path, description = "The message's id."),
    ),
    responses((status = 204, description = "It is a dead letter now.")),
)]
pub(super) async fn queue_park(
    State(api): State<Api>,
    caller: Caller,
    PathOf(path): PathOf<At>,
) -> Result<StatusCode, Problem> {
    let (queue, id) = at(path);
    operate(&api, &caller, format!("park message {id} at {queue}")).await?;
    api.messaging.park(&queue, id).await?;
    tracing::info!(by = caller.name(), %queue, message_id = id.0, "parked");
    Ok(StatusCode::NO_CONTENT)
}

/// Decides that a message that waits is not to be delivered to this destination. It stays stored.
#[utoipa::path(
    post, path = "/v1/queues/{channel}/{destination}/{id}/skip",
    tag = "queues", operation_id = "queue_skip",
    security(("token" = ["operate"])),
    params(
        ("channel" = String, Path, description = "The channel's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("destination" = String, Path, description = "The destination's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("id" = u64, Path, description = "The message's id."),
    ),
    request_body = Reason,
    responses((status = 204, description = "It will not be delivered there.")),
)]
pub(super) async fn queue_skip(
    State(api): State<Api>,
    caller: Caller,
    PathOf(path): PathOf<At>,
    JsonBody(body): JsonBody<Reason>,
) -> Result<StatusCode, Problem> {
    let (queue, id) = at(path);
    operate(&api, &caller, format!("skip message {id} at {queue}")).await?;
    api.messaging.skip(&queue, id, &body.reason).await?;
    tracing::info!(by = caller.name(), %queue, message_id = id.0, "skipped");
    Ok(StatusCode::NO_CONTENT)
}

/// Tries a destination at once, whatever its circuit and the pauses of its messages say.
#[utoipa::path(
    post, path = "/v1/queues/{channel}/{destination}/try-now",
    tag = "queues", operation_id = "queue_try_now",
    security(("token" = ["operate"])),
    params(
        ("channel" = String, Path, description = "The channel's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("destination" = String, Path, description = "The destination's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
    ),
    responses((status = 202, description = "It is being tried.")),
)]
pub(super) async fn queue_try_now(
    State(api): State<Api>,
    caller: Caller,
    PathOf((channel, destination)): PathOf<(ChannelName, DestinationName)>,
) -> Result<StatusCode, Problem> {
    let queue = Queue {
        channel,
        destination,
    };
    api.messaging.try_now(&queue).await?;
    tracing::info!(by = caller.name(), %queue, "tried at once");
    Ok(StatusCode::ACCEPTED)
}
