//! Reading a durable queue again: for lanes that were cut off and have drained, and for messages that came back.

use std::collections::HashSet;

use super::Lanes;
use crate::model::{LaneKey, MessageId};

/// What is to be read again, and how far that has come.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// Where reading must begin.
    begin_at: Option<MessageId>,
    /// Lanes that were cut off and go on.
    resumed: HashSet<LaneKey>,
    /// Messages of any lane came back and were not taken in.
    any_lane: bool,
    /// How far it was read again.
    read_to: MessageId,
}

impl Again {
    /// Whether nothing is being read again.
    pub(super) fn is_over(&self) -> bool {
        self.resumed.is_empty() && !self.any_lane
    }

    /// A lane has drained that was cut off here.
    pub(super) fn must_begin_at(&mut self, from: MessageId) {
        self.begin_at = Some(self.begin_at.map_or(from, |at| at.min(from)));
    }

    /// Whether all before this message was looked at: it is in the window, or in a lane that is cut off.
    pub(super) fn has_read_before(&self, id: MessageId) -> bool {
        self.is_over() || id <= self.read_to.next()
    }

    /// Whether all of this lane before this message was looked at.
    pub(super) fn has_read_lane_before(&self, lane: LaneKey, id: MessageId) -> bool {
        !self.resumed.contains(&lane) || id <= self.read_to.next()
    }

    fn begin(&mut self, from: MessageId) {
        let before = MessageId(from.0.saturating_sub(1));
        self.read_to = if self.is_over() {
            before
        } else {
            self.read_to.min(before)
        };
    }
}

impl Lanes {
    /// Where the durable queue must be read again from, when a cut-off lane has drained. Every lane that
    /// was cut off there or later goes on with it, until [`Lanes::end_reading_again`].
    pub(in crate::delivery) fn take_rewind(&mut self) -> Option<MessageId> {
        let to = self.again.begin_at.take()?;
        self.again.begin(to);
        for (key, lane) in &mut self.lanes {
            if lane.spilled_from.is_some_and(|from| from >= to) {
                lane.spilled_from = None;
                self.again.resumed.insert(*key);
            }
        }
        let resumed = &self.again.resumed;
        self.lanes.retain(|key, lane| {
            !lane.waiting.is_empty() || lane.spilled_from.is_some() || resumed.contains(key)
        });
        Some(to)
    }

    /// Messages of any lane came back, this and later ones, and were not taken in: all is read again from here.
    pub(in crate::delivery) fn read_again_from(&mut self, from: MessageId) {
        self.again.begin(from);
        self.again.any_lane = true;
    }

    /// Whether reading on through what was read before would bring nothing: every lane that was to go on has
    /// been cut off again.
    pub(in crate::delivery) fn is_done_reading_again(&self) -> bool {
        self.again.is_over()
    }

    /// All queued up to here has been read again: what is older than that misses nothing before it.
    pub(in crate::delivery) fn read_again_to(&mut self, id: MessageId) {
        if self.again.is_over() {
            return;
        }
        self.again.read_to = id;
        self.refresh_resumed();
    }

    /// All that was read before has been read again.
    pub(in crate::delivery) fn end_reading_again(&mut self) {
        if self.again.is_over() {
            return;
        }
        self.again.any_lane = false;
        for key in std::mem::take(&mut self.again.resumed) {
            let Some(lane) = self.lanes.get(&key) else {
                continue;
            };
            match lane.waiting.front().copied() {
                Some(front) => self.refresh(front),
                None if lane.spilled_from.is_none() => drop(self.lanes.remove(&key)),
                None => {}
            }
        }
        self.refresh_barrier();
    }

    /// These lanes are cut off here; those that went on miss nothing before that any more.
    pub(super) fn cut_off(&mut self, lanes: &[LaneKey], from: MessageId) {
        for key in lanes {
            let front = self.lanes.get(key).and_then(|lane| lane.waiting.front());
            if let Some(front) = front.filter(|front| **front > from) {
                self.ready.remove(front);
            }
        }
        for key in lanes {
            if self.again.resumed.remove(key) {
                self.refresh_front(*key);
            }
        }
        self.refresh_barrier();
    }

    fn refresh_resumed(&mut self) {
        let resumed: Vec<LaneKey> = self.again.resumed.iter().copied().collect();
        for key in resumed {
            self.refresh_front(key);
        }
        self.refresh_barrier();
    }

    fn refresh_front(&mut self, key: LaneKey) {
        let lane = self.lanes.get(&key);
        if let Some(front) = lane.and_then(|lane| lane.waiting.front().copied()) {
            self.refresh(front);
        }
    }
}
