//! Errors that several rooms share.

/// The random generator gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system's random generator failed; nobody can be let in until the host is repaired")]
pub struct RandomFailed;
