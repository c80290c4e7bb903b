//! A view of all tables at one moment: whatever is committed meanwhile is not in it.

use std::ops::Bound;

use fjall::{Readable, Snapshot};
use wardline_messaging::port::StoreError;

use super::tables::Tables;
use super::{Key, Table, Value, error};

/// A view. Keep it short-lived: rows that it still sees are not cleaned up.
#[derive(Clone)]
pub(crate) struct View {
    snapshot: Snapshot,
    tables: Tables,
}

impl View {
    pub(super) fn new(snapshot: Snapshot, tables: Tables) -> Self {
        Self { snapshot, tables }
    }

    /// One row's value.
    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Value>, StoreError> {
        let found = self.snapshot.get(self.tables.get(table), key);
        found.map_err(|error| error::told(&error, table.reading()))
    }

    /// Rows from `from` to `until`, to be walked from either end.
    pub(crate) fn range(&self, table: Table, from: Bound<&[u8]>, until: Bound<&[u8]>) -> Rows {
        let rows = if is_empty(from, until) {
            None
        } else {
            Some(
                self.snapshot
                    .range::<&[u8], _>(self.tables.get(table), (from, until)),
            )
        };
        Rows { table, rows }
    }

    /// Rows whose keys begin so.
    pub(crate) fn prefix(&self, table: Table, prefix: &[u8]) -> Rows {
        Rows {
            table,
            rows: Some(self.snapshot.prefix(self.tables.get(table), prefix)),
        }
    }

    /// All rows.
    pub(crate) fn all(&self, table: Table) -> Rows {
        Rows {
            table,
            rows: Some(self.snapshot.iter(self.tables.get(table))),
        }
    }
}

/// A range that ends before it begins is no question for the engine.
fn is_empty(from: Bound<&[u8]>, until: Bound<&[u8]>) -> bool {
    match (from, until) {
        (Bound::Included(from), Bound::Included(until)) => from > until,
        (
            Bound::Included(from) | Bound::Excluded(from),
            Bound::Included(until) | Bound::Excluded(until),
        ) => from >= until,
        _ => false,
    }
}

/// Rows on their way.
pub(crate) struct Rows {
    table: Table,
    rows: Option<fjall::Iter>,
}

impl Rows {
    /// The next row from the front.
    pub(crate) fn next(&mut self) -> Result<Option<(Key, Value)>, StoreError> {
        let row = self.rows.as_mut().and_then(Iterator::next);
        row.map(fjall::Guard::into_inner)
            .transpose()
            .map_err(|e| error::told(&e, self.table.reading()))
    }

    /// The next key from the front.
    pub(crate) fn next_key(&mut self) -> Result<Option<Key>, StoreError> {
        let row = self.rows.as_mut().and_then(Iterator::next);
        row.map(fjall::Guard::key)
            .transpose()
            .map_err(|e| error::told(&e, self.table.reading()))
    }

    /// The next key from the back.
    pub(crate) fn next_key_back(&mut self) -> Result<Option<Key>, StoreError> {
        let row = self.rows.as_mut().and_then(DoubleEndedIterator::next_back);
        row.map(fjall::Guard::key)
            .transpose()
            .map_err(|e| error::told(&e, self.table.reading()))
    }
}
