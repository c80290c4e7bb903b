//! What a dispatcher shows of itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::CircuitState;
use crate::model::{AttemptResult, UnixMillis};

/// What went wrong last at a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastError {
    /// When.
    pub at: UnixMillis,
    /// What the transport said, or which kind of answer it was; never text of a message.
    pub detail: String,
}

/// Attempts since the process started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttemptCounts {
    /// How many ended how.
    pub by_result: BTreeMap<AttemptResult, u64>,
    /// How long they took together.
    pub took: Duration,
}

/// A destination as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DestinationLive {
    /// Whether messages are sent.
    pub circuit: CircuitState,
    /// On their way now.
    pub in_flight: usize,
    /// What went wrong last.
    pub last_error: Option<LastError>,
    /// Attempts since the process started.
    pub attempts: AttemptCounts,
}

impl Default for DestinationLive {
    fn default() -> Self {
        Self {
            circuit: CircuitState::Closed,
            in_flight: 0,
            last_error: None,
            attempts: AttemptCounts::default(),
        }
    }
}

/// The place where a dispatcher writes it and others read it.
#[derive(Debug, Default)]
pub(crate) struct Live(Mutex<DestinationLive>);

impl Live {
    pub(crate) fn read(&self) -> DestinationLive {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut DestinationLive)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
