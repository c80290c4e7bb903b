//! The store of identities and emergency accesses: rows that are compared and set, and what finds them.
//!
//! Whether a put is taken is decided by the store's one writer, right before it writes: of puts made side by side each
//! sees what the one before it left, whether or not whoever asked is still there. `rows` says what stands on disk.

mod port;
mod rows;
mod writing;

pub(crate) use writing::{Decided, decide};
