//! The feeds of the dispatchers that run now, by destination.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::delivery::Feed;
use crate::model::Queue;

/// Where the ledger finds a destination's dispatcher.
#[derive(Debug, Default)]
pub(crate) struct Queues(RwLock<BTreeMap<Queue, Arc<Feed>>>);

impl Queues {
    /// The feed of a destination, if a dispatcher runs for it.
    pub(crate) fn feed(&self, queue: &Queue) -> Option<Arc<Feed>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(queue)
            .cloned()
    }

    /// A dispatcher begins.
    pub(crate) fn insert(&self, queue: Queue, feed: Arc<Feed>) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(queue, feed);
    }

    /// A dispatcher ends.
    pub(crate) fn remove(&self, queue: &Queue) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(queue);
    }
}
