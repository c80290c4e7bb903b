//! The port of beds, on the embedded store.

use std::collections::BTreeMap;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::StoreError;
use wardline_vitals::port::{
    BedStore, Durability, EntryKey, Page, Row, StoredEntry, StoredRow, Write,
};

use super::rows::{entry_key, entry_of, row_key, row_of};
use crate::engine::{self, Key, Table, Value};
use crate::error::damaged;
use crate::open::Opened;
use crate::store::EmbeddedStore;

#[async_trait]
impl BedStore for EmbeddedStore {
    async fn commit(&self, writes: Vec<Write>, durability: Durability) -> Result<(), StoreError> {
        // What a trim removes is looked up before it is written.
        let _in_order = self.bed_commits().lock().await;
        let trims = writes.iter().any(|w| matches!(w, Write::Trim { .. }));
        let opened = if trims {
            Some(self.shared().opened()?)
        } else {
            // A store that is down is opened again by a write.
            None
        };
        let rows = rows(opened.as_deref(), writes)?;
        let durability = match durability {
            Durability::Written => engine::Durability::Written,
            Durability::Synced => engine::Durability::Synced,
        };
        self.write_rows(rows, durability).await
    }

    async fn rows(
        &self,
        after: Option<Row>,
        limit: usize,
    ) -> Result<Page<StoredRow, Row>, StoreError> {
        let after = after.map(row_key);
        self.read_at_length(move |opened| {
            let stored = |key: &[u8], sealed| {
                let row = row_of(key)?;
                Some(StoredRow { row, sealed })
            };
            page(opened, Table::Beds, after.as_ref(), limit, stored, |s| {
                s.row
            })
        })
        .await
    }

    async fn entries(
        &self,
        after: Option<EntryKey>,
        limit: usize,
    ) -> Result<Page<StoredEntry, EntryKey>, StoreError> {
        let after = after.map(entry_key);
        self.read_at_length(move |opened| {
            let stored = |key: &[u8], sealed| {
                let key = entry_of(key)?;
                Some(StoredEntry { key, sealed })
            };
            page(
                opened,
                Table::BedEntries,
                after.as_ref(),
                limit,
                stored,
                |s| s.key,
            )
        })
        .await
    }
}

/// Rows of the engine, each key once: of several writes to one the last counts.
fn rows(opened: Option<&Opened>, writes: Vec<Write>) -> Result<Vec<engine::Row>, StoreError> {
    let mut rows: BTreeMap<(Table, Key), Option<Value>> = BTreeMap::new();
    for write in writes {
        match write {
            Write::Put { row, sealed } => {
                rows.insert((Table::Beds, row_key(row)), Some(Value::from(&*sealed)));
            }
            Write::Remove(row) => {
                rows.insert((Table::Beds, row_key(row)), None);
            }
            Write::Append {
                stay,
                number,
                sealed,
            } => {
                let key = entry_key((stay, number));
                rows.insert((Table::BedEntries, key), Some(Value::from(&*sealed)));
            }
            Write::Trim { stay, up_to } => {
                let (first, last) = (entry_key((stay, 0)), entry_key((stay, up_to)));
                let (from, until) = (Included(&*first), Included(&*last));
                if let Some(opened) = opened {
                    let view = opened.engine.view();
                    let mut stored = view.range(Table::BedEntries, from, until);
                    while let Some(key) = stored.next_key()? {
                        rows.insert((Table::BedEntries, key), None);
                    }
                }
                let range = (Table::BedEntries, first)..=(Table::BedEntries, last);
                for (_, value) in rows.range_mut(range) {
                    *value = None;
                }
            }
        }
    }
    let rows = rows.into_iter();
    Ok(rows
        .map(|((table, key), value)| (table, key, value))
        .collect())
}

fn page<T, C>(
    opened: &Opened,
    table: Table,
    after: Option<&Key>,
    limit: usize,
    stored: impl Fn(&[u8], Bytes) -> Option<T>,
    cursor: impl Fn(&T) -> C,
) -> Result<Page<T, C>, StoreError> {
    let from: Bound<&[u8]> = after.map_or(Unbounded, |after| Excluded(&**after));
    let mut rows = opened.engine.view().range(table, from, Unbounded);
    let mut items = Vec::new();
    while let Some((key, value)) = rows.next()? {
        if items.len() == limit {
            let next = items.last().map(cursor);
            return Ok(Page { items, next });
        }
        let item = stored(&key, Bytes::copy_from_slice(&value));
        items.push(item.ok_or_else(|| damaged("a key of the tables of beds"))?);
    }
    Ok(Page { items, next: None })
}
