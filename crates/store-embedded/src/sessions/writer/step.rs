//! One change that is asked for, and who waits for its answer.

use tokio::sync::oneshot;
use wardline_kernel::{StoreError, UnixMillis};
use wardline_phi::Token;
use wardline_sessions::model::SessionId;
use wardline_sessions::port::{Change, Changed, CreateLimits, Created, Ended, NewSession};

/// Where an answer goes.
pub(in crate::sessions) type Answering<T> = oneshot::Sender<Result<T, StoreError>>;

/// A change, and the caller's time.
pub(in crate::sessions) struct Step {
    pub(super) now: UnixMillis,
    pub(super) asked: Asked,
}

impl Step {
    pub(in crate::sessions) fn new(asked: Asked, now: UnixMillis) -> Self {
        Self { now, asked }
    }
}

/// What is to be changed.
pub(in crate::sessions) enum Asked {
    Create {
        session: Box<NewSession>,
        limits: CreateLimits,
        answer: Answering<Created>,
    },
    Change {
        id: SessionId,
        change: Change,
        answer: Answering<Changed>,
    },
    End {
        id: SessionId,
        answer: Answering<Option<Ended>>,
    },
    EndUser {
        user: Token,
        answer: Answering<Vec<Ended>>,
    },
}
