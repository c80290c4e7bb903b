//! What the trail needs of the world: a store, cut to the weakest, and a place for archives.

mod archive;
mod store;
mod stored;

pub use archive::{ArchiveStore, FolderArchive};
pub use store::AuditStore;
pub use stored::{
    Commit, Committed, Head, Leaf, Posting, Removal, RowKey, RowKind, SEGMENT_LEAVES,
    SEGMENT_LEVEL, StoredCheckpoint,
};
