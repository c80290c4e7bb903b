//! Beds as they change: server-sent events that every reader gets from shared bytes.
//!
//! `hub` gathers what changed and publishes it at most every few milliseconds; `publication` is what it publishes,
//! encoded once for each kind of reader. A reader that has kept up takes those bytes; one that has not asks the
//! board for what it missed (`reader`) and gets each bed's newest state, so it never holds anybody back.

mod happening;
mod hub;
mod publication;
mod reader;
mod witness;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use wardline_vitals::watch::Since;

use super::beds::{gated_stream, unit_id};
use crate::http::api::Api;
use crate::http::auth::Caller;
use crate::http::extract::QueryOf;
use crate::http::problem::Problem;
use happening::HappeningShown;
pub(in crate::http) use hub::Hub;
use publication::{Audience, Position};
use reader::Reader;
use witness::Witness;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Which beds to stream.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamQuery {
    /// Of this unit only.
    unit: Option<String>,
}

/// Beds as they change. It begins with every bed as it is now; then each event `bed` holds a bed's newest state (a
/// Bed), and the others what happened: `band_changed`, `band_reminder`, `score_incomplete`, `score_complete`,
/// `band_acknowledged`, `bed_state_changed`, `contradicted`, `resolved`, `set_aside` (a BedEvent). `bed_hidden` names by its
/// `id` a bed that the reader may see no more: forget it. A slow reader gets
/// the newest state of each bed and skips what was in between. Send the last `id` as `Last-Event-ID` to go on after
/// it; the last 4,096 happenings are kept. A stream ends after an hour, and when tokens were exchanged, so that its
/// token is checked again: connect anew. Not a primary alarm.
#[utoipa::path(
    get, path = "/v1/stream", tag = "beds", operation_id = "bed_stream",
    security(("token" = ["beds:read"])),
    params(
        StreamQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event seen."),
    ),
    responses((
        status = 200, description = "Events; the `data` of `bed` is a Bed, of the others a BedEvent.",
        body = HappeningShown, content_type = "text/event-stream",
    )),
)]
pub(super) async fn bed_stream(
    State(api): State<Api>,
    caller: Caller,
    headers: HeaderMap,
    QueryOf(query): QueryOf<StreamQuery>,
) -> Result<Response, Problem> {
    let unit = unit_id(query.unit.as_deref())?;
    let masked = gated_stream(&api, &caller, unit.as_ref()).await?;
    let audience = Audience { unit, masked };
    let place = api.bed_streams.enter(caller.name())?;
    let last = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok());
    let last = last.and_then(Position::parse);
    let since = last.map_or(Since::Everything, |last| Since::After(last.bed));
    let witness = (!masked).then(|| {
        let unit = audience.unit.clone();
        Witness::new(&api, &caller, unit, last.is_some())
    });
    let audience = Arc::new(audience);
    let reader = Reader::new(&api.beds, &api.hub, audience, (since, last), witness);
    tracing::info!(by = caller.name(), "opened a stream of beds");
    let counted = (place, api.metrics.beds.open_stream());
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
    let body = Body::from_stream(reader.stream(end, counted));
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], body).into_response())
}
