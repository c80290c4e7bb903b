//! A bed as bytes: made once for each change and each kind of reader, and shared by all of them.
//!
//! Only ages, the state that follows from them and the moment itself differ between two answers; they are put into
//! their places. The bytes are one event of the stream, whose data is the JSON of the bed.

use std::io::Write as _;

use axum::body::Bytes;
use wardline_kernel::UnixMillis;
use wardline_vitals::freshness::State;
use wardline_vitals::watch::{BedView, Encoded, Encoding, Moves, Moving};

use super::super::time;
use super::chart::AGE_HERE;
use super::view::BedShown;

const BEFORE: &[u8] = b"event: bed\ndata: ";
const AFTER: &[u8] = b"\n\n";

/// The event that tells of a bed as it was at the view's moment, but for its id.
pub(in crate::http::v1) fn event(view: &BedView, masked: bool) -> Bytes {
    encoded(view, masked).text.clone()
}

/// The JSON of a bed, with ages at `now`.
pub(in crate::http::v1) fn write_json(
    out: &mut Vec<u8>,
    view: &BedView,
    masked: bool,
    now: UnixMillis,
) {
    let encoded = encoded(view, masked);
    let end = encoded.text.len().saturating_sub(AFTER.len());
    write(out, encoded, (BEFORE.len(), end), (view.as_of, now));
}

/// The event that tells of a bed, with ages at `now`.
pub(in crate::http::v1) fn write_event(
    out: &mut Vec<u8>,
    view: &BedView,
    masked: bool,
    now: UnixMillis,
) {
    let encoded = encoded(view, masked);
    write(out, encoded, (0, encoded.text.len()), (view.as_of, now));
}

fn encoded(view: &BedView, masked: bool) -> &Encoded {
    let encoding = if masked {
        Encoding::Masked
    } else {
        Encoding::Revealed
    };
    view.encoded(encoding, |view| encode(view, masked))
}

fn write(
    out: &mut Vec<u8>,
    encoded: &Encoded,
    (from, to): (usize, usize),
    (as_of, now): (UnixMillis, UnixMillis),
) {
    let now = now.max(as_of);
    let mut at = from;
    out.reserve(to.saturating_sub(from) + 64);
    for moving in &encoded.moving {
        out.extend_from_slice(encoded.text.get(at..moving.place.start).unwrap_or_default());
        put(out, moving.what, as_of, now);
        at = moving.place.end;
    }
    out.extend_from_slice(encoded.text.get(at..to).unwrap_or_default());
}

fn put(out: &mut Vec<u8>, what: Moves, as_of: UnixMillis, now: UnixMillis) {
    let Some((age_ms, state)) = what.after(now - as_of) else {
        out.extend_from_slice(time::text(now).as_bytes());
        return;
    };
    let state = match state {
        State::Fresh => "fresh",
        State::Stale => "stale",
    };
    // Writing to memory cannot fail.
    let written = write!(out, r#""age_ms":{age_ms},"state":"{state}""#);
    debug_assert!(written.is_ok(), "memory takes every byte");
}

fn encode(view: &BedView, masked: bool) -> Encoded {
    let shown = BedShown::new(view, masked);
    let moment = shown.as_of.len();
    let json = serde_json::to_vec(&shown).unwrap_or_default();
    let values = view
        .occupants
        .iter()
        .flat_map(|occupant| &occupant.chart.values);
    let ages = values.map(|value| (value.age_ms, value.limit_ms));

    let mut text = Vec::with_capacity(json.len() + 64);
    text.extend_from_slice(BEFORE);
    let mut moving = Vec::new();
    // `{"as_of":"` is how every bed begins.
    let at = text.len() + FIRST.len();
    moving.push(Moving {
        place: at..at + moment,
        what: Moves::Moment,
    });
    let marker = format!(r#""age_ms":{AGE_HERE},"state":""#);
    let mut rest = json.as_slice();
    for (age_ms, limit_ms) in ages {
        let Some(found) = find(rest, marker.as_bytes()) else {
            break;
        };
        let (before, after) = rest.split_at(found);
        text.extend_from_slice(before);
        let begin = text.len();
        let what = Moves::Age { age_ms, limit_ms };
        put(&mut text, what, view.as_of, view.as_of);
        moving.push(Moving {
            place: begin..text.len(),
            what,
        });
        // The state stands between the marker and the next quote.
        let state = after.get(marker.len()..).unwrap_or_default();
        let end = state
            .iter()
            .position(|byte| *byte == b'"')
            .map_or(0, |at| at + 1);
        rest = state.get(end..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
    text.extend_from_slice(AFTER);
    Encoded {
        text: text.into(),
        moving,
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

/// How the JSON of every bed begins.
const FIRST: &[u8] = br#"{"as_of":""#;
