//! What a face has made of a view: one text that everybody gets, with the places in it that change with time.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use wardline_kernel::UnixMillis;

use crate::freshness::State;

/// A view as text, made once and shared.
#[derive(Clone)]
pub struct Encoded {
    /// The text as it is at the view's moment.
    pub text: Bytes,
    /// What in it changes while the view stays the same, in the order of the text.
    pub moving: Vec<Moving>,
}

/// A part of the text that changes with time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// Where it stands.
    pub place: Range<usize>,
    /// What stands there.
    pub what: Moves,
}

/// What changes with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moves {
    /// The moment itself.
    Moment,
    /// The age of a value, and whether it still counts.
    Age {
        /// At the view's moment, in milliseconds.
        age_ms: u64,
        /// What it may be.
        limit_ms: u64,
    },
}

impl Moves {
    /// Age in milliseconds and state `later_ms` after the view's moment; nothing for the moment.
    pub fn after(self, later_ms: UnixMillis) -> Option<(u64, State)> {
        let Self::Age { age_ms, limit_ms } = self else {
            return None;
        };
        let age_ms = age_ms.saturating_add(later_ms);
        let state = if age_ms > limit_ms {
            State::Stale
        } else {
            State::Fresh
        };
        Some((age_ms, state))
    }
}

/// Shows the size: the text is patient data.
impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoded")
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}
