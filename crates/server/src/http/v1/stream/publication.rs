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
        let bytes = Bytes::from(self.encode(audience));
        encoded.insert(audience.clone(), bytes.clone());
        bytes
    }

    fn encode(&self, audience: &Audience) -> Vec<u8> {
        let is_of =
            |unit: Option<&UnitId>| audience.unit.is_none() || unit == audience.unit.as_ref();
        let mut out = Vec::new();
        for view in self.views.iter().filter(|view| is_of(Some(&view.unit))) {
            let at = Position {
                bed: view.sequence,
                event: self.from.event,
            };
            at.write(&mut out);
            out.extend_from_slice(&beds::event(view, audience.masked));
        }
        for event in self
            .events
            .iter()
            .filter(|event| is_of(event.unit.as_ref()))
        {
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
