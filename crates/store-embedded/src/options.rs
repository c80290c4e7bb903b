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
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cache_bytes: 32 * MIB,
            reserve_bytes: 256 * MIB,
        }
    }
}

const MIB: u64 = 1024 * 1024;
