//! The store of the audit trail: records, what finds them, and the little that is kept beside.
//!
//! Every commit is one synced batch of the engine: what a kill or a loss of power cuts short is cut off its journal
//! whole, so the trail never ends within a commit. `rows` says what stands on disk,
//! `behind` holds what the table of postings does not have yet.

mod behind;
mod port;
mod rows;

pub(crate) use behind::Behind;
