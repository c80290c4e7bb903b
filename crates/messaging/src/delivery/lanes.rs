//! Which messages of one destination may be sent now: arrival order within each lane, lanes side by
//! side, a message of several lanes (a merge) as a barrier in all of them.
//!
//! Only a window of the durable queue is held. A lane that is longer than its share is cut off
//! ("spilled") and read again from the queue once it has drained, so a stuck patient costs a bounded
//! amount of memory and never stops the others.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

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

/// The window and its order.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    limits: Limits,
    entries: BTreeMap<MessageId, Entry>,
    lanes: HashMap<LaneKey, Lane>,
    /// Messages without a lane: each waits for all before it and holds up all after it.
    barriers: BTreeSet<MessageId>,
    ready: BTreeSet<MessageId>,
    rewind_to: Option<MessageId>,
    /// Lanes that were cut off and wait to be read again.
    resumed: HashSet<LaneKey>,
    /// How far they were read again.
    read_again_to: MessageId,
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
        let more = if self.resumed.is_empty() {
            0
        } else {
            self.limits.lane
        };
        self.entries.len() >= self.limits.window + more
    }

    /// Whether it is time to read on: the window is at most half full, or older messages are missing.
    pub(super) fn has_room(&self) -> bool {
        let is_missing_older = !self.resumed.is_empty() && !self.is_full();
        is_missing_older || self.entries.len() <= self.limits.window / 2
    }

    /// Whether this message is on its way.
    pub(super) fn is_sending(&self, id: MessageId) -> bool {
        self.entries
            .get(&id)
            .is_some_and(|entry| entry.state == State::Sending)
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
            for lane in &entry.lanes {
                self.resumed.remove(lane);
            }
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

    /// The oldest message that may be sent; it counts as on its way from now.
    pub(super) fn take_ready(&mut self) -> Option<MessageId> {
        let id = self.ready.pop_first()?;
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.state = State::Sending;
        }
        Some(id)
    }

    /// The message could not be sent and keeps its place until [`Lanes::wake`].
    pub(super) fn back_off(&mut self, id: MessageId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.state = State::BackingOff;
        }
    }

    /// A message that backed off, or whose attempt did not begin, may be sent again.
    pub(super) fn wake(&mut self, id: MessageId) {
        if let Some(entry) = self.entries.get_mut(&id) {
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
        let mut next = Vec::new();
        for key in &entry.lanes {
            let Some(lane) = self.lanes.get_mut(key) else {
                continue;
            };
            lane.waiting.retain(|waiting| *waiting != id);
            match (lane.waiting.front(), lane.spilled_from) {
                (Some(front), _) => next.push(*front),
                (None, Some(from)) => {
                    self.rewind_to = Some(self.rewind_to.map_or(from, |to| to.min(from)));
                }
                (None, None) => {
                    self.lanes.remove(key);
                }
            }
        }
        let was_barrier = self.barriers.remove(&id);
        for id in next {
            self.refresh(id);
        }
        if was_barrier {
            self.refresh_heads();
        }
        if let Some(barrier) = self.barriers.first().copied() {
            self.refresh(barrier);
        }
    }

    /// Where the durable queue must be read again from, when a cut-off lane has drained. Every lane that
    /// was cut off there or later goes on with it, until [`Lanes::end_reading_again`].
    pub(super) fn take_rewind(&mut self) -> Option<MessageId> {
        let to = self.rewind_to.take()?;
        for (key, lane) in &mut self.lanes {
            if lane.spilled_from.is_some_and(|from| from >= to) {
                lane.spilled_from = None;
                self.resumed.insert(*key);
            }
        }
        self.read_again_to = MessageId(to.0.saturating_sub(1));
        let resumed = &self.resumed;
        self.lanes.retain(|key, lane| {
            !lane.waiting.is_empty() || lane.spilled_from.is_some() || resumed.contains(key)
        });
        Some(to)
    }

    /// Whether reading on through what was read before would bring nothing: every lane that was to go on has
    /// been cut off again.
    pub(super) fn is_done_reading_again(&self) -> bool {
        self.resumed.is_empty()
    }

    /// All queued up to here has been read again: a barrier up to here misses nothing before it.
    pub(super) fn read_again_to(&mut self, id: MessageId) {
        if self.resumed.is_empty() {
            return;
        }
        self.read_again_to = id;
        if let Some(barrier) = self.barriers.first().copied() {
            self.refresh(barrier);
        }
    }

    /// All that was read before has been read again.
    pub(super) fn end_reading_again(&mut self) {
        for key in std::mem::take(&mut self.resumed) {
            let is_empty = self
                .lanes
                .get(&key)
                .is_some_and(|lane| lane.waiting.is_empty() && lane.spilled_from.is_none());
            if is_empty {
                self.lanes.remove(&key);
            }
        }
        if let Some(barrier) = self.barriers.first().copied() {
            self.refresh(barrier);
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
                beyond_cut || lane.waiting.len() >= limit
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

    fn misses_nothing_before(&self, id: MessageId) -> bool {
        self.resumed.is_empty() || id <= self.read_again_to
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
            return first == Some(id) && nothing_spilled_before && self.misses_nothing_before(id);
        }
        let heads_all_lanes = entry.lanes.iter().all(|key| {
            self.lanes
                .get(key)
                .is_some_and(|l| l.waiting.front() == Some(&id))
        });
        heads_all_lanes && self.barriers.first().is_none_or(|barrier| *barrier > id)
    }
}

#[cfg(test)]
mod tests;
