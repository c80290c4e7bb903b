//! The plain model of the store of beds: two maps and one lock.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::StoreError;
use wardline_vitals::port::{
    BedStore, Durability, EntryKey, Page, Row, StoredEntry, StoredRow, Write,
};

/// Beds in memory. Clones share what is stored.
#[derive(Clone, Default)]
pub struct MemoryBeds(Arc<Kept>);

#[derive(Default)]
struct Kept {
    tables: Mutex<Tables>,
    is_broken: AtomicBool,
    synced_commits: AtomicUsize,
}

#[derive(Clone, Default)]
struct Tables {
    rows: BTreeMap<Row, Bytes>,
    entries: BTreeMap<EntryKey, Bytes>,
}

impl MemoryBeds {
    /// From now on every commit fails and writes nothing, or works again.
    pub fn set_broken(&self, is_broken: bool) {
        self.0.is_broken.store(is_broken, Ordering::SeqCst);
    }

    /// Synced commits that worked.
    pub fn synced_commits(&self) -> usize {
        self.0.synced_commits.load(Ordering::SeqCst)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Tables) -> T) -> T {
        act(&mut self.0.tables.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Tables {
    fn apply(&mut self, write: Write) {
        match write {
            Write::Put { row, sealed } => {
                self.rows.insert(row, sealed);
            }
            Write::Remove(row) => {
                self.rows.remove(&row);
            }
            Write::Append {
                stay,
                number,
                sealed,
            } => {
                self.entries.insert((stay, number), sealed);
            }
            Write::Trim { stay, up_to } => self
                .entries
                .retain(|(of, number), _| *of != stay || *number > up_to),
        }
    }
}

#[async_trait]
impl BedStore for MemoryBeds {
    async fn commit(&self, writes: Vec<Write>, durability: Durability) -> Result<(), StoreError> {
        if self.0.is_broken.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("broken by a test".to_owned()));
        }
        self.with(|tables| writes.into_iter().for_each(|write| tables.apply(write)));
        if durability == Durability::Synced {
            self.0.synced_commits.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }

    async fn rows(
        &self,
        after: Option<Row>,
        limit: usize,
    ) -> Result<Page<StoredRow, Row>, StoreError> {
        Ok(self.with(|tables| {
            let (items, next) = page(&tables.rows, after, limit);
            let stored = |(row, sealed)| StoredRow { row, sealed };
            Page {
                items: items.into_iter().map(stored).collect(),
                next,
            }
        }))
    }

    async fn entries(
        &self,
        after: Option<EntryKey>,
        limit: usize,
    ) -> Result<Page<StoredEntry, EntryKey>, StoreError> {
        Ok(self.with(|tables| {
            let (items, next) = page(&tables.entries, after, limit);
            let stored = |(key, sealed)| StoredEntry { key, sealed };
            Page {
                items: items.into_iter().map(stored).collect(),
                next,
            }
        }))
    }
}

fn page<K: Ord + Copy>(
    of: &BTreeMap<K, Bytes>,
    after: Option<K>,
    limit: usize,
) -> (Vec<(K, Bytes)>, Option<K>) {
    let from = after.map_or(Bound::Unbounded, Bound::Excluded);
    let mut beyond = of.range((from, Bound::Unbounded));
    let items: Vec<(K, Bytes)> = beyond
        .by_ref()
        .take(limit)
        .map(|(key, sealed)| (*key, sealed.clone()))
        .collect();
    let more = beyond.next().is_some();
    let next = items.last().filter(|_| more).map(|(key, _)| *key);
    (items, next)
}
