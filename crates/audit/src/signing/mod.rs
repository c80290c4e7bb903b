//! Checkpoints: what the trail was at one moment, signed, so that it can be kept elsewhere and held against it.
//!
//! A checkpoint is text in the form of C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint): origin, size and root, a line
//! each, in a signed note (c2sp.org/signed-note) with an Ed25519 signature (RFC 8032). Any program that knows the two
//! pages can check one.

mod checkpoint;
mod key_file;
mod note;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use key_file::{SigningKeyError, SigningKeys};
pub use note::{NoteKey, NoteKeyError};
