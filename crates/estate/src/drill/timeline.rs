//! What happened when, from the start of a drill.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// One thing that happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// Milliseconds from the start.
    pub at_ms: u64,
    /// What, in words.
    pub what: String,
}

/// What happened; cheap to clone, and all clones write the same.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    start: Instant,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Timeline {
    /// Begins now.
    pub(super) fn start() -> Self {
        Self {
            start: Instant::now(),
            events: Arc::default(),
        }
    }

    /// Milliseconds since the start.
    pub(super) fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Writes down what happens now.
    pub(super) fn note(&self, what: impl Into<String>) {
        let event = Event {
            at_ms: self.now_ms(),
            what: what.into(),
        };
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event);
    }

    /// All of it, in order of time.
    pub(super) fn events(&self) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let mut events = events.clone();
        events.sort_by_key(|event| event.at_ms);
        events
    }
}
