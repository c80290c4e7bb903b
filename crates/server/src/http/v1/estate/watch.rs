//! How the store is, looked at again and again: server-sent events. That somebody watches is in the trail once, however
//! long a page is open.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use utoipa::ToSchema;
use wardline_access::guard::Subject;
use wardline_access::model::{Action, DataType};

use crate::events;
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::http::protect::Wanted;
use crate::insight::Estate;

/// Between two looks. One look serves everybody who watches.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// One look: how the store is, or why nothing can be said of it.
#[derive(Serialize, ToSchema)]
#[schema(as = EstateLook)]
pub(super) struct LookView {
    /// How it is; absent when nothing can be said.
    estate: Option<Estate>,
    /// Why nothing can be said, in words.
    unknown_because: Option<String>,
}

/// How the store is, now and every five seconds: each event `look` holds all of it, so nothing is missed by whoever
/// connects anew. A stream ends after an hour, and when tokens were exchanged: connect anew. It extends no session.
#[utoipa::path(
    get, path = "/v1/estate/events", tag = "estate", operation_id = "estate_watch",
    security(("token" = ["system:read"])),
    responses((
        status = 200, description = "Events; the `data` of each is an EstateLook.", body = LookView,
        content_type = "text/event-stream",
    )),
)]
pub(super) async fn estate_watch(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let place = api.streams.enter(caller.name())?;
    let wanted = Wanted {
        action: Action::Stream,
        types: &[DataType::System],
        subject: Subject::NoPatient,
        about: "estate".to_owned(),
    };
    let permit = api.permit(&caller, wanted).await?;
    api.disclose(permit, (), Vec::new()).await?;
    let (stopping, replaced) = (
        api.stop.clone().cancelled_owned(),
        api.until_admitted_anew(&caller),
    );
    let held = (place, api.metrics.http.open_stream());
    let looks = stream::unfold(
        (api, held, Duration::ZERO),
        |(api, held, pause)| async move {
            tokio::time::sleep(pause).await;
            let event = look(&api).await;
            Some((event, (api, held, LOOK_EVERY)))
        },
    );
    let end = async move {
        tokio::select! {
            () = stopping => {}
            () = replaced => {}
        }
    };
    let looks = events::until(looks, end).map(Ok);
    Ok(Sse::new(looks).keep_alive(KeepAlive::new().interval(events::KEEP_ALIVE)))
}

async fn look(api: &Api) -> Event {
    let view = match api.insight.estate().await {
        Ok(estate) => LookView {
            estate: Some(estate),
            unknown_because: None,
        },
        Err(why) => LookView {
            estate: None,
            unknown_because: Some(why),
        },
    };
    let event = Event::default().event("look");
    match serde_json::to_string(&view) {
        Ok(data) => event.data(data),
        Err(_) => event.data("{}"),
    }
}
