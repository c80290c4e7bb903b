//! Why something was not done.

use wardline_kernel::StoreError;
use wardline_phi::KeyRingError;

use crate::port::RecordError;

/// The random generator gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system's random generator failed; nobody can be let in until the host is repaired")]
pub struct RandomFailed;

/// Why something was not done. Holds no PHI and no secret.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is none with this id.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Another user signs in with this name.
    #[error("another user signs in with this name: choose another one")]
    LoginTaken,
    /// A value cannot be taken.
    #[error("{field}: expected {expected}")]
    Value {
        /// Of what.
        field: &'static str,
        /// What is accepted.
        expected: &'static str,
    },
    /// A user in these roles could give itself rights over patients' data.
    #[error("security_admin cannot be joined with another role: make two users")]
    RolesApart,
    /// Somebody else changed it meanwhile, again and again.
    #[error("it was changed by somebody else meanwhile: read it again, then repeat the change")]
    Conflict,
    /// More is being asked for than can be worked off.
    #[error("too many sign-ins at once: try again in a moment")]
    Busy,
    /// The change is not what was authorised.
    #[error("this was not authorised: ask the guard for the right to change it")]
    NotAuthorised,
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The trail did not take it, so it was not done.
    #[error(transparent)]
    Unrecorded(#[from] RecordError),
    /// A key cannot be had.
    #[error("keys: {0}")]
    Key(String),
    /// A key cannot be had now, as the key service is away.
    #[error("keys: {0}; repeat it when the key service is back")]
    KeyServiceUnavailable(KeyRingError),
    /// What is sealed does not open.
    #[error("what is sealed of {0} does not open: it was altered, moved, or its key is gone")]
    Sealed(&'static str),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomFailed),
}
