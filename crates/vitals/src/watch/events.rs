//! What happened, for people and programs: numbered, and kept only for readers that come back soon.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use wardline_kernel::UnixMillis;

use crate::census::Contradiction;
use crate::model::{BedId, BedState, StayId, UnitId};
use crate::score::BandEvent;

/// Events kept for readers that come back after a broken connection.
pub const MAX_EVENTS: usize = 4_096;
const PER_MS: u64 = 1024;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number; a gap means that some are no longer kept. It grows also over restarts.
    pub sequence: u64,
    /// When.
    pub at: UnixMillis,
    /// Where, if it is about one unit.
    pub unit: Option<UnitId>,
    /// What.
    pub kind: EventKind,
}

/// What happened. Nothing of it names a patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A bed is in another state.
    BedStateChanged {
        /// Which.
        bed: BedId,
        /// What it was; nothing for a bed that is new.
        was: Option<BedState>,
        /// What it is.
        is: BedState,
    },
    /// A score's band changed, stands unacknowledged, or its score became incomplete or complete. Each change
    /// is told once.
    Score {
        /// The patient's bed, if they have one.
        bed: Option<BedId>,
        /// The stay.
        stay: StayId,
        /// What.
        event: BandEvent,
    },
    /// Somebody has seen a band.
    BandAcknowledged {
        /// The patient's bed, if they have one.
        bed: Option<BedId>,
        /// The stay.
        stay: StayId,
    },
    /// Something does not fit together.
    Contradicted(Contradiction),
    /// It does now.
    Resolved(Contradiction),
    /// Values came that are nobody's. They are kept apart. Told once in ten minutes for one place and reason.
    SetAside {
        /// The bed that was named, if it is known.
        bed: Option<BedId>,
        /// Why, in a word.
        why: &'static str,
    },
}

#[derive(Default)]
struct Kept {
    events: VecDeque<Event>,
    last: u64,
}

pub(crate) struct Events {
    kept: Mutex<Kept>,
    last: watch::Sender<u64>,
    stopping: watch::Sender<bool>,
}

impl Events {
    pub(crate) fn new(now: UnixMillis) -> Self {
        let last = now.saturating_mul(PER_MS);
        let kept = Kept {
            last,
            ..Kept::default()
        };
        Self {
            kept: Mutex::new(kept),
            last: watch::Sender::new(last),
            stopping: watch::Sender::new(false),
        }
    }

    pub(crate) fn tell(&self, at: UnixMillis, unit: Option<UnitId>, kind: EventKind) {
        let sequence = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.last += 1;
            let sequence = kept.last;
            if kept.events.len() == MAX_EVENTS {
                kept.events.pop_front();
            }
            kept.events.push_back(Event {
                sequence,
                at,
                unit,
                kind,
            });
            sequence
        };
        self.last.send_replace(sequence);
    }

    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// A number that a reader has, or 0 for one that was never given: it is of before a restart with a clock that was
    /// behind, and everything since is new to the reader.
    pub(crate) fn known(&self, number: u64) -> u64 {
        let last = *self.last.borrow();
        if number > last { 0 } else { number }
    }

    pub(crate) fn subscribe(
        self: &Arc<Self>,
        unit: Option<UnitId>,
        after: Option<u64>,
    ) -> EventStream {
        let changed = self.last.subscribe();
        let last = *changed.borrow();
        let after = match after {
            None => last,
            Some(after) => self.known(after),
        };
        EventStream {
            events: Arc::clone(self),
            unit,
            changed,
            stopping: self.stopping.subscribe(),
            after,
        }
    }

    fn next_after(&self, after: u64, unit: Option<&UnitId>) -> Option<Event> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_of = |event: &&Event| unit.is_none() || event.unit.as_ref() == unit;
        let from = kept.events.partition_point(|event| event.sequence <= after);
        kept.events.range(from..).find(is_of).cloned()
    }
}

/// Events in order, from where the reader left off. A slow reader skips what is no longer kept.
pub struct EventStream {
    events: Arc<Events>,
    unit: Option<UnitId>,
    changed: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    after: u64,
}

impl EventStream {
    /// The next event; waits for it. `None` when the service stops.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            self.changed.borrow_and_update();
            if let Some(event) = self.events.next_after(self.after, self.unit.as_ref()) {
                self.after = event.sequence;
                return Some(event);
            }
            if *self.stopping.borrow_and_update() {
                return None;
            }
            tokio::select! {
                changed = self.changed.changed() => changed.ok()?,
                changed = self.stopping.changed() => changed.ok()?,
            }
        }
    }
}
