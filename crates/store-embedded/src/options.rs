//! What can be set.

/// How much the store may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Memory for blocks read from disk, in bytes, shared by all tables.
    pub cache_bytes: u64,
    /// Room kept free on the disk, in bytes. A batch that stores a message is refused as `Full` when less
    /// would be left; batches that only move or remove messages go on down to a quarter of it, so that the
    /// store can be drained. The engine needs this room itself, to merge its files.
    pub reserve_bytes: u64,
    /// Index entries (search tokens, lists, control ids) that are held in memory before they are brought into
    /// their tables together. Some six come with a message, some thirty bytes each; twice as many may be held. The same number of entries is held
    /// of the audit trail, of which three come with a record.
    pub index_at_once: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cache_bytes: 32 * MIB,
            reserve_bytes: 256 * MIB,
            index_at_once: 320 * 1024,
        }
    }
}

const MIB: u64 = 1024 * 1024;
