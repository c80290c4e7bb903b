//! The plain model of the store of identities and emergency accesses: one map and one lock.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use wardline_access::port::{AccessStore, Kind, Put, Row};
use wardline_kernel::StoreError;

/// Rows in memory.
#[derive(Default)]
pub struct MemoryAccess(Mutex<BTreeMap<(Kind, [u8; 16]), Row>>);

impl MemoryAccess {
    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<(Kind, [u8; 16]), Row>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl AccessStore for MemoryAccess {
    async fn put(&self, row: Row) -> Result<Put, StoreError> {
        Ok(self.with(|rows| {
            let place = (row.kind, row.id);
            let version = rows.get(&place).map_or(0, |there| there.version);
            if version + 1 != row.version {
                return Put::Conflict(version);
            }
            let has_key =
                |other: &Row| other.kind == row.kind && other.id != row.id && other.key == row.key;
            if row.key.is_some() && rows.values().any(has_key) {
                return Put::Taken;
            }
            rows.insert(place, row);
            Put::Done
        }))
    }

    async fn get(&self, kind: Kind, id: [u8; 16]) -> Result<Option<Row>, StoreError> {
        Ok(self.with(|rows| rows.get(&(kind, id)).cloned()))
    }

    async fn find(&self, kind: Kind, key: [u8; 32]) -> Result<Option<Row>, StoreError> {
        Ok(self.with(|rows| {
            let mut of_kind = rows.values().filter(|row| row.kind == kind);
            of_kind.find(|row| row.key == Some(key)).cloned()
        }))
    }

    async fn list(
        &self,
        kind: Kind,
        after: Option<[u8; 16]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        Ok(self.with(|rows| {
            let of_kind = rows.values().filter(|row| row.kind == kind);
            let beyond = of_kind.filter(|row| after.is_none_or(|after| row.id > after));
            beyond.take(limit).cloned().collect()
        }))
    }
}
