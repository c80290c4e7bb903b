//! Why an operation was not done.

use wardline_kernel::StoreError;
use wardline_phi::{KeyRingError, RandomError, SealError};

use crate::model::{ChangeError, PatientId};

/// Why an operation was not done. Holds no PHI and no secret.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// There is no such record, or it is erased.
    #[error("there is no such record")]
    NotFound,
    /// It is of another version.
    #[error("the record is of version {version} now: read it again, then repeat the change")]
    Conflict {
        /// Its version.
        version: u64,
    },
    /// The record was merged into another.
    #[error("the record was merged into another one: change that one")]
    Merged {
        /// The other one.
        into: PatientId,
    },
    /// Another record has a record number.
    #[error(
        "another record has this medical record number: search for it, and merge if it is one patient"
    )]
    NumberTaken {
        /// Which record.
        by: PatientId,
    },
    /// A legal hold forbids it.
    #[error("the record is under a legal hold: release it first")]
    Held,
    /// It is not under a legal hold.
    #[error("the record is under no legal hold")]
    NotHeld,
    /// An extension is declared with another data type than it has.
    #[error("the extension field is of another data type in this record")]
    OtherType,
    /// There is no such value to label or to change.
    #[error("the record has no such note or labelled value")]
    NoSuchValue,
    /// The change cannot be taken.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// A value cannot be taken.
    #[error("{field}: expected {expected}")]
    Value {
        /// Of what.
        field: &'static str,
        /// What is accepted.
        expected: &'static str,
    },
    /// A limit of the record is reached.
    #[error("a record has at most {max} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// What is stored is not what was written.
    #[error(
        "what is stored of the record was altered, moved or put back from an older version: nothing of it is given out"
    )]
    Damaged,
    /// The ledger of erasures is not what was written.
    #[error(
        "the ledger of erasures was altered: restore it from its copy before records are served"
    )]
    LedgerDamaged,
    /// A key cannot be had.
    #[error(transparent)]
    Key(#[from] KeyRingError),
    /// A value was not sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The store or the ledger did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The process ends.
    #[error("the work was cut short: the process is stopping")]
    CutShort,
}
