//! What a writer was told.

use std::collections::BTreeMap;

use wardline_store_redis::Tag;

use super::Pattern;

/// One write, from its first attempt to its acknowledgement.
#[derive(Clone, Copy, Debug)]
pub(in crate::drill) struct Write {
    /// The writer's own count, from 1.
    pub(in crate::drill) sequence: u64,
    /// When it was first tried, in milliseconds from the start.
    pub(in crate::drill) began_ms: u64,
    /// When it was acknowledged; never, when the traffic ended before.
    pub(in crate::drill) acknowledged_ms: Option<u64>,
}

/// Everything that one writer was told.
#[derive(Clone, Debug)]
pub(in crate::drill) struct Journal {
    pub(in crate::drill) pattern: Pattern,
    /// The hash tag of its keys.
    pub(in crate::drill) tag: Tag,
    pub(in crate::drill) writes: Vec<Write>,
    /// Attempts that were not acknowledged, by what was said.
    pub(in crate::drill) failures: BTreeMap<String, u64>,
}

impl Journal {
    /// A journal with nothing in it.
    pub(super) fn new(pattern: Pattern, tag: Tag) -> Self {
        Self {
            pattern,
            tag,
            writes: Vec::new(),
            failures: BTreeMap::new(),
        }
    }

    /// The key of a write that has its own.
    pub(in crate::drill) fn key(&self, sequence: u64) -> String {
        format!("wl:{{{}}}:{sequence}", self.tag)
    }

    /// The log that a writer of messages appends to.
    pub(in crate::drill) fn log(&self) -> String {
        format!("wl:{{{}}}:log", self.tag)
    }
}
