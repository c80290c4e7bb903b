//! New work on its way from the ledger to one dispatcher: bounded, and honest about what it dropped.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::model::MessageId;
use crate::port::QueueEntry;

/// Entries kept for a dispatcher that is busy; beyond it reads the durable queue instead.
const MAX_ENTRIES: usize = 4_096;

#[derive(Debug, Default)]
struct State {
    entries: VecDeque<QueueEntry>,
    overflowed: bool,
    /// Older messages that came back.
    requeued: Vec<QueueEntry>,
    /// More came back than were kept: the queue must be read again from here.
    requeued_from: Option<MessageId>,
}

impl State {
    fn read_again_from(&mut self, id: MessageId) {
        self.requeued_from = Some(self.requeued_from.map_or(id, |from| from.min(id)));
    }
}

/// What came since the last look.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// New messages in order of ids.
    pub(super) entries: VecDeque<QueueEntry>,
    /// Some new messages are only in the durable queue.
    pub(super) overflowed: bool,
    /// Older messages that are in the durable queue again.
    pub(super) requeued: Vec<QueueEntry>,
    /// So are more of them, from this id on.
    pub(super) requeued_from: Option<MessageId>,
}

/// The feed of one destination.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    state: Mutex<State>,
    changed: Notify,
}

impl Feed {
    /// A message was committed to the durable queue.
    pub(crate) fn push(&self, entry: QueueEntry) {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.entries.len() >= MAX_ENTRIES {
                state.overflowed = true;
            } else if !state.overflowed {
                state.entries.push_back(entry);
            }
        }
        self.changed.notify_one();
    }

    /// An older message was committed to the durable queue again.
    pub(crate) fn requeued(&self, entry: QueueEntry) {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.requeued.len() < MAX_ENTRIES {
                state.requeued.push(entry);
            } else {
                state.read_again_from(entry.id);
            }
        }
        self.changed.notify_one();
    }

    /// It is not known whether an older message is in the queue again: the queue must be read from there.
    pub(crate) fn requeue_lost(&self, id: MessageId) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .read_again_from(id);
        self.changed.notify_one();
    }

    /// It is not known what was committed: the queue must be read.
    pub(crate) fn lost(&self) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .overflowed = true;
        self.changed.notify_one();
    }

    /// What came since the last call.
    pub(super) fn take(&self) -> News {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        News {
            entries: std::mem::take(&mut state.entries),
            overflowed: std::mem::take(&mut state.overflowed),
            requeued: std::mem::take(&mut state.requeued),
            requeued_from: state.requeued_from.take(),
        }
    }

    /// Waits until there may be news.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: u64) -> QueueEntry {
        QueueEntry {
            id: MessageId(id),
            lanes: Vec::new(),
            received_at: 0,
        }
    }

    #[test]
    fn beyond_its_limit_it_says_that_the_queue_must_be_read() {
        let feed = Feed::default();
        for id in 0..5_000 {
            feed.push(entry(id));
        }

        let news = feed.take();

        assert_eq!(news.entries.len(), MAX_ENTRIES);
        assert!(news.overflowed);
        assert!(!feed.take().overflowed);
    }

    #[test]
    fn beyond_its_limit_the_oldest_requeued_message_is_where_reading_starts() {
        let feed = Feed::default();
        for id in (0..5_000).rev() {
            feed.requeued(entry(id));
        }

        let news = feed.take();

        assert_eq!(news.requeued.len(), MAX_ENTRIES);
        assert_eq!(news.requeued_from, Some(MessageId(0)));
    }
}
