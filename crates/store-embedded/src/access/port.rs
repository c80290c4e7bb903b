//! The port of access, on the embedded store.

use std::ops::Bound::{Excluded, Included};

use async_trait::async_trait;
use tokio::sync::oneshot;
use wardline_access::port::{AccessStore, Kind, MAX_PAGE, Put, Row};
use wardline_kernel::StoreError;

use super::rows;
use crate::engine::Table;
use crate::error::damaged;
use crate::store::EmbeddedStore;
use crate::writer::Task;

#[async_trait]
impl AccessStore for EmbeddedStore {
    async fn put(&self, row: Row) -> Result<Put, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.hand_over(Task::PutAccess { row, answer })?;
        self.answered(answered).await
    }

    async fn get(&self, kind: Kind, id: [u8; 16]) -> Result<Option<Row>, StoreError> {
        let opened = self.shared().opened()?;
        let key = rows::row_key(kind, id);
        let stored = opened.engine.get(Table::Access, &key)?;
        stored.map(|value| read(kind, &key, &value)).transpose()
    }

    async fn find(&self, kind: Kind, key: [u8; 32]) -> Result<Option<Row>, StoreError> {
        let opened = self.shared().opened()?;
        // Both looks see the same moment: a row whose key changes in between is found by one of the two, or by none.
        let view = opened.engine.view();
        let Some(id) = view.get(Table::Access, &rows::lookup_key(kind, key))? else {
            return Ok(None);
        };
        let id = <[u8; 16]>::try_from(&*id);
        let id = id.map_err(|_| damaged("what finds a row of the table of access"))?;
        let place = rows::row_key(kind, id);
        let stored = view.get(Table::Access, &place)?;
        let stored = stored.ok_or_else(|| damaged("a row of the table of access is missing"))?;
        read(kind, &place, &stored).map(Some)
    }

    async fn list(
        &self,
        kind: Kind,
        after: Option<[u8; 16]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let limit = limit.min(MAX_PAGE);
        self.read_at_length(move |opened| {
            let first = rows::of_kind(kind);
            let after = after.map(|id| rows::row_key(kind, id));
            let from = after
                .as_ref()
                .map_or(Included(&first[..]), |a| Excluded(&**a));
            let [table, number] = first;
            let end = [table, number + 1];
            let mut stored = opened
                .engine
                .view()
                .range(Table::Access, from, Excluded(&end));
            let mut found = Vec::new();
            while found.len() < limit
                && let Some((key, value)) = stored.next()?
            {
                found.push(read(kind, &key, &value)?);
            }
            Ok(found)
        })
        .await
    }
}

fn read(kind: Kind, key: &[u8], value: &[u8]) -> Result<Row, StoreError> {
    rows::row_of(kind, key, value).ok_or_else(|| damaged("a row of the table of access"))
}
