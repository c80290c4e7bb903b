//! A growing tree by its right edge: the roots of its perfect subtrees, which is all that the next leaf needs.

use super::{Hash, node_hash, sha256};

/// A perfect subtree: the `index`th from the left of those over `2^level` leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId {
    /// 0 for a leaf.
    pub level: u8,
    /// Counted from 0.
    pub index: u64,
}

/// The tree over the first `size` leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompactRange {
    size: u64,
    /// The largest, leftmost one first; one for each bit of `size`.
    peaks: Vec<Hash>,
}

impl CompactRange {
    /// The tree of `size` leaves whose perfect subtrees, largest first, have these roots. `None` when there are not
    /// as many as such a tree has.
    pub fn of(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        let expected = usize::try_from(size.count_ones()).ok()?;
        (peaks.len() == expected).then_some(Self { size, peaks })
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the perfect subtrees, largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Adds a leaf, and tells each perfect subtree that it completes.
    pub fn push(&mut self, leaf: Hash, completed: impl FnMut(NodeId, Hash)) {
        // A leaf fits behind any tree.
        let _fits = self.push_subtree(0, leaf, completed);
    }

    /// Adds a perfect subtree over `2^level` leaves. `false`, and nothing is added, when the tree does not end where
    /// such a subtree begins.
    pub fn push_subtree(
        &mut self,
        level: u8,
        root: Hash,
        mut completed: impl FnMut(NodeId, Hash),
    ) -> bool {
        let Some(leaves) = 1_u64.checked_shl(u32::from(level)) else {
            return false;
        };
        if !self.size.is_multiple_of(leaves) {
            return false;
        }
        let mut node = NodeId {
            level,
            index: self.size / leaves,
        };
        let mut hash = root;
        completed(node, hash);
        while node.index % 2 == 1
            && let Some(left) = self.peaks.pop()
        {
            hash = node_hash(&left, &hash);
            node = NodeId {
                level: node.level + 1,
                index: node.index / 2,
            };
            completed(node, hash);
        }
        self.peaks.push(hash);
        self.size += leaves;
        true
    }

    /// The root of the tree; of an empty one the hash of nothing (RFC 9162 §2.1.1).
    pub fn root(&self) -> Hash {
        let mut from_right = self.peaks.iter().rev();
        let Some(last) = from_right.next() else {
            return sha256(&[]);
        };
        from_right.fold(*last, |right, left| node_hash(left, &right))
    }
}
