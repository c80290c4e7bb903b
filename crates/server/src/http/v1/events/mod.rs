//! What changes, as it changes: server-sent events.

mod view;

use std::convert::Infallible;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;

use crate::events::{self, Place};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use view::EventView;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// What changes, as it changes: one event per change of state, never one per retry. Send the last `id` as
/// `Last-Event-ID` to get what was missed; the last 1,024 events are kept. A jump in `sequence` says that some are no
/// longer kept. A stream ends after an hour, and when tokens were
/// exchanged, so that its token is checked again: connect anew.
#[utoipa::path(
    get, path = "/v1/events", tag = "events", operation_id = "event_stream",
    security(("token" = ["read"])),
    params(("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event seen.")),
    responses((
        status = 200, description = "Events; the `data` of each is an Event.", body = EventView,
        content_type = "text/event-stream",
    )),
)]
pub(super) async fn event_stream(
    State(api): State<Api>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let place = api.streams.enter(caller.name())?;
    let last = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok());
    let after = last.map(|last| Place::parse(last).map_or(0, |last| last.in_process(api.process)));
    let subscription = api.messaging.subscribe(after);
    let counted = (place, api.metrics.http.open_stream());
    let (stopping, replaced) = (
        api.stop.clone().cancelled_owned(),
        api.until_admitted_anew(&caller),
    );
    let end = async move {
        tokio::select! {
            () = stopping => {}
            () = replaced => {}
        }
    };
    let stream = events::stream(subscription, end, counted, move |event| {
        let id = Place {
            process: api.process,
            sequence: event.sequence,
        }
        .to_string();
        EventView::from(event).into_event(&id)
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(events::KEEP_ALIVE)))
}
