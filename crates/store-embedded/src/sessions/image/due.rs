//! When which session has to be looked at.
//!
//! Each live session stands in one tick of time: the one that it would have ended in when it was put there.
//! Activity moves no entry. When the tick comes, a session that lives on is put into the tick of its end as it
//! is then: one look per session and idle limit, however often it was touched.

use std::collections::BTreeMap;

use wardline_kernel::UnixMillis;
use wardline_sessions::model::{Life, SessionId};

/// Length of a tick in milliseconds.
const TICK_MS: u64 = 100;

/// The ticks that hold anything.
#[derive(Default)]
pub(super) struct Due(BTreeMap<u64, Vec<SessionId>>);

/// The tick of the end of a life.
pub(super) fn tick_of(life: &Life) -> u64 {
    life.end().0 / TICK_MS
}

pub(super) fn tick_at(now: UnixMillis) -> u64 {
    now / TICK_MS
}

impl Due {
    pub(super) fn insert(&mut self, tick: u64, id: SessionId) {
        self.0.entry(tick).or_default().push(id);
    }

    /// Takes the first tick, if it has come.
    pub(super) fn take(&mut self, now: UnixMillis) -> Option<(u64, Vec<SessionId>)> {
        let first = self.0.first_entry()?;
        (*first.key() <= tick_at(now)).then(|| first.remove_entry())
    }
}
