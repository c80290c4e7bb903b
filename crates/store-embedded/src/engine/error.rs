//! What the engine's errors mean to messaging.

use wardline_messaging::port::StoreError;

use crate::error::{damaged, from_io};

/// Why a batch was not written.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// This batch failed.
    Failed(StoreError),
    /// The engine had stopped before, as one of its own threads could not write: most often for want of room.
    Stopped,
}

impl WriteError {
    pub(super) fn of(error: &fjall::Error) -> Self {
        match error {
            fjall::Error::Poisoned => Self::Stopped,
            other => Self::Failed(told(other, "writing to the journal")),
        }
    }

    pub(crate) fn told(self) -> StoreError {
        match self {
            Self::Failed(error) => error,
            Self::Stopped => {
                let why = "the engine stopped, as writing in the background failed";
                StoreError::Unavailable(why.to_owned())
            }
        }
    }
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

pub(super) fn told(error: &fjall::Error, doing: &str) -> StoreError {
    match error {
        fjall::Error::Io(io) | fjall::Error::Storage(fjall::LsmError::Io(io)) => from_io(io, doing),
        fjall::Error::Storage(fjall::LsmError::ChecksumMismatch { .. }) => {
            damaged(&format!("{doing}: a table file's checksum does not match"))
        }
        fjall::Error::Storage(inner) => damaged(&format!(
            "{doing}: a table file is not readable ({inner:?})"
        )),
        fjall::Error::JournalRecovery(inner) => {
            damaged(&format!("{doing}: the journal ({inner:?})"))
        }
        fjall::Error::Unrecoverable => damaged(&format!("{doing}: the list of table files")),
        fjall::Error::InvalidVersion(_)
        | fjall::Error::Decompress(_)
        | fjall::Error::InvalidTrailer
        | fjall::Error::InvalidTag(_) => damaged(&format!("{doing}: {error:?}")),
        other => StoreError::Unavailable(format!("{doing}: {other:?}")),
    }
}
