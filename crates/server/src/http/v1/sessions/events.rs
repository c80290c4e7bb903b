//! What happens to sessions, as it happens: server-sent events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderName};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use wardline_sessions::model;
use wardline_sessions::{Sessions, Told};

use super::super::time;
use crate::events;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::limits::PerCaller;
use crate::http::problem::Problem;
use crate::http::protect::Admission;
use crate::metrics::Metrics;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// What the stream needs: no more, as an instance that stands by has no more.
#[derive(Clone)]
pub(in crate::http) struct Watching {
    pub(in crate::http) sessions: Sessions,
    pub(in crate::http) metrics: Arc<Metrics>,
    pub(in crate::http) streams: PerCaller,
    pub(in crate::http) admission: Admission,
    pub(in crate::http) stop: CancellationToken,
}

impl FromRef<Api> for Watching {
    fn from_ref(api: &Api) -> Self {
        Self {
            sessions: api.sessions.clone(),
            metrics: Arc::clone(&api.metrics),
            streams: api.streams.clone(),
            admission: api.admission(),
            stop: api.stop.clone(),
        }
    }
}

/// Something that happened to a session. It names no person.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionEvent)]
pub(super) struct EventView {
    /// `created`, `locked`, `unlocked`, `renewed`, `expired`, `revoked`; or `missed`: events were lost to this reader,
    /// so list the sessions anew.
    #[serde(rename = "type")]
    kind: &'static str,
    /// More of it: `idle` or `absolute` of what expired, `displaced` of what was revoked for another session.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    /// Goes up with every event, also over restarts, and is the same at all instances that share a store.
    sequence: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    portal: Option<String>,
    /// The session's version then.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
}

/// What happens to sessions, as it happens; an end by a limit of time within a second. Send the last `id` as
/// `Last-Event-ID` to get what was missed, from any instance that shares the store; the last 8,192 events are kept. An event
/// `missed` says that some are not kept any more. A stream ends after an hour, and when tokens were exchanged: connect anew. It extends no session.
#[utoipa::path(
    get, path = "/v1/sessions/events", tag = "sessions", operation_id = "session_events",
    security(("token" = ["sessions:read"])),
    params(("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event seen.")),
    responses((
        status = 200, description = "Events; the `data` of each is a SessionEvent.", body = EventView,
        content_type = "text/event-stream",
    )),
)]
pub(super) async fn session_events(
    State(watching): State<Watching>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let place = watching.streams.enter(caller.name())?;
    let last = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok());
    // What is no id of ours is one that is long gone.
    let after = last.map(|last| last.parse().unwrap_or(0));
    if let Some(after) = after {
        watching.sessions.reach(after).await?;
    }
    let subscription = watching.sessions.subscribe(after);
    let held = (place, watching.metrics.http.open_stream());
    let told = stream::unfold((subscription, held), |(mut events, held)| async move {
        let told = events.next().await?;
        let position = events.position();
        Some((event(told, position), (events, held)))
    });
    let (stopping, replaced) = (
        watching.stop.cancelled_owned(),
        watching.admission.until_anew(&caller),
    );
    let end = async move {
        tokio::select! {
            () = stopping => {}
            () = replaced => {}
        }
    };
    let told = events::until(told, end).map(Ok);
    Ok(Sse::new(told).keep_alive(KeepAlive::new().interval(events::KEEP_ALIVE)))
}

fn event(told: Told, position: u64) -> Event {
    let view = match told {
        Told::Event(event) => EventView::of(&event),
        Told::Missed => EventView::missed(position),
    };
    let event = Event::default().id(position.to_string()).event(view.kind);
    match serde_json::to_string(&view) {
        Ok(data) => event.data(data),
        Err(_) => event.data("{}"),
    }
}

impl EventView {
    fn of(event: &model::Event) -> Self {
        let placement = &event.placement;
        Self {
            kind: event.kind.name(),
            cause: event.kind.detail(),
            sequence: event.sequence,
            at: Some(time::text(event.at)),
            session_id: Some(event.id.to_string()),
            role: Some(placement.role.to_string()),
            department: placement.department.as_ref().map(ToString::to_string),
            portal: Some(placement.portal.to_string()),
            version: Some(event.version),
        }
    }

    fn missed(position: u64) -> Self {
        Self {
            kind: "missed",
            cause: None,
            sequence: position,
            at: None,
            session_id: None,
            role: None,
            department: None,
            portal: None,
            version: None,
        }
    }
}
