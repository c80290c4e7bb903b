//! What changed at once, encoded once for each kind of reader.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use wardline_vitals::model::UnitId;
use wardline_vitals::watch::{BedView, Event};

use super::happening;
use crate::http::v1::beds;

/// Readers who get the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Audience {
    /// Of one unit, or of all.
    pub(super) unit: Option<UnitId>,
    /// Without what identifies a patient.
    pub(super) masked: bool,
}

impl Audience {
    fn is_of(&self, unit: Option<&UnitId>) -> bool {
        self.unit.is_none() || unit == self.unit.as_ref()
    }
}

/// Whether a reader is shown a bed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// As it is.
    Whole,
    /// No more: what it has of it is of before.
    NoMore,
    /// Not, and it has nothing of it.
    Not,
}

/// The event that tells a reader to forget a bed: the id alone.
pub(super) fn write_hidden(out: &mut Vec<u8>, view: &BedView) {
    out.extend_from_slice(b"event: bed_hidden\ndata: ");
    let id = serde_json::json!({ "id": view.bed.as_str() });
    out.extend_from_slice(id.to_string().as_bytes());
    out.extend_from_slice(b"\n\n");
}

/// How far a reader has come, in beds' changes and in happenings. As text it is the id of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) bed: u64,
    pub(super) event: u64,
}

/// What changed between two positions.
pub(super) struct Publication {
    pub(super) from: Position,
    pub(super) to: Position,
    views: Vec<Arc<BedView>>,
    events: Vec<Event>,
    encoded: Mutex<BTreeMap<Audience, Bytes>>,
}

impl Publication {
    /// Nothing, at this position.
    pub(super) fn nothing(at: Position) -> Self {
        Self::new(at, at, Vec::new(), Vec::new())
    }

    pub(super) fn new(
        from: Position,
        to: Position,
        views: Vec<Arc<BedView>>,
        events: Vec<Event>,
    ) -> Self {
        Self {
            from,
            to,
            views,
            events,
            encoded: Mutex::default(),
        }
    }

    /// The events for these readers; empty when nothing is for them.
    pub(super) fn bytes(&self, audience: &Audience) -> Bytes {
        let mut encoded = self.encoded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = encoded.get(audience) {
            return bytes.clone();
        }
        let bytes = Bytes::from(self.encode(audience, std::iter::repeat(Shown::Whole)));
        encoded.insert(audience.clone(), bytes.clone());
        bytes
    }

    /// The beds that are for these readers.
    pub(super) fn views(&self, audience: &Audience) -> impl Iterator<Item = &Arc<BedView>> {
        let views = self.views.iter();
        views.filter(|view| audience.is_of(Some(&view.unit)))
    }

    /// The events for these readers, or for one of them who is shown its beds so, in the order of [`Publication::views`].
    pub(super) fn encode(
        &self,
        audience: &Audience,
        shown: impl IntoIterator<Item = Shown>,
    ) -> Vec<u8> {
        let mut out = Vec::new();
        for (view, shown) in self.views(audience).zip(shown) {
            let at = Position {
                bed: view.sequence,
                event: self.from.event,
            };
            match shown {
                Shown::Whole => {
                    at.write(&mut out);
                    out.extend_from_slice(&beds::event(view, audience.masked));
                }
                Shown::NoMore => {
                    at.write(&mut out);
                    write_hidden(&mut out, view);
                }
                Shown::Not => {}
            }
        }
        let events = self.events.iter();
        for event in events.filter(|event| audience.is_of(event.unit.as_ref())) {
            let at = Position {
                bed: self.to.bed,
                event: event.sequence,
            };
            at.write(&mut out);
            happening::write(&mut out, event);
        }
        out
    }
}

impl Position {
    /// The position that an id names; nothing for an id of another make.
    pub(super) fn parse(id: &str) -> Option<Self> {
        let (bed, event) = id.split_once('-')?;
        Some(Self {
            bed: bed.parse().ok()?,
            event: event.parse().ok()?,
        })
    }

    /// The line that gives an event its id.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("id: {self}\n").as_bytes());
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.bed, self.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_back_and_another_text_is_none() {
        let at = Position { bed: 7, event: 42 };

        assert_eq!(Position::parse(&at.to_string()), Some(at));
        for text in ["", "7", "-", "7-", "x-1", "1-2-3", "-1-2"] {
            assert_eq!(Position::parse(text), None, "{text}");
        }
    }
}
