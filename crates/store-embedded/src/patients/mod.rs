//! The store of patients' records: heads, versions, what finds them; and the ledger of erasures, a file apart.
//!
//! Whether a change is made is decided by the store's one writer, right before it writes: of changes made side by side
//! each sees what the one before it left, whether or not whoever asked is still there. `rows` says what stands on disk.

mod ledger;
mod port;
mod rows;
mod writing;

pub use ledger::ErasureFile;
pub(crate) use writing::{Change, Decided, decide};
