//! Why an operation was not done.

use wardline_kernel::StoreError;
use wardline_phi::KeyRingError;

use crate::model::{FactError, NameError, RoleName, SessionId};

/// Why an operation was not done. Holds no PHI and no secret.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// There is no such session, or it has ended.
    #[error("there is no live session {0}; it may have ended meanwhile")]
    NoSuchSession(SessionId),
    /// The role is not configured, so nothing is known of what it may.
    #[error("there is no role `{0}`: add it to the configuration, or name one that is there")]
    NoSuchRole(RoleName),
    /// A fact is too long or malformed.
    #[error(transparent)]
    Fact(#[from] FactError),
    /// A name is malformed.
    #[error("{field}: {source}")]
    Name {
        /// Of what.
        field: &'static str,
        /// What is wrong.
        source: NameError,
    },
    /// A limit was asked for that is not shorter than the role's.
    #[error("{field}: the role allows 1 to {max_seconds} seconds")]
    Limit {
        /// Which limit.
        field: &'static str,
        /// The role's own limit.
        max_seconds: u64,
    },
    /// The user has as many sessions as are allowed, and new ones are refused.
    #[error("the user has {live} live sessions, as many as the role allows: end one of them first")]
    TooManySessions {
        /// How many there are.
        live: u32,
    },
    /// There are as many sessions as may be.
    #[error("there are as many live sessions as the configuration allows")]
    Full,
    /// The session is locked.
    #[error("session {0} is locked: unlock it first")]
    Locked(SessionId),
    /// Somebody else changed the session meanwhile.
    #[error("session {id} is of version {version} now: read it again, then repeat the change")]
    Conflict {
        /// Which.
        id: SessionId,
        /// Its version.
        version: u32,
    },
    /// More was asked for at once than is allowed.
    #[error("{field}: at most {max} at once")]
    TooMany {
        /// Of what.
        field: &'static str,
        /// The limit.
        max: usize,
    },
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key service does not answer, and the key that is needed is not held: waiting may help.
    #[error("keys: {0}")]
    KeyServiceUnavailable(KeyRingError),
    /// A key cannot be had.
    #[error("keys: {0}")]
    Key(String),
    /// What is sealed does not open: it was altered, moved, or its key is gone.
    #[error("what is sealed of session {0} does not open; see the runbook of the embedded store")]
    Sealed(SessionId),
}
