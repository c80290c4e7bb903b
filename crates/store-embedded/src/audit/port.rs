//! The port of the audit trail, on the embedded store.

use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_audit::model::Seq;
use wardline_audit::port::{
    AuditStore, Commit, Committed, Head, Posting, RowKey, RowKind, StoredCheckpoint,
};
use wardline_audit::tree::{Hash, NodeId};
use wardline_kernel::StoreError;

use super::{Behind, rows};
use crate::engine::{Durability, Key, Row, Table, Value};
use crate::error::damaged;
use crate::open::Opened;
use crate::store::EmbeddedStore;

#[async_trait]
impl AuditStore for EmbeddedStore {
    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        let mut known = self.audit_size().lock().await;
        let size = match *known {
            Some(size) => size,
            None => self.size_on_disk().await?,
        };
        *known = Some(size);
        if size != commit.expected_size {
            return Ok(Committed::Conflict { size });
        }
        let new_size = commit.head.tree.size();
        let found_by: Vec<_> = commit
            .leaves
            .iter()
            .map(|leaf| (leaf.seq, leaf.postings.clone()))
            .collect();
        // The engine is not held while it is written: it may have to be opened again first.
        let (behind, moved) = match self.shared().opened() {
            Ok(opened) => {
                let removed = commit.removals.iter().map(|removal| removal.seq).max();
                let moved = opened.trail.look(&opened.engine, removed)?;
                (Some(Arc::clone(&opened.trail)), moved)
            }
            Err(_) => (None, Vec::new()),
        };
        // Until it is answered nobody knows whether it is there.
        *known = None;
        let rows = rows_of(commit, &moved);
        if let Err(error) = self.write_rows(rows, Durability::Synced).await {
            if let Some(behind) = behind {
                behind.not_taken_out(moved);
            }
            return Err(error);
        }
        *known = Some(new_size);
        // A store that is down again by now reads it when it is opened.
        if let Ok(opened) = self.shared().opened() {
            opened.trail.add(&found_by);
        }
        Ok(Committed::Done)
    }

    async fn head(&self) -> Result<Option<Head>, StoreError> {
        head(&*self.shared().opened()?)
    }

    async fn leaves(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Bytes)>, StoreError> {
        let read = move |opened: &Opened| {
            let (from, view) = (rows::leaf(from), opened.engine.view());
            let mut stored = view.range(Table::AuditLeaves, Included(&*from), Unbounded);
            let mut leaves = Vec::new();
            while leaves.len() < limit
                && let Some((key, value)) = stored.next()?
            {
                leaves.push((seq_of(&key)?, Bytes::copy_from_slice(&value)));
            }
            Ok(leaves)
        };
        if limit <= 1 {
            return read(&*self.shared().opened()?);
        }
        self.read_at_length(read).await
    }

    async fn postings(
        &self,
        posting: Posting,
        range: Range<Seq>,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        self.read_at_length(move |opened| {
            // What is moved meanwhile is in memory still, or in the view already.
            let lately = opened.trail.find(posting, &range);
            let from = rows::posting(posting, range.start);
            let until = rows::posting(posting, range.end);
            let (from, until) = (Included(&*from), Excluded(&*until));
            let mut stored = opened
                .engine
                .view()
                .range(Table::AuditPostings, from, until);
            let mut found = BTreeSet::from_iter(lately);
            let lately = found.len();
            while found.len() < limit.saturating_add(lately) {
                let next = if newest_first {
                    stored.next_key_back()?
                } else {
                    stored.next_key()?
                };
                let Some(key) = next else { break };
                found.insert(seq_of(&key)?);
            }
            let found = found.into_iter();
            Ok(if newest_first {
                found.rev().take(limit).collect()
            } else {
                found.take(limit).collect()
            })
        })
        .await
    }

    async fn node(&self, node: NodeId) -> Result<Option<Hash>, StoreError> {
        let opened = self.shared().opened()?;
        let stored = opened.engine.get(Table::Audit, &rows::node(node))?;
        let hash = stored.map(|value| Hash::try_from(&*value));
        hash.transpose()
            .map_err(|_| damaged("a hash of the audit trail's tree"))
    }

    async fn checkpoints(
        &self,
        beyond: u64,
        limit: usize,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        self.read_at_length(move |opened| {
            let (from, end) = (rows::checkpoint(beyond), [rows::CHECKPOINT + 1]);
            let (from, until) = (Excluded(&*from), Excluded(&end[..]));
            let mut stored = opened.engine.view().range(Table::Audit, from, until);
            let mut found = Vec::new();
            while found.len() < limit
                && let Some((key, value)) = stored.next()?
            {
                found.push(checkpoint_of(&key, &value)?);
            }
            Ok(found)
        })
        .await
    }

    async fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreError> {
        let opened = self.shared().opened()?;
        let view = opened.engine.view();
        let last = view
            .prefix(Table::Audit, &[rows::CHECKPOINT])
            .next_key_back()?;
        let Some(key) = last else { return Ok(None) };
        let value = view.get(Table::Audit, &key)?;
        let value = value.ok_or_else(|| damaged("a checkpoint of the audit trail"))?;
        checkpoint_of(&key, &value).map(Some)
    }

    async fn row(&self, key: RowKey) -> Result<Option<Bytes>, StoreError> {
        let opened = self.shared().opened()?;
        let stored = opened.engine.get(Table::Audit, &rows::row(key))?;
        Ok(stored.map(|value| Bytes::copy_from_slice(&value)))
    }

    async fn rows(
        &self,
        kind: RowKind,
        after: Option<RowKey>,
        limit: usize,
    ) -> Result<Vec<(RowKey, Bytes)>, StoreError> {
        self.read_at_length(move |opened| {
            let kind = rows::row_kind(kind);
            let after = after.map_or_else(|| Key::from([kind]), rows::row);
            let end = [kind + 1];
            let (from, until) = (Excluded(&*after), Excluded(&end[..]));
            let mut stored = opened.engine.view().range(Table::Audit, from, until);
            let mut found = Vec::new();
            while found.len() < limit
                && let Some((key, value)) = stored.next()?
            {
                let key = rows::row_of(&key);
                let key = key.ok_or_else(|| damaged("a key of the audit trail"))?;
                found.push((key, Bytes::copy_from_slice(&value)));
            }
            Ok(found)
        })
        .await
    }
}

impl EmbeddedStore {
    async fn size_on_disk(&self) -> Result<u64, StoreError> {
        if let Ok(opened) = self.shared().opened() {
            return size_of(&opened);
        }
        // A store that is down is opened again by a write.
        self.write_rows(Vec::new(), Durability::Written).await?;
        size_of(&*self.shared().opened()?)
    }
}

fn size_of(opened: &Opened) -> Result<u64, StoreError> {
    Ok(head(opened)?.map_or(0, |head| head.tree.size()))
}

fn head(opened: &Opened) -> Result<Option<Head>, StoreError> {
    let stored = opened.engine.get(Table::Audit, rows::HEAD)?;
    let read =
        |value: Value| Head::from_bytes(&value).ok_or_else(|| damaged("the audit trail's end"));
    stored.map(read).transpose()
}

fn rows_of(commit: Commit, moved: &[Seq]) -> Vec<Row> {
    let mut all: Vec<Row> = Vec::new();
    all.extend(
        moved
            .iter()
            .map(|first| (Table::Audit, rows::behind(*first), None)),
    );
    all.extend(Behind::row(&commit.leaves));
    for leaf in commit.leaves {
        all.push((
            Table::AuditLeaves,
            rows::leaf(leaf.seq),
            Some(Value::from(&*leaf.bytes)),
        ));
    }
    for removal in commit.removals {
        all.push((Table::AuditLeaves, rows::leaf(removal.seq), None));
        for posting in removal.postings {
            all.push((
                Table::AuditPostings,
                rows::posting(posting, removal.seq),
                None,
            ));
        }
    }
    for (node, hash) in commit.nodes {
        all.push((Table::Audit, rows::node(node), Some(Value::from(hash))));
    }
    // Of several writes to one row the last counts: no key may come twice.
    let beside: std::collections::BTreeMap<_, _> = commit.rows.into_iter().collect();
    for (key, row) in beside {
        let value = row.map(|row| Value::from(&*row));
        all.push((Table::Audit, rows::row(key), value));
    }
    if let Some(checkpoint) = commit.checkpoint {
        let value = Value::from(checkpoint.note.as_bytes());
        all.push((Table::Audit, rows::checkpoint(checkpoint.size), Some(value)));
    }
    let head = Value::from(commit.head.to_bytes());
    all.push((Table::Audit, Key::from(rows::HEAD), Some(head)));
    all
}

fn checkpoint_of(key: &[u8], value: &[u8]) -> Result<StoredCheckpoint, StoreError> {
    let size = rows::number_of(key);
    let note = std::str::from_utf8(value).ok();
    match (size, note) {
        (Some(size), Some(note)) => Ok(StoredCheckpoint {
            size,
            note: note.to_owned(),
        }),
        _ => Err(damaged("a checkpoint of the audit trail")),
    }
}

fn seq_of(key: &[u8]) -> Result<Seq, StoreError> {
    let seq = rows::number_of(key).map(Seq);
    seq.ok_or_else(|| damaged("a key of the audit trail"))
}
