//! What is wrong with a trail, and where.

use crate::model::Seq;

/// The first thing that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {fault}", place(*.from, *.through))]
pub struct Finding {
    /// The first record that is bad, or may be.
    pub from: Seq,
    /// The last one that may be the first bad one; the same, when it is known exactly.
    pub through: Seq,
    /// What is wrong.
    pub fault: Fault,
}

fn place(from: Seq, through: Seq) -> String {
    if from == through {
        format!("record {from}")
    } else {
        format!("records {from} to {through}")
    }
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The record is not there.
    #[error("removed: it is not there")]
    Missing,
    /// The records from here on are not there, but were signed.
    #[error("the end was cut off: a checkpoint signed {signed} records")]
    Truncated {
        /// How many were signed.
        signed: u64,
    },
    /// The bytes are no record.
    #[error("altered: its bytes are no record")]
    Unreadable,
    /// Its content is not the one that the record after it was chained to.
    #[error("altered: the record after it was chained to other content")]
    Altered,
    /// It stands at another place than it was recorded at.
    #[error("moved or added: it was recorded as record {says}")]
    Misplaced {
        /// Where it was recorded.
        says: Seq,
    },
    /// It is beyond the end that the trail was committed with.
    #[error("added: the trail ends before it")]
    Added,
    /// Its time lies before that of the record before it.
    #[error(
        "its time lies before the time of the record before it: the clock was set back, or it was added later"
    )]
    ClockBack,
    /// The records are not those that were signed.
    #[error(
        "altered after it was signed: the root of {size} records is another one than was signed"
    )]
    Root {
        /// The checkpoint's size.
        size: u64,
    },
    /// There are two signed histories.
    #[error("forked: another history of {size} records was signed as well")]
    Fork {
        /// The size of both checkpoints.
        size: u64,
    },
    /// A checkpoint is not signed by a known key.
    #[error("the checkpoint of {size} records is not signed by a known key, or was altered")]
    Signature {
        /// The checkpoint's size.
        size: u64,
    },
    /// What the store keeps of the tree is not the tree of its records.
    #[error("a hash that is kept of the tree is not that of these records")]
    Node,
    /// A segment's manifest does not fit its file.
    #[error("the manifest of the archived segment does not fit its file, or was altered")]
    Manifest,
    /// What the store keeps of the trail's end is not the end of its records.
    #[error("what is kept of the trail's end is not the end of its records")]
    Head,
}
