//! What an error of an operation on records is to the caller of the API.

use wardline_kernel::StoreError;
use wardline_patients::OperationError;
use wardline_patients::model::{ChangeError, PathError};

use super::{Code, Problem};

impl From<OperationError> for Problem {
    fn from(error: OperationError) -> Self {
        let code = match &error {
            OperationError::NotFound => Code::NotFound,
            OperationError::Conflict { .. } => Code::VersionConflict,
            OperationError::Merged { .. } => Code::RecordMerged,
            OperationError::NumberTaken { .. } => Code::RecordNumberTaken,
            OperationError::Held | OperationError::NotHeld => Code::LegalHold,
            OperationError::OtherType
            | OperationError::NoSuchValue
            | OperationError::Change(_)
            | OperationError::Value { .. }
            | OperationError::TooMany { .. } => Code::Invalid,
            OperationError::Store(StoreError::Full | StoreError::Unavailable(_)) => {
                Code::StoreUnavailable
            }
            OperationError::Key(error) if error.is_unavailable() => Code::KeyServiceUnavailable,
            OperationError::CutShort => Code::Stopping,
            OperationError::Store(StoreError::Corrupt(_))
            | OperationError::Damaged
            | OperationError::LedgerDamaged
            | OperationError::Key(_)
            | OperationError::Seal(_)
            | OperationError::Random(_) => Code::Unreadable,
        };
        match error {
            OperationError::Change(change) => change.into(),
            OperationError::Value { field, expected } => {
                Self::invalid(field, format!("expected {expected}"))
            }
            OperationError::OtherType | OperationError::NoSuchValue => {
                Self::invalid("set", error.to_string())
            }
            OperationError::TooMany { .. } => Self::new(code).detail(error.to_string()),
            // The code says it all, and no more may be told: of what another record has, for one.
            _ => {
                let is_logged = [
                    Code::Unreadable,
                    Code::StoreUnavailable,
                    Code::KeyServiceUnavailable,
                ];
                if is_logged.contains(&code) {
                    tracing::error!(%error, "an operation on records failed");
                }
                Self::new(code)
            }
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Form { field, expected } => {
                Self::invalid(field, format!("expected {expected}"))
            }
            error => Self::invalid("set", error.to_string()),
        }
    }
}

impl From<PathError> for Problem {
    fn from(error: PathError) -> Self {
        Self::invalid("set", error.to_string())
    }
}
