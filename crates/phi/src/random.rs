//! Random bytes, from the cryptographic module's generator only.

/// The random generator gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system's random generator failed; nothing can be sealed until the host is repaired")]
pub struct RandomError;

/// Fills `bytes` with random.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), RandomError> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| RandomError)
}
