//! Proofs: that a record is in the trail, and that one trail is the beginning of another.

use std::ops::Range;

use crate::error::OperationError;
use crate::model::Seq;
use crate::port::{SEGMENT_LEAVES, SEGMENT_LEVEL};
use crate::service::Audit;
use crate::tree::{CompactRange, Hash, NodeId, consistency_path, inclusion_path, leaf_hash};

/// Proof that a record is in the trail of `size` records (RFC 9162 §2.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// The record.
    pub seq: Seq,
    /// The hash of its leaf.
    pub leaf: Hash,
    /// Records in the tree.
    pub size: u64,
    /// The hashes, from the bottom up.
    pub path: Vec<Hash>,
}

impl Audit {
    /// Proves that a record is in the trail of `size` records, so against the root in a checkpoint of that size.
    ///
    /// # Errors
    /// There is no such record or size, its segment was dropped, or the store failed.
    pub async fn prove_inclusion(
        &self,
        seq: Seq,
        size: u64,
    ) -> Result<InclusionProof, OperationError> {
        let known = self.size().await?;
        let path = inclusion_path(seq.0, size).filter(|_| size <= known);
        let path = path.ok_or(OperationError::NoSuchRecord(seq, size.min(known)))?;
        let leaf = self.subtree(seq.0..seq.0 + 1).await?;
        Ok(InclusionProof {
            seq,
            leaf,
            size,
            path: self.hashes(path).await?,
        })
    }

    /// Proves that the trail of `old` records is the beginning of the trail of `new` records (RFC 9162 §2.1.4).
    ///
    /// # Errors
    /// There are no such sizes, a segment that is needed was dropped, or the store failed.
    pub async fn prove_consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, OperationError> {
        let size = self.size().await?;
        let path = consistency_path(old, new).filter(|_| new <= size);
        let path = path.ok_or(OperationError::Size { size })?;
        self.hashes(path).await
    }

    pub(super) async fn hashes(&self, path: Vec<Range<u64>>) -> Result<Vec<Hash>, OperationError> {
        let mut hashes = Vec::with_capacity(path.len());
        for range in path {
            hashes.push(self.subtree(range).await?);
        }
        Ok(hashes)
    }

    /// The root of the tree over some leaves, of which the first stands where such a tree may begin: of whole segments
    /// by what is kept of them, else by their leaves.
    pub(crate) async fn subtree(&self, leaves: Range<u64>) -> Result<Hash, OperationError> {
        let mut tree = CompactRange::default();
        let mut at = leaves.start;
        while at < leaves.end {
            let level = u8::try_from((leaves.end - at).ilog2()).unwrap_or(SEGMENT_LEVEL);
            let level = level.min(u8::try_from(at.trailing_zeros()).unwrap_or(u8::MAX));
            if level >= SEGMENT_LEVEL {
                let index = at >> level;
                let root = self.0.store.node(NodeId { level, index }).await?;
                let root = root.ok_or(OperationError::Damaged(Seq(at)))?;
                tree.push_subtree(level, root, |_, _| ());
                at += 1 << level;
            } else {
                let end = leaves.end.min(at - at % SEGMENT_LEAVES + SEGMENT_LEAVES);
                at = self.push_leaves(&mut tree, at..end).await?;
            }
        }
        Ok(tree.root())
    }

    async fn push_leaves(
        &self,
        tree: &mut CompactRange,
        leaves: Range<u64>,
    ) -> Result<u64, OperationError> {
        let count = usize::try_from(leaves.end - leaves.start).unwrap_or(usize::MAX);
        let stored = self.0.store.leaves(Seq(leaves.start), count).await?;
        for (expected, (seq, bytes)) in leaves.clone().zip(&stored) {
            if seq.0 != expected {
                return Err(self.gone(Seq(expected)).await);
            }
            tree.push(leaf_hash(bytes), |_, _| ());
        }
        if stored.len() < count {
            let end = leaves.start + stored.len() as u64;
            return Err(self.gone(Seq(end)).await);
        }
        Ok(leaves.end)
    }

    /// Why a record is not there.
    pub(crate) async fn gone(&self, seq: Seq) -> OperationError {
        match self.segment(seq.0 / SEGMENT_LEAVES).await {
            Ok(Some(segment)) if segment.dropped_at.is_some() => OperationError::Dropped(seq),
            Ok(_) => OperationError::Damaged(seq),
            Err(error) => error,
        }
    }
}
