//! Why something was not recorded, and why an operation was not done.

use wardline_kernel::StoreError;

use crate::model::{EventError, Seq};

/// A key cannot be had.
#[derive(Clone, Debug, thiserror::Error)]
#[error("keys: {0}")]
pub struct KeyFailure(String);

impl KeyFailure {
    pub(crate) fn of(error: &dyn std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// The event is **not** known to be in the trail. Whoever gets this refuses the access: nothing of a patient leaves,
/// nothing is changed. (The event may be in the trail all the same; it then tells of an access that was refused.)
#[derive(Clone, Debug, thiserror::Error)]
pub enum NotRecorded {
    /// It is beyond a limit.
    #[error(transparent)]
    Event(#[from] EventError),
    /// More was told at once than is taken.
    #[error("at most {0} events are recorded in one call")]
    TooMany(usize),
    /// Too many are waiting.
    #[error("the audit trail does not keep up: the access is refused, try again")]
    Overloaded,
    /// The trail is closed.
    #[error("the audit trail is closed: the access is refused until the service is started again")]
    Closed,
    /// The store did not take it.
    #[error("the audit trail cannot be written, so the access is refused: {0}")]
    Store(#[from] StoreError),
    /// It could not be sealed.
    #[error("the audit trail cannot be sealed, so the access is refused: {0}")]
    Key(#[from] KeyFailure),
}

/// Why an operation on the trail was not done.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// Reading the trail is recorded as well, and that failed.
    #[error(transparent)]
    NotRecorded(#[from] NotRecorded),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key cannot be had.
    #[error(transparent)]
    Key(#[from] KeyFailure),
    /// There is no such record.
    #[error("there is no record {0} in the trail; it has {1} records")]
    NoSuchRecord(Seq, u64),
    /// The record was archived and dropped.
    #[error(
        "record {0} was archived and is kept here no more: read it from the archive of its segment"
    )]
    Dropped(Seq),
    /// A size that the trail has not, or not yet.
    #[error("the trail has {size} records: ask for sizes from 1 to {size}, the smaller one first")]
    Size {
        /// Records in it.
        size: u64,
    },
    /// More was asked for at once than is allowed.
    #[error("{field}: at most {max} at once")]
    TooMany {
        /// Of what.
        field: &'static str,
        /// The limit.
        max: usize,
    },
    /// What the trail holds is not what was written.
    #[error("record {0} does not open or read: run the verification of the trail")]
    Damaged(Seq),
    /// There is no such alert, hold or segment.
    #[error("there is no {0} of this number")]
    NoSuch(&'static str),
    /// It cannot be done in the state that it is in.
    #[error("{0}")]
    State(&'static str),
    /// The archive did not take or give a file.
    #[error("the archive: {0}")]
    Archive(#[from] std::io::Error),
}
