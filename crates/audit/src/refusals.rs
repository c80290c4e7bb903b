//! Refusals that come again and again: the first ones stand in the trail one by one, those after them are counted.
//!
//! Somebody who is refused and asks every second would write 86,400 records a day that say the same. Nothing is counted
//! before a durable record says that from there on it is, so what a process that is killed takes with it is a number of
//! at most [`STRETCH_MS`], never that somebody was refused. Only the same refusal is counted: of one caller, from one
//! address, for one purpose, of one patient, for one reason. Pure: time comes in.

use std::collections::BTreeMap;

use wardline_kernel::UnixMillis;

use crate::model::{Event, Repeats};

/// So many of the same refusals stand in the trail one by one; the last of them says that more are counted.
pub const ONE_BY_ONE: u32 = 10;
/// What was counted is recorded after so many milliseconds. What does not come again for so long begins anew.
pub const STRETCH_MS: u64 = 60_000;
/// Different refusals that are remembered at most. What is beyond is not counted: it stands in the trail one by one.
const MAX_REMEMBERED: usize = 4_096;

/// What is remembered of refusals.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    runs: BTreeMap<Event, Run>,
    is_closed: bool,
}

/// One refusal that comes again and again.
#[derive(Debug, Default)]
struct Run {
    /// Records of it.
    told: u32,
    /// A record says that it is counted.
    is_counted: bool,
    /// When its last record was made.
    told_at: UnixMillis,
    last_at: UnixMillis,
    counted: Count,
}

/// Refusals that no record has the number of yet.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    times: u64,
    first_at: UnixMillis,
    last_at: UnixMillis,
}

/// What becomes of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Met {
    /// It is to be recorded, and the record is to say this.
    Record(Option<Repeats>),
    /// It is counted.
    Counted,
}

impl Refusals {
    /// Takes in a refusal.
    pub(crate) fn meet(&mut self, refusal: &Event, now: UnixMillis) -> Met {
        let same = same(refusal);
        let is_full = self.runs.len() >= MAX_REMEMBERED && !self.runs.contains_key(&same);
        if self.is_closed || is_full {
            return Met::Record(None);
        }
        let run = self.runs.entry(same).or_default();
        run.last_at = now;
        if run.is_counted {
            run.counted.add(Count::one(now));
            return Met::Counted;
        }
        let is_last = run.told.saturating_add(1) >= ONE_BY_ONE;
        Met::Record(is_last.then_some(Repeats::CountedFromHere))
    }

    /// A refusal was recorded, and its record says this.
    pub(crate) fn recorded(&mut self, refusal: &Event, now: UnixMillis) {
        if let Some(run) = self.runs.get_mut(&same(refusal)) {
            run.told = run.told.saturating_add(1);
            run.told_at = now;
            run.is_counted |= refusal.repeats == Some(Repeats::CountedFromHere);
        }
    }

    /// What is to be recorded now of what was counted. What did not come again is forgotten.
    pub(crate) fn due(&mut self, now: UnixMillis) -> Vec<Event> {
        self.runs
            .retain(|_, run| run.counted.times > 0 || !is_over(run.last_at, now));
        let due = self.runs.iter_mut();
        due.filter(|(_, run)| is_over(run.told_at, now))
            .filter_map(|(refusal, run)| run.take(refusal, now))
            .collect()
    }

    /// All that is still to be recorded of what was counted. Nothing is counted any more.
    pub(crate) fn close(&mut self, now: UnixMillis) -> Vec<Event> {
        self.is_closed = true;
        let runs = std::mem::take(&mut self.runs).into_iter();
        runs.filter_map(|(refusal, mut run)| run.take(&refusal, now))
            .collect()
    }

    /// It could not be recorded: it is still to be, and what comes from now on is recorded one by one, if it can be.
    pub(crate) fn give_back(&mut self, refusals: Vec<Event>) {
        for refusal in refusals {
            let Some(Repeats::Counted {
                times,
                first_at,
                last_at,
            }) = refusal.repeats
            else {
                continue;
            };
            let run = self.runs.entry(same(&refusal)).or_default();
            run.is_counted = false;
            run.told_at = 0;
            run.last_at = run.last_at.max(last_at);
            run.counted.add(Count {
                times,
                first_at,
                last_at,
            });
        }
    }
}

impl Run {
    fn take(&mut self, refusal: &Event, now: UnixMillis) -> Option<Event> {
        let Count {
            times,
            first_at,
            last_at,
        } = std::mem::take(&mut self.counted);
        if times == 0 {
            return None;
        }
        self.told_at = now;
        Some(Event {
            repeats: Some(Repeats::Counted {
                times,
                first_at,
                last_at,
            }),
            ..refusal.clone()
        })
    }
}

impl Count {
    fn one(at: UnixMillis) -> Self {
        Self {
            times: 1,
            first_at: at,
            last_at: at,
        }
    }

    fn add(&mut self, other: Self) {
        *self = if self.times == 0 {
            other
        } else {
            Self {
                times: self.times.saturating_add(other.times),
                first_at: self.first_at.min(other.first_at),
                last_at: self.last_at.max(other.last_at),
            }
        };
    }
}

/// What makes a refusal the same as another: everything but the number of its request.
fn same(refusal: &Event) -> Event {
    let mut same = refusal.clone();
    same.by.request = None;
    same.repeats = None;
    same
}

/// A clock that was set back ends a stretch, too: it must not last until the clock is where it was.
fn is_over(since: UnixMillis, now: UnixMillis) -> bool {
    now.checked_sub(since).is_none_or(|ms| ms >= STRETCH_MS)
}

#[cfg(test)]
mod tests;
