//! Why an operation was not done.

use wardline_phi::KeyRingError;

use crate::model::{JobId, MessageId, Queue};
use crate::port::StoreError;

/// Why an operation was not done. Holds no PHI.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// There is no such message.
    #[error("there is no message {0}")]
    NoSuchMessage(MessageId),
    /// There is no such channel.
    #[error("there is no channel `{0}`")]
    NoSuchChannel(String),
    /// There is no such destination.
    #[error("there is no destination `{0}`")]
    NoSuchDestination(String),
    /// There is no such job.
    #[error("there is no job {0}")]
    NoSuchJob(JobId),
    /// The message is not a dead letter there.
    #[error(
        "message {id} is no dead letter at `{queue}`; it may have been retried or discarded meanwhile"
    )]
    NotDead {
        /// The message.
        id: MessageId,
        /// The destination.
        queue: Queue,
    },
    /// The message does not wait there, or is on its way now.
    #[error("message {id} does not wait at `{queue}`, or is being sent now; try again in a moment")]
    NotWaiting {
        /// The message.
        id: MessageId,
        /// The destination.
        queue: Queue,
    },
    /// What was asked cannot be done as asked.
    #[error("{0}")]
    Invalid(String),
    /// The message's stored bytes do not open.
    #[error("message {0} cannot be opened: its key is missing or the store was altered")]
    Sealed(MessageId),
    /// Too much is waiting to be written.
    #[error("too much is waiting to be written; try again in a moment")]
    Overloaded,
    /// As many jobs run or wait as may.
    #[error("{max} jobs run or wait, as many as may: cancel one, or wait until one has ended")]
    TooManyJobs {
        /// How many may.
        max: usize,
    },
    /// What a job does now takes too long to wait for.
    #[error(
        "what a job does now takes long: ask again, and see whether the store and the key service answer"
    )]
    JobsBusy,
    /// The service is stopping.
    #[error("the service is stopping")]
    Stopping,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A data key cannot be had: the key service is away or refuses, or the key store failed.
    #[error("a data key is not available: {0}")]
    Key(#[from] KeyRingError),
}
