//! The part of a durable queue that is held in memory, and how it follows the queue.

use std::sync::Arc;

use crate::delivery::feed::Feed;
use crate::delivery::lanes::{Lanes, Limits};
use crate::delivery::reading::Reading;
use crate::model::{LaneKey, MessageId, Queue};
use crate::port::{MessageStore, StoreError};

/// Entries read at a time.
const PAGE: usize = 1_000;

/// A window on one queue.
pub(super) struct Window {
    queue: Queue,
    store: Arc<dyn MessageStore>,
    feed: Arc<Feed>,
    reading: Reading,
}

impl Window {
    pub(super) fn new(queue: Queue, store: Arc<dyn MessageStore>, feed: Arc<Feed>) -> Self {
        let reading = Reading::new(Lanes::new(Limits::default()));
        Self {
            queue,
            store,
            feed,
            reading,
        }
    }

    /// Takes in what came, from the feed or from the durable queue.
    ///
    /// # Errors
    /// The store cannot be read; what is held stays in order.
    pub(super) async fn fill(&mut self) -> Result<(), StoreError> {
        self.reading.take_news(self.feed.take());
        while let Some(after) = self.reading.read_after() {
            let page = self.store.queued(&self.queue, after, PAGE).await?;
            self.reading.take_page(&page, page.len() < PAGE);
        }
        Ok(())
    }

    /// The oldest message that may go, with its lanes; it counts as on its way from now.
    pub(super) fn take_ready(&mut self) -> Option<(MessageId, Vec<LaneKey>)> {
        let id = self.reading.lanes.take_ready()?;
        Some((id, self.reading.lanes.lanes_of(id)))
    }

    /// A message was taken out of the queue. It may still have been on its way here from the ledger, so it is let in
    /// first; and it may have come back since, so the queue is asked.
    ///
    /// # Errors
    /// The store cannot be read; the message is out of the window, and what is in the queue is read later.
    pub(super) async fn take_out(&mut self, id: MessageId) -> Result<(), StoreError> {
        let filled = self.fill().await;
        self.reading.lanes.finish(id);
        let is_back = self.store.is_queued(&self.queue, id).await;
        if !matches!(is_back, Ok(false)) {
            self.reading.read_again_from(id);
        }
        filled.and(is_back.map(|_| ()))
    }

    pub(super) fn is_sending(&self, id: MessageId) -> bool {
        self.reading.lanes.is_sending(id)
    }

    pub(super) fn finish(&mut self, id: MessageId) {
        self.reading.lanes.finish(id);
    }

    pub(super) fn back_off(&mut self, id: MessageId) {
        self.reading.lanes.back_off(id);
    }

    pub(super) fn wake(&mut self, id: MessageId) {
        self.reading.lanes.wake(id);
    }

    /// Waits until the feed has news.
    pub(super) async fn changed(&self) {
        self.feed.changed().await;
    }
}
