//! The plain model of the store of the audit trail: maps and one lock.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use wardline_audit::model::Seq;
use wardline_audit::port::{
    AuditStore, Commit, Committed, Head, Posting, RowKey, RowKind, StoredCheckpoint,
};
use wardline_audit::tree::{Hash, NodeId};
use wardline_kernel::StoreError;

/// A trail in memory. Clones share what is stored.
#[derive(Clone, Default)]
pub struct MemoryAudit(Arc<Mutex<Kept>>);

/// What is stored, for tests that alter it as an intruder would.
#[derive(Clone, Default)]
pub struct Kept {
    /// Leaves by their places.
    pub leaves: BTreeMap<Seq, Bytes>,
    /// What leaves are found by.
    pub postings: BTreeSet<(Posting, Seq)>,
    /// Roots of perfect subtrees.
    pub nodes: BTreeMap<NodeId, Hash>,
    /// What the trail ends with.
    pub head: Option<Head>,
    /// Checkpoints by size.
    pub checkpoints: BTreeMap<u64, String>,
    /// Rows beside the trail.
    pub rows: BTreeMap<RowKey, Bytes>,
    /// Every commit fails with this.
    pub fails_with: Option<StoreError>,
    /// Commits that were done.
    pub commits: usize,
}

impl MemoryAudit {
    /// What is stored.
    pub fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl AuditStore for MemoryAudit {
    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        let mut kept = self.kept();
        if let Some(error) = &kept.fails_with {
            return Err(error.clone());
        }
        let size = kept.head.as_ref().map_or(0, |head| head.tree.size());
        if size != commit.expected_size {
            return Ok(Committed::Conflict { size });
        }
        for leaf in commit.leaves {
            let postings = leaf.postings.into_iter();
            kept.postings
                .extend(postings.map(|posting| (posting, leaf.seq)));
            kept.leaves.insert(leaf.seq, leaf.bytes);
        }
        for removal in commit.removals {
            kept.leaves.remove(&removal.seq);
            for posting in removal.postings {
                kept.postings.remove(&(posting, removal.seq));
            }
        }
        kept.nodes.extend(commit.nodes);
        for (key, row) in commit.rows {
            match row {
                Some(row) => kept.rows.insert(key, row),
                None => kept.rows.remove(&key),
            };
        }
        if let Some(checkpoint) = commit.checkpoint {
            kept.checkpoints.insert(checkpoint.size, checkpoint.note);
        }
        kept.head = Some(commit.head);
        kept.commits += 1;
        Ok(Committed::Done)
    }

    async fn head(&self) -> Result<Option<Head>, StoreError> {
        Ok(self.kept().head.clone())
    }

    async fn leaves(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Bytes)>, StoreError> {
        let kept = self.kept();
        let leaves = kept.leaves.range(from..).take(limit);
        Ok(leaves.map(|(seq, bytes)| (*seq, bytes.clone())).collect())
    }

    async fn postings(
        &self,
        posting: Posting,
        range: Range<Seq>,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError> {
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        let kept = self.kept();
        let found = kept
            .postings
            .range((posting, range.start)..(posting, range.end));
        let found = found.map(|(_, seq)| *seq);
        Ok(if newest_first {
            found.rev().take(limit).collect()
        } else {
            found.take(limit).collect()
        })
    }

    async fn node(&self, node: NodeId) -> Result<Option<Hash>, StoreError> {
        Ok(self.kept().nodes.get(&node).copied())
    }

    async fn checkpoints(
        &self,
        beyond: u64,
        limit: usize,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        let kept = self.kept();
        let found = kept.checkpoints.range(beyond.saturating_add(1)..);
        Ok(found
            .take(limit)
            .map(|(size, note)| StoredCheckpoint {
                size: *size,
                note: note.clone(),
            })
            .collect())
    }

    async fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreError> {
        let kept = self.kept();
        let last = kept.checkpoints.last_key_value();
        Ok(last.map(|(size, note)| StoredCheckpoint {
            size: *size,
            note: note.clone(),
        }))
    }

    async fn row(&self, key: RowKey) -> Result<Option<Bytes>, StoreError> {
        Ok(self.kept().rows.get(&key).cloned())
    }

    async fn rows(
        &self,
        kind: RowKind,
        after: Option<RowKey>,
        limit: usize,
    ) -> Result<Vec<(RowKey, Bytes)>, StoreError> {
        let kept = self.kept();
        let rows = kept.rows.iter();
        let rows = rows.filter(|(key, _)| key.kind() == kind && after < Some(**key));
        Ok(rows
            .take(limit)
            .map(|(key, row)| (*key, row.clone()))
            .collect())
    }
}
