//! How far a durable queue was read into the window, and when to read on, or again. No I/O.

use super::feed::News;
use super::lanes::Lanes;
use crate::model::MessageId;
use crate::port::QueueEntry;

/// The window and its place in the durable queue.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) lanes: Lanes,
    /// Everything queued up to here was seen.
    cursor: MessageId,
    /// Up to here everything was seen once; the cursor may have gone back since.
    high_water: MessageId,
    /// There may be more in the durable queue beyond the cursor than the feed brings.
    is_behind: bool,
}

impl Reading {
    /// A reading that has seen nothing yet.
    pub(super) fn new(lanes: Lanes) -> Self {
        Self {
            lanes,
            cursor: MessageId(0),
            high_water: MessageId(0),
            is_behind: true,
        }
    }

    /// Takes in what the feed brought. It must be taken from the feed before the queue is read: whatever is
    /// dropped here is durable by then, so the reading finds it.
    pub(super) fn take_news(&mut self, news: News) {
        self.is_behind |= news.overflowed;
        for entry in news.entries {
            if self.is_behind || entry.id <= self.cursor {
                continue;
            }
            if self.lanes.is_full() {
                self.is_behind = true;
            } else {
                self.lanes.push(&entry);
                self.cursor = entry.id;
            }
        }
        let mut read_from = news.requeued_from;
        for entry in news.requeued {
            // What was not seen yet will be read.
            if self.is_behind && entry.id > self.cursor.max(self.high_water) {
                continue;
            }
            if self.lanes.is_sending(entry.id) || !self.lanes.is_full() {
                self.lanes.bring_back(&entry);
            } else {
                read_from = Some(read_from.map_or(entry.id, |from| from.min(entry.id)));
            }
        }
        if let Some(from) = read_from {
            self.read_again_from(from);
        }
        if let Some(from) = self.lanes.take_rewind() {
            self.rewind(from);
        }
    }

    /// After which id the queue is to be read now; `None` when there is no need or no room.
    pub(super) fn read_after(&self) -> Option<MessageId> {
        (self.is_behind && self.lanes.has_room()).then_some(self.cursor)
    }

    /// Takes in a page that was read after [`Reading::read_after`]; `is_last` when the queue held no more.
    pub(super) fn take_page(&mut self, page: &[QueueEntry], is_last: bool) {
        self.take_entries(page, is_last);
        self.lanes.read_again_to(self.cursor);
    }

    /// Reads the queue again from here: messages from here on may be in it that are not in the window.
    pub(super) fn read_again_from(&mut self, from: MessageId) {
        self.lanes.read_again_from(from);
        self.rewind(from);
    }

    fn take_entries(&mut self, page: &[QueueEntry], is_last: bool) {
        self.is_behind = !is_last;
        for entry in page {
            if !self.lanes.has_room_for(entry.id) {
                self.is_behind = true;
                self.cursor = MessageId(entry.id.0.saturating_sub(1));
                return;
            }
            self.lanes.push(entry);
            self.cursor = entry.id;
            if self.cursor >= self.high_water {
                self.lanes.end_reading_again();
            } else if self.lanes.is_done_reading_again() {
                // Everything up to there is in the window or belongs to a lane that is cut off.
                self.cursor = self.high_water;
                self.is_behind = true;
                return;
            }
        }
        if is_last {
            self.lanes.end_reading_again();
        }
    }

    fn rewind(&mut self, from: MessageId) {
        self.high_water = self.high_water.max(self.cursor);
        self.cursor = self.cursor.min(MessageId(from.0.saturating_sub(1)));
        self.is_behind = true;
    }
}
