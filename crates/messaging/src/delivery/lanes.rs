//! Which messages of one destination may be sent now: arrival order within each lane, lanes side by
//! side, a message of several lanes (a merge) as a barrier in all of them.
//!
//! Only a window of the durable queue is held. A lane that is longer than its share is cut off
//! ("spilled") and read again from the queue once it has drained, so a stuck patient costs a bounded
//! amount of memory and never stops the others.

mod again;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use again::Again;

use crate::model::{LaneKey, MessageId};
use crate::port::QueueEntry;

/// How much of a queue is held in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Messages in all lanes together.
    pub(super) window: usize,
    /// Messages in one lane.
    pub(super) lane: usize,
    /// Messages in a lane whose head waits for its next attempt.
    pub(super) stuck_lane: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            window: 50_000,
            lane: 256,
            stuck_lane: 16,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Sending,
    BackingOff,
}

#[derive(Debug)]
struct Entry {
    lanes: Box<[LaneKey]>,
    state: State,
}

#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<MessageId>,
    spilled_from: Option<MessageId>,
}

impl Lane {
    /// Where it was cut off, if that is what comes next.
    fn owed(&self) -> Option<MessageId> {
        let front = self.waiting.front();
        self.spilled_from
            .filter(|from| front.is_none_or(|front| from < front))
    }
}

/// The window and its order.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    limits: Limits,
    entries: BTreeMap<MessageId, Entry>,
    lanes: HashMap<LaneKey, Lane>,
    /// Messages without a lane: each waits for all before it and holds up all after it.
    barriers: BTreeSet<MessageId>,
    ready: BTreeSet<MessageId>,
    /// Messages that are on their way.
    sending: BTreeSet<MessageId>,
    /// Messages that are queued again while the end of their own attempt is on its way here.
    returning: BTreeMap<MessageId, QueueEntry>,
    again: Again,
}

impl Lanes {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Whether the window takes no more. What is read again may go beyond the limit by a lane's share: it is
    /// older than what fills the window, and that may be waiting for it.
    pub(super) fn is_full(&self) -> bool {
        let more = if self.again.is_over() {
            0
        } else {
            self.limits.lane
        };
        self.entries.len() >= self.limits.window + more
    }

    /// Whether it is time to read on: the window is at most half full, or older messages are missing.
    pub(super) fn has_room(&self) -> bool {
        let first = self.entries.keys().next();
        let may_miss_first = first.is_some_and(|first| !self.again.has_read_before(*first));
        let is_missing_older = !self.again.is_over() && (!self.is_full() || may_miss_first);
        is_missing_older || self.entries.len() <= self.limits.window / 2
    }

    /// Whether a message that is read has a place: one that all others may be waiting for always has.
    pub(super) fn has_room_for(&self, id: MessageId) -> bool {
        let first = self.entries.keys().next();
        let is_first = !self.again.is_over() && first.is_some_and(|first| id < *first);
        !self.is_full() || is_first || self.entries.contains_key(&id)
    }

    /// Whether this message is on its way.
    pub(super) fn is_sending(&self, id: MessageId) -> bool {
        self.sending.contains(&id)
    }

    /// The lanes of a message in the window.
    pub(super) fn lanes_of(&self, id: MessageId) -> Vec<LaneKey> {
        self.entries
            .get(&id)
            .map_or_else(Vec::new, |entry| entry.lanes.to_vec())
    }

    /// Takes a message of the durable queue into the window, or remembers to read it again later.
    pub(super) fn push(&mut self, entry: &QueueEntry) {
        if self.entries.contains_key(&entry.id) {
            return;
        }
        if self.must_spill(entry) {
            for lane in &entry.lanes {
                let lane = self.lanes.entry(*lane).or_default();
                lane.spilled_from = Some(
                    lane.spilled_from
                        .map_or(entry.id, |from| from.min(entry.id)),
                );
            }
            self.cut_off(&entry.lanes, entry.id);
            return;
        }
        let mut lanes = entry.lanes.clone();
        lanes.sort_unstable();
        lanes.dedup();
        for lane in &lanes {
            self.insert_into_lane(*lane, entry.id);
        }
        if lanes.is_empty() {
            self.barriers.insert(entry.id);
            self.ready.retain(|ready| *ready < entry.id);
        }
        if let Some(barrier) = self.barriers.first().filter(|id| **id > entry.id) {
            self.ready.remove(barrier);
        }
        let state = State::Waiting;
        self.entries.insert(
            entry.id,
            Entry {
                lanes: lanes.into_boxed_slice(),
                state,
            },
        );
        self.refresh(entry.id);
    }

    /// Takes in a message that was out of the queue and is in it again. One whose attempt has ended, which is not
    /// known here yet, follows when it is.
    pub(super) fn bring_back(&mut self, entry: &QueueEntry) {
        if self.is_sending(entry.id) {
            self.returning.insert(entry.id, entry.clone());
        } else {
            self.push(entry);
        }
    }

    /// The oldest message that may be sent; it counts as on its way from now.
    pub(super) fn take_ready(&mut self) -> Option<MessageId> {
        let id = self.ready.pop_first()?;
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.state = State::Sending;
            self.sending.insert(id);
        }
        Some(id)
    }

    /// The message could not be sent and keeps its place until [`Lanes::wake`]: behind older ones that came back
    /// while it was on its way.
    pub(super) fn back_off(&mut self, id: MessageId) {
        self.sending.remove(&id);
        self.returning.remove(&id);
        let Some(entry) = self.entries.get_mut(&id) else {
            return;
        };
        entry.state = State::BackingOff;
        let was_barrier = entry.lanes.is_empty();
        let mut fronts = Vec::new();
        for key in &entry.lanes {
            let Some(lane) = self.lanes.get_mut(key) else {
                continue;
            };
            lane.waiting.retain(|waiting| *waiting != id);
            let place = lane.waiting.partition_point(|waiting| *waiting < id);
            lane.waiting.insert(place, id);
            fronts.extend(lane.waiting.front());
            if let Some(from) = lane.owed() {
                self.again.must_begin_at(from);
            }
        }
        for front in fronts {
            self.refresh(front);
        }
        if was_barrier {
            self.refresh_heads();
        }
        self.refresh_barrier();
    }

    /// A message that backed off may be sent again. One that does anything else is left alone: who wakes it may
    /// have meant an earlier attempt.
    pub(super) fn wake(&mut self, id: MessageId) {
        let entry = self.entries.get_mut(&id);
        if let Some(entry) = entry.filter(|entry| entry.state == State::BackingOff) {
            entry.state = State::Waiting;
            self.refresh(id);
        }
    }

    /// The message left the queue; what waited behind it may go.
    pub(super) fn finish(&mut self, id: MessageId) {
        let Some(entry) = self.entries.remove(&id) else {
            return;
        };
        self.ready.remove(&id);
        self.sending.remove(&id);
        let mut next = Vec::new();
        for key in &entry.lanes {
            let Some(lane) = self.lanes.get_mut(key) else {
                continue;
            };
            lane.waiting.retain(|waiting| *waiting != id);
            if let Some(from) = lane.owed() {
                self.again.must_begin_at(from);
            }
            match lane.waiting.front() {
                Some(front) => next.push(*front),
                None if lane.spilled_from.is_none() => drop(self.lanes.remove(key)),
                None => {}
            }
        }
        let was_barrier = self.barriers.remove(&id);
        for id in next {
            self.refresh(id);
        }
        if was_barrier {
            self.refresh_heads();
        }
        self.refresh_barrier();
        if let Some(entry) = self.returning.remove(&id) {
            self.push(&entry);
        }
    }

    fn must_spill(&self, entry: &QueueEntry) -> bool {
        entry
            .lanes
            .iter()
            .filter_map(|key| self.lanes.get(key))
            .any(|lane| {
                let beyond_cut = lane.spilled_from.is_some_and(|from| entry.id >= from);
                let head = lane.waiting.front().and_then(|head| self.entries.get(head));
                let stuck = head.is_some_and(|head| head.state == State::BackingOff);
                let limit = if stuck {
                    self.limits.stuck_lane
                } else {
                    self.limits.lane
                };
                // An older one that came back may be what the others wait for.
                let is_last = lane.waiting.back().is_none_or(|last| *last < entry.id);
                beyond_cut || (is_last && lane.waiting.len() >= limit)
            })
    }

    /// Keeps a lane in order of ids; a message that is on its way stays first.
    fn insert_into_lane(&mut self, key: LaneKey, id: MessageId) {
        let lane = self.lanes.entry(key).or_default();
        let front = lane.waiting.front().copied();
        let front_is_sending = front
            .and_then(|front| self.entries.get(&front))
            .is_some_and(|entry| entry.state == State::Sending);
        let first = usize::from(front_is_sending);
        let position = lane
            .waiting
            .iter()
            .skip(first)
            .take_while(|waiting| **waiting < id)
            .count()
            + first;
        if let (0, Some(front)) = (position, front) {
            self.ready.remove(&front);
        }
        lane.waiting.insert(position, id);
    }

    fn refresh_heads(&mut self) {
        let heads: Vec<MessageId> = self
            .lanes
            .values()
            .filter_map(|lane| lane.waiting.front().copied())
            .collect();
        for id in heads {
            self.refresh(id);
        }
    }

    fn refresh_barrier(&mut self) {
        if let Some(barrier) = self.barriers.first().copied() {
            self.refresh(barrier);
        }
    }

    fn refresh(&mut self, id: MessageId) {
        if self.may_go(id) {
            self.ready.insert(id);
        }
    }

    fn may_go(&self, id: MessageId) -> bool {
        let Some(entry) = self.entries.get(&id) else {
            return false;
        };
        if entry.state != State::Waiting {
            return false;
        }
        if entry.lanes.is_empty() {
            let nothing_spilled_before = self
                .lanes
                .values()
                .all(|lane| lane.spilled_from.is_none_or(|from| from > id));
            let first = self.entries.first_key_value().map(|(first, _)| *first);
            return first == Some(id)
                && nothing_spilled_before
                && self.again.has_read_before(id)
                && self.sending.is_empty();
        }
        let heads_all_lanes = entry.lanes.iter().all(|key| {
            self.lanes.get(key).is_some_and(|lane| {
                lane.waiting.front() == Some(&id)
                    && lane.spilled_from.is_none_or(|from| from > id)
                    && self.again.has_read_lane_before(*key, id)
            })
        });
        let is_held_up = self.barriers.first().is_some_and(|barrier| *barrier < id);
        // An older one may have come back while a barrier is on its way.
        let barrier_goes = || self.sending.iter().any(|id| self.barriers.contains(id));
        heads_all_lanes && !is_held_up && (self.barriers.is_empty() || !barrier_goes())
    }
}

#[cfg(test)]
mod tests;
