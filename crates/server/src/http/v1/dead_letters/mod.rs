//! Messages that need a person's decision at a destination. Many at once are decided on by jobs.

mod edit;
mod view;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use wardline_messaging::model::{DestinationName, MessageId, Queue};
use wardline_messaging::operations::DeadLetterFilter;

use super::names;
use super::page::{PageOf, limit};
use super::queues::{At, Reason, at};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::{JsonBody, PathOf, QueryOf};
use crate::http::problem::Problem;
use crate::http::protect::operate;
use edit::{EditBody, Edited};
pub(super) use edit::{SetValue, read_values};
use view::DeadLetter;
pub(super) use view::DeadReason;

/// Which dead letters.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Of this channel.
    #[param(pattern = "^[a-z0-9][a-z0-9_-]{0,63}$")]
    channel: Option<String>,
    /// At this destination.
    #[param(pattern = "^[a-z0-9][a-z0-9_-]{0,63}$")]
    destination: Option<String>,
    /// For this reason.
    #[param(inline)]
    reason: Option<DeadReason>,
    /// The `next` of an earlier page.
    cursor: Option<String>,
    /// Items on the page, 1 to 500; 50 when not given.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// Dead letters, by destination and then in order of arrival.
#[utoipa::path(
    get, path = "/v1/dead-letters", tag = "dead-letters", operation_id = "dead_letter_list",
    security(("token" = ["read"])),
    params(ListQuery),
    responses((status = 200, description = "A page of dead letters.", body = PageOf<DeadLetter>)),
)]
pub(super) async fn dead_letter_list(
    State(api): State<Api>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<PageOf<DeadLetter>>, Problem> {
    let filter = DeadLetterFilter {
        channel: names::channel(query.channel.as_deref())?,
        destination: names::destination("destination", query.destination.as_deref())?,
        reason: query.reason.map(Into::into),
    };
    let cursor = cursor::decode(Listing::DeadLetters, query.cursor.as_deref(), read_place)?;
    let page = api
        .messaging
        .dead_letters(&filter, cursor, limit(query.limit)?)
        .await?;
    let next = page.next.map(|(queue, id)| format!("{queue}/{id}"));
    Ok(Json(PageOf {
        items: page.items.into_iter().map(DeadLetter::from).collect(),
        next: next.map(|place| cursor::encode(Listing::DeadLetters, &place)),
    }))
}

fn read_place(place: &str) -> Option<(Queue, MessageId)> {
    let mut parts = place.split('/');
    let (channel, destination, id) = (parts.next()?, parts.next()?, parts.next()?);
    let channel = names::channel(Some(channel)).ok()??;
    let destination = DestinationName::new(destination).ok()?;
    Some((
        Queue {
            channel,
            destination,
        },
        MessageId(id.parse().ok()?),
    ))
}

/// Puts a dead letter back into its queue, at its old place in its patient's order.
#[utoipa::path(
    post, path = "/v1/dead-letters/{channel}/{destination}/{id}/retry",
    tag = "dead-letters", operation_id = "dead_letter_retry",
    security(("token" = ["operate"])),
    params(
        ("channel" = String, Path, description = "The channel's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("destination" = String, Path, description = "The destination's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("id" = u64, Path, description = "The message's id."),
    ),
    responses((status = 204, description = "It waits for the destination again.")),
)]
pub(super) async fn dead_letter_retry(
    State(api): State<Api>,
    caller: Caller,
    PathOf(path): PathOf<At>,
) -> Result<StatusCode, Problem> {
    let (queue, id) = at(path);
    operate(&api, &caller, format!("retry message {id} at {queue}")).await?;
    api.messaging.retry(&queue, id).await?;
    tracing::info!(by = caller.name(), %queue, message_id = id.0, "retried a dead letter");
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a dead letter up, for a reason. The message stays stored as long as its channel keeps messages.
#[utoipa::path(
    post, path = "/v1/dead-letters/{channel}/{destination}/{id}/discard",
    tag = "dead-letters", operation_id = "dead_letter_discard",
    security(("token" = ["operate"])),
    params(
        ("channel" = String, Path, description = "The channel's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("destination" = String, Path, description = "The destination's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("id" = u64, Path, description = "The message's id."),
    ),
    request_body = Reason,
    responses((status = 204, description = "It is given up.")),
)]
pub(super) async fn dead_letter_discard(
    State(api): State<Api>,
    caller: Caller,
    PathOf(path): PathOf<At>,
    JsonBody(body): JsonBody<Reason>,
) -> Result<StatusCode, Problem> {
    let (queue, id) = at(path);
    operate(&api, &caller, format!("discard message {id} at {queue}")).await?;
    api.messaging.discard(&queue, id, &body.reason).await?;
    tracing::info!(by = caller.name(), %queue, message_id = id.0, "discarded a dead letter");
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a changed copy in a dead letter's place. The copy has a new MSH-10 and the original as its parent; both
/// are kept.
#[utoipa::path(
    post, path = "/v1/dead-letters/{channel}/{destination}/{id}/edit",
    tag = "dead-letters", operation_id = "dead_letter_edit",
    security(("token" = ["operate", "phi"])),
    params(
        ("channel" = String, Path, description = "The channel's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("destination" = String, Path, description = "The destination's name.", pattern = "^[a-z0-9][a-z0-9_-]{0,63}$"),
        ("id" = u64, Path, description = "The message's id."),
        ("Idempotency-Key" = Option<String>, Header,
            description = "The same key with the same request is answered as the first time, for a day.",
            min_length = 1, max_length = 128),
    ),
    request_body = EditBody,
    responses((status = 201, description = "The copy is stored and waits.", body = Edited)),
)]
pub(super) async fn dead_letter_edit(
    State(api): State<Api>,
    caller: Caller,
    PathOf(path): PathOf<At>,
    JsonBody(body): JsonBody<EditBody>,
) -> Result<Response, Problem> {
    let (queue, id) = at(path);
    operate(&api, &caller, format!("edit message {id} at {queue}")).await?;
    let copy = api
        .messaging
        .edit(&queue, id, body.read()?, caller.name())
        .await?;
    tracing::info!(by = caller.name(), %queue, message_id = id.0, copy_id = copy.0, "edited a dead letter");
    let mut response = (StatusCode::CREATED, Json(Edited { id: copy.0 })).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/messages/{copy}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}
