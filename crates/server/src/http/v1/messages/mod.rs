//! Finding messages, and looking at one.

mod compare;
mod content;
mod delivery;
mod detail;
mod gated;
mod head;
mod identifiers;
mod people;
mod reveal;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;
use wardline_messaging::model::MessageId;

use super::filter::{self, MessageFilter};
use super::page::{PageOf, limit};
use super::time;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::cursor::{self, Listing};
use crate::http::extract::{JsonBody, Object, PathOf, QueryOf};
use crate::http::limits::until_sent;
use crate::http::problem::Problem;
pub(super) use compare::{__path_message_compare, message_compare};
use detail::MessageDetail;
pub(super) use head::MessageHead;
use head::MessageItem;
pub(super) use reveal::{__path_message_reveal, message_reveal};

/// What to look for.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MessageSearch)]
pub(super) struct SearchBody {
    /// Which messages.
    #[serde(default)]
    #[schema(value_type = MessageFilter)]
    filter: Object<MessageFilter>,
    /// In this state.
    #[serde(default)]
    state: Option<filter::State>,
    /// The `next` of an earlier page of the same search.
    #[serde(default)]
    cursor: Option<String>,
    /// Items on the page, 1 to 500; 50 when not given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// How a message is shown.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ShowQuery {
    /// Masked, whatever the caller may see: nothing that is protected leaves, so nothing is recorded.
    #[serde(default)]
    masked: bool,
}

/// Finds messages, newest first. It is a POST, because identifiers of patients must not stand in a URL.
#[utoipa::path(
    post, path = "/v1/messages/search", tag = "messages", operation_id = "message_search",
    security(("token" = ["read"])),
    request_body = SearchBody,
    responses((status = 200, description = "A page of messages.", body = PageOf<MessageItem>)),
)]
pub(super) async fn message_search(
    State(api): State<Api>,
    caller: Caller,
    JsonBody(body): JsonBody<SearchBody>,
) -> Result<Json<PageOf<MessageItem>>, Problem> {
    let limit = limit(body.limit)?;
    let after = cursor::decode(Listing::Messages, body.cursor.as_deref(), |id| {
        id.parse().ok()
    })?;
    let request = body.filter.0.read(&caller, body.state, "filter.")?;
    let found = gated::search(&api, &caller, &request).await?;
    let searched = api.messaging.search(&request, after.map(MessageId), limit);
    let page = match searched.await {
        Ok(page) => page,
        Err(error) => return Err(found.failed(&api, error).await),
    };
    let page = PageOf {
        items: page.items.into_iter().map(MessageItem::from).collect(),
        next: page
            .next
            .map(|id| cursor::encode(Listing::Messages, &id.to_string())),
    };
    Ok(Json(found.disclose(&api, page).await?))
}

/// One message: what became of it everywhere, and its content, its answers and its partners' answers as parsed
/// values. Without the scope `phi` every value but those of the message's kind is masked.
#[utoipa::path(
    get, path = "/v1/messages/{id}", tag = "messages", operation_id = "message_show",
    security(("token" = ["read"])),
    params(("id" = u64, Path, description = "The message's id."), ShowQuery),
    responses((status = 200, description = "The message.", body = MessageDetail)),
)]
pub(super) async fn message_show(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<u64>,
    QueryOf(query): QueryOf<ShowQuery>,
) -> Result<Response, Problem> {
    let view = gated::message(&api, &caller, id).await?;
    let memory = api.memory.take(view.record.size_bytes)?;
    let body = gated::opened(&api, &caller, id).await?;
    let character_set = api.messaging.character_set(&view.record.channel);
    let masked = query.masked || !caller.sees_phi();
    if !masked {
        gated::read(&api, &caller, (id, None), (&body.raw, character_set)).await?;
    }
    tracing::info!(
        by = caller.name(),
        message_id = id,
        masked,
        "showed a message"
    );
    let shown = Json(MessageDetail::new(view, (&body, character_set), masked)).into_response();
    Ok(until_sent(shown, memory))
}

/// A message's bytes exactly as they came.
#[utoipa::path(
    get, path = "/v1/messages/{id}/raw", tag = "messages", operation_id = "message_raw",
    security(("token" = ["read", "phi"])),
    params(("id" = u64, Path, description = "The message's id.")),
    responses((
        status = 200, description = "The bytes.", body = Vec<u8>,
        content_type = "application/hl7-v2",
    )),
)]
pub(super) async fn message_raw(
    State(api): State<Api>,
    caller: Caller,
    PathOf(id): PathOf<u64>,
) -> Result<Response, Problem> {
    let view = gated::message(&api, &caller, id).await?;
    let memory = api.memory.take(view.record.size_bytes)?;
    let body = gated::opened(&api, &caller, id).await?;
    let character_set = api.messaging.character_set(&view.record.channel);
    gated::read(&api, &caller, (id, None), (&body.raw, character_set)).await?;
    tracing::info!(
        by = caller.name(),
        message_id = id,
        "showed a message's bytes"
    );
    let media_type = [(header::CONTENT_TYPE, "application/hl7-v2")];
    Ok(until_sent((media_type, body.raw).into_response(), memory))
}
