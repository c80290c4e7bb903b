//! What was stored lately and is not in the index tables yet.
//!
//! Tokens, postings and control ids all follow from a message's record, which is durable before it is
//! acknowledged. So they are kept in memory first and brought into their tables many messages at a time, sorted,
//! past the journal (`movement`): a commit writes a third of the rows that it would have to otherwise. What the
//! tables do not hold yet is gathered again from the records when the store is opened; a row of `meta` says from
//! where on.

mod entries;
mod gather;
mod movement;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use wardline_messaging::model::{MessageId, Token};

use crate::codec::DuplicateRow;
use crate::keys::FeedNumber;
pub(crate) use entries::{Entries, Stored, feeds_of};
pub(crate) use gather::gather;
pub(crate) use movement::Movement;

/// All that was stored lately, as readers see it: first what is being moved, then what came since.
#[derive(Debug)]
pub(crate) struct Recent {
    /// Index entries that are moved together.
    enough: usize,
    generations: RwLock<Generations>,
}

#[derive(Debug, Default)]
struct Generations {
    moving: Option<Arc<Entries>>,
    active: Entries,
}

impl Recent {
    fn of(active: Entries, enough: usize) -> Self {
        let moving = None;
        Self {
            enough,
            generations: RwLock::new(Generations { moving, active }),
        }
    }

    /// Takes in what a commit stored, once it is durable.
    pub(crate) fn add(&self, stored: Vec<Stored>) {
        if stored.is_empty() {
            return;
        }
        let mut generations = self.write();
        for message in stored {
            generations.active.add(&message);
        }
    }

    /// The latest message under a duplicate key, if it came lately.
    pub(crate) fn duplicate(&self, key: &Token) -> Option<DuplicateRow> {
        let generations = self.read();
        let newest_first = generations.newest_first();
        newest_first
            .into_iter()
            .flatten()
            .find_map(|entries| entries.duplicate(key))
    }

    /// The messages that a token finds, by the beginning of its keys; ids ascending.
    pub(crate) fn of_token(&self, prefix: &[u8; 17]) -> Vec<u64> {
        self.gather(|entries, found| entries.of_token(prefix, found))
    }

    /// The messages in a list; ids ascending.
    pub(crate) fn of_feed(&self, feed: FeedNumber) -> Vec<u64> {
        self.gather(|entries, found| entries.of_feed(feed, found))
    }

    /// Whether a message may not be in the tables yet.
    pub(crate) fn may_hold(&self, id: MessageId) -> bool {
        let generations = self.read();
        let oldest = match &generations.moving {
            Some(moving) => moving.first_id(),
            None => generations.active.first_id(),
        };
        oldest.is_some_and(|oldest| id >= oldest)
    }

    /// Whether there is enough to be moved, or some times that.
    fn is_due(&self, times: usize) -> bool {
        self.read().active.weight() >= self.enough.saturating_mul(times)
    }

    /// Sets aside what came so far; it is still found.
    fn begin_move(&self) -> Option<Arc<Entries>> {
        let mut generations = self.write();
        if generations.moving.is_none() && generations.active.first_id().is_some() {
            let entries = Arc::new(std::mem::take(&mut generations.active));
            generations.moving = Some(entries);
        }
        generations.moving.clone()
    }

    /// What was set aside is in the tables now.
    fn end_move(&self) {
        // Let go outside the lock: it is some megabytes.
        let moved = self.write().moving.take();
        drop(moved);
    }

    fn gather(&self, of: impl Fn(&Entries, &mut Vec<u64>)) -> Vec<u64> {
        let generations = self.read();
        let mut found = Vec::new();
        if let Some(moving) = &generations.moving {
            of(moving, &mut found);
        }
        of(&generations.active, &mut found);
        // They are in order already, unless somebody put an older message again.
        found.sort_unstable();
        found.dedup();
        found
    }

    fn read(&self) -> RwLockReadGuard<'_, Generations> {
        self.generations
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Generations> {
        self.generations
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn newest_first(&self) -> [Option<&Entries>; 2] {
        [Some(&self.active), self.moving.as_deref()]
    }
}
