//! What finds the trail's latest records: in memory first, brought into its table many at a time.
//!
//! A commit writes what finds its records as one row (`rows`), and not as three for each of them. The entries are kept
//! in memory too, where searches see them. When there are enough of them, a thread of its own sorts them and brings
//! them into their table past the journal; the commit that follows takes the rows out again. When the store is opened,
//! the rows that are still there are read. Why: docs/decisions/0011-index-behind.md.

mod entries;

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::JoinHandle;

use wardline_audit::model::Seq;
use wardline_audit::port::{Leaf, Posting};
use wardline_kernel::StoreError;

use super::rows;
use crate::engine::{Engine, Row, Table, Value};
use crate::error::damaged;
use entries::Entries;

/// What the table of postings does not hold yet.
pub(crate) struct Behind {
    /// Entries that are moved together.
    enough: usize,
    held: RwLock<Held>,
    movement: Mutex<Movement>,
}

#[derive(Default)]
struct Held {
    moving: Option<Arc<Entries>>,
    active: Entries,
}

#[derive(Default)]
struct Movement {
    thread: Option<JoinHandle<Result<(), StoreError>>>,
    /// Rows whose entries are in the table, to be taken out by the next commit.
    moved: Vec<Seq>,
    is_over: bool,
}

impl Behind {
    /// Reads what was not moved before the store was closed.
    pub(crate) fn gather(engine: &Engine, enough: usize) -> Result<Self, StoreError> {
        let mut active = Entries::default();
        let mut stored = engine.view().prefix(Table::Audit, &[rows::BEHIND]);
        while let Some((key, value)) = stored.next()? {
            let first = rows::number_of(&key).map(Seq);
            let read = first.and_then(|first| active.read(first, &value));
            read.ok_or_else(|| damaged("what finds the latest records of the audit trail"))?;
        }
        Ok(Self {
            enough: enough.max(1),
            held: RwLock::new(Held {
                moving: None,
                active,
            }),
            movement: Mutex::default(),
        })
    }

    /// The row that holds what finds these leaves.
    pub(super) fn row(leaves: &[Leaf]) -> Option<Row> {
        let first = leaves.first()?;
        let value = Value::from(entries::encode(leaves));
        Some((Table::Audit, rows::behind(first.seq), Some(value)))
    }

    /// Takes in what finds these leaves, once they are durable. What is known already is passed over: the store may have
    /// been opened again in between.
    pub(super) fn add(&self, leaves: &[(Seq, Vec<Posting>)]) {
        self.hold(|held| held.active.add(leaves));
    }

    /// The records that a posting finds here, in order.
    pub(super) fn find(&self, posting: Posting, range: &Range<Seq>) -> Vec<Seq> {
        let prefix = rows::posting_prefix(posting);
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let all = held.moving.as_deref().into_iter().chain([&held.active]);
        let found = all.flat_map(|entries| entries.find(&prefix, range));
        found.collect()
    }

    /// Begins a move when there is enough, and ends one that is done. Waits only when more than twice enough is held, or
    /// when a record is about to be removed that may be held. Gives the rows that the next commit must take out.
    ///
    /// # Errors
    /// The table could not be written; everything is still found, and the next call tries again.
    pub(super) fn look(
        &self,
        engine: &Engine,
        removed: Option<Seq>,
    ) -> Result<Vec<Seq>, StoreError> {
        let mut movement = self.movement();
        let (first, weight) = self.hold(|held| {
            let moving = held.moving.as_deref();
            let first = moving.map_or(held.active.first(), Entries::first);
            (first, held.active.weight())
        });
        let removes = removed.is_some_and(|last| first.is_some_and(|first| first <= last));
        let has_ended = movement
            .thread
            .as_ref()
            .is_some_and(JoinHandle::is_finished);
        if has_ended || removes || weight >= self.enough.saturating_mul(2) {
            self.end(&mut movement)?;
        }
        if movement.thread.is_none() {
            // What could not be moved is tried again.
            let is_left = self.hold(|held| held.moving.is_some());
            if is_left || removes || weight >= self.enough {
                self.begin(&mut movement, engine)?;
            }
        }
        if removes {
            // What was being moved is done; now what came since.
            self.end(&mut movement)?;
            self.begin(&mut movement, engine)?;
            self.end(&mut movement)?;
        }
        Ok(std::mem::take(&mut movement.moved))
    }

    /// Rows that were not taken out, as the commit failed.
    pub(super) fn not_taken_out(&self, rows: Vec<Seq>) {
        self.movement().moved.extend(rows);
    }

    /// Waits for what is being done, whatever comes of it, and begins nothing any more. The engine is not let go before.
    pub(crate) fn end_for_good(&self) {
        let mut movement = self.movement();
        movement.is_over = true;
        if let Some(thread) = movement.thread.take() {
            drop(thread.join());
        }
    }

    fn begin(&self, movement: &mut Movement, engine: &Engine) -> Result<(), StoreError> {
        let entries = self.hold(|held| {
            if held.moving.is_none() && held.active.weight() > 0 {
                held.moving = Some(Arc::new(std::mem::take(&mut held.active)));
            }
            held.moving.clone()
        });
        let Some(entries) = entries.filter(|_| !movement.is_over) else {
            return Ok(());
        };
        let engine = engine.clone();
        let thread = std::thread::Builder::new().name("audit-index".to_owned());
        let thread = thread
            .spawn(move || engine.bring_in(Table::AuditPostings, entries.rows()))
            .map_err(|error| StoreError::Unavailable(format!("no thread to index on: {error}")))?;
        movement.thread = Some(thread);
        Ok(())
    }

    fn end(&self, movement: &mut Movement) -> Result<(), StoreError> {
        let Some(thread) = movement.thread.take() else {
            return Ok(());
        };
        let written = thread.join().unwrap_or_else(|_| {
            let why = "indexing the audit trail ended by a panic of the engine";
            Err(StoreError::Unavailable(why.to_owned()))
        });
        written?;
        // Let go outside the lock: it is some megabytes.
        if let Some(moved) = self.hold(|held| held.moving.take()) {
            movement.moved.extend(moved.stored_in());
        }
        Ok(())
    }

    fn hold<T>(&self, change: impl FnOnce(&mut Held) -> T) -> T {
        change(&mut self.held.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn movement(&self) -> MutexGuard<'_, Movement> {
        self.movement.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
