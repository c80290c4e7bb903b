//! What is put into a store.

use bytes::Bytes;
use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use crate::model::{EventKind, LeafHeader, Seq};
use crate::tree::{CompactRange, Hash, NodeId};

/// A segment is the leaves under one node of this level. Segments are archived and dropped whole; the nodes of this
/// level and above are kept for ever.
pub const SEGMENT_LEVEL: u8 = 12;
/// Leaves of a segment.
pub const SEGMENT_LEAVES: u64 = 1 << SEGMENT_LEVEL;

const HEAD_VERSION: u8 = 1;

/// What the trail ends with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The tree.
    pub tree: CompactRange,
    /// When the last leaf was recorded.
    pub last_at: UnixMillis,
    /// The hash of the last leaf.
    pub last_hash: Hash,
}

impl Head {
    /// As bytes: version, size, time, last hash, the roots of the perfect subtrees.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![HEAD_VERSION];
        bytes.extend(self.tree.size().to_be_bytes());
        bytes.extend(self.last_at.to_be_bytes());
        bytes.extend(self.last_hash);
        bytes.extend(self.tree.peaks().iter().flatten());
        bytes
    }

    /// From bytes; `None` when they are no head.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let (size, rest) = rest.split_first_chunk()?;
        let (last_at, rest) = rest.split_first_chunk()?;
        let (last_hash, rest) = rest.split_first_chunk()?;
        let (peaks, []) = rest.as_chunks::<32>() else {
            return None;
        };
        let tree = CompactRange::of(u64::from_be_bytes(*size), peaks.to_vec())?;
        (*version == HEAD_VERSION).then_some(Self {
            tree,
            last_at: u64::from_be_bytes(*last_at),
            last_hash: *last_hash,
        })
    }
}

/// By what a leaf is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Posting {
    /// By its user.
    User(Token),
    /// By a patient.
    Patient(Token),
    /// By what happened.
    Kind(EventKind),
}

impl Posting {
    /// Everything that a leaf is found by.
    pub fn all_of(header: &LeafHeader) -> Vec<Self> {
        let mut patients = header.patients.clone();
        patients.sort_unstable();
        patients.dedup();
        let mut postings = vec![Self::User(header.user), Self::Kind(header.kind)];
        postings.extend(patients.into_iter().map(Self::Patient));
        postings
    }
}

/// A leaf to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its place.
    pub seq: Seq,
    /// Its bytes.
    pub bytes: Bytes,
    /// What it is found by; each once.
    pub postings: Vec<Posting>,
}

/// A leaf to remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// Its place.
    pub seq: Seq,
    /// What it was found by.
    pub postings: Vec<Posting>,
}

/// A signed checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Records in it.
    pub size: u64,
    /// The note.
    pub note: String,
}

/// What is kept beside the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// Alerts.
    Alert,
    /// Legal holds.
    Hold,
    /// What became of segments.
    Segment,
}

/// The key of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKey {
    /// An alert: its day, then what makes it the one of that day.
    Alert([u8; 16]),
    /// A legal hold: the record with which it began.
    Hold(u64),
    /// A segment, counted from 0.
    Segment(u64),
}

impl RowKey {
    /// Of which kind.
    pub fn kind(self) -> RowKind {
        match self {
            Self::Alert(_) => RowKind::Alert,
            Self::Hold(_) => RowKind::Hold,
            Self::Segment(_) => RowKind::Segment,
        }
    }
}

/// Everything that is written in one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// How many leaves there must be.
    pub expected_size: u64,
    /// Leaves to add, in order.
    pub leaves: Vec<Leaf>,
    /// Perfect subtrees from [`SEGMENT_LEVEL`] up that they complete.
    pub nodes: Vec<(NodeId, Hash)>,
    /// What the trail ends with then.
    pub head: Head,
    /// A checkpoint of it.
    pub checkpoint: Option<StoredCheckpoint>,
    /// Rows to put, or with `None` to remove.
    pub rows: Vec<(RowKey, Option<Bytes>)>,
    /// Leaves to remove.
    pub removals: Vec<Removal>,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is durable.
    Done,
    /// Somebody else wrote: there are so many leaves.
    Conflict {
        /// How many.
        size: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_reads_back_and_no_other_bytes_do() {
        let mut tree = CompactRange::default();
        (0..11).for_each(|n| tree.push([n; 32], |_, _| ()));
        let head = Head {
            tree,
            last_at: 7,
            last_hash: [9; 32],
        };

        let bytes = head.to_bytes();

        assert_eq!(Head::from_bytes(&bytes), Some(head));
        for length in 0..bytes.len() {
            assert_eq!(Head::from_bytes(&bytes[..length]), None);
        }
        let longer = [&bytes[..], &[0; 32]].concat();
        assert_eq!(Head::from_bytes(&longer), None);
    }
}
