//! The part of a durable queue that is held in memory, and how it follows the queue.

use std::sync::Arc;

use crate::delivery::feed::Feed;
use crate::delivery::lanes::{Lanes, Limits};
use crate::model::{LaneKey, MessageId, Queue};
use crate::port::{MessageStore, StoreError};

/// Entries read at a time.
const PAGE: usize = 1_000;

/// A window on one queue.
pub(super) struct Window {
    queue: Queue,
    store: Arc<dyn MessageStore>,
    feed: Arc<Feed>,
    lanes: Lanes,
    /// Everything queued up to here was seen.
    cursor: MessageId,
    /// Up to here everything was seen once; the cursor may have gone back since.
    high_water: MessageId,
    /// There may be more in the durable queue beyond the cursor than the feed brings.
    is_behind: bool,
}

impl Window {
    pub(super) fn new(queue: Queue, store: Arc<dyn MessageStore>, feed: Arc<Feed>) -> Self {
        let lanes = Lanes::new(Limits::default());
        Self {
            queue,
            store,
            feed,
            lanes,
            cursor: MessageId(0),
            high_water: MessageId(0),
            is_behind: true,
        }
    }

    /// Takes in what came, from the feed or from the durable queue.
    ///
    /// # Errors
    /// The store cannot be read; what is held stays in order.
    pub(super) async fn fill(&mut self) -> Result<(), StoreError> {
        // The feed's news are taken before the queue is read: whatever they drop is durable by then, so the
        // reading finds it.
        let news = self.feed.take();
        self.is_behind |= news.overflowed;
        for entry in news.entries {
            if !self.is_behind && entry.id > self.cursor {
                if self.lanes.is_full() {
                    self.is_behind = true;
                } else {
                    self.lanes.push(&entry);
                    self.cursor = entry.id;
                }
            }
        }
        for entry in news.requeued {
            if !self.is_behind || entry.id <= self.cursor {
                self.lanes.push(&entry);
            }
        }
        if let Some(from) = news.requeued_from {
            self.rewind(from);
            self.high_water = MessageId(0);
        }
        if let Some(from) = self.lanes.take_rewind() {
            self.rewind(from);
        }
        while self.is_behind && self.lanes.has_room() {
            self.read_page().await?;
        }
        Ok(())
    }

    /// The oldest message that may go, with its lanes; it counts as on its way from now.
    pub(super) fn take_ready(&mut self) -> Option<(MessageId, Vec<LaneKey>)> {
        let id = self.lanes.take_ready()?;
        Some((id, self.lanes.lanes_of(id)))
    }

    pub(super) fn is_sending(&self, id: MessageId) -> bool {
        self.lanes.is_sending(id)
    }

    pub(super) fn finish(&mut self, id: MessageId) {
        self.lanes.finish(id);
    }

    pub(super) fn back_off(&mut self, id: MessageId) {
        self.lanes.back_off(id);
    }

    pub(super) fn wake(&mut self, id: MessageId) {
        self.lanes.wake(id);
    }

    /// Waits until the feed has news.
    pub(super) async fn changed(&self) {
        self.feed.changed().await;
    }

    fn rewind(&mut self, from: MessageId) {
        self.high_water = self.high_water.max(self.cursor);
        self.cursor = self.cursor.min(MessageId(from.0.saturating_sub(1)));
        self.is_behind = true;
    }

    async fn read_page(&mut self) -> Result<(), StoreError> {
        let page = self.store.queued(&self.queue, self.cursor, PAGE).await?;
        self.is_behind = page.len() == PAGE;
        for entry in &page {
            if self.lanes.is_full() {
                self.is_behind = true;
                return Ok(());
            }
            self.lanes.push(entry);
            self.cursor = entry.id;
            if self.cursor < self.high_water && self.lanes.is_done_reading_again() {
                // Everything up to there is in the window or belongs to a lane that is cut off.
                self.cursor = self.high_water;
                self.is_behind = true;
                return Ok(());
            }
        }
        if !self.is_behind || self.cursor >= self.high_water {
            self.lanes.end_reading_again();
        }
        Ok(())
    }
}
