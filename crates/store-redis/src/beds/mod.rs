//! The store of live beds, under one tag and one writer, who holds the lease.
//!
//! A commit that is `Written` is answered when the master has it; it may be lost with the master. A `Synced` one promises
//! that all before it are there, too: so what was written since the last one is kept here, and when the server's number
//! says that commits are missing, they are sent again first. `rows` says what stands in Redis.

mod port;
mod rows;

use tokio::sync::Mutex;

use crate::commit::{Commit, Number, Writer};
use crate::lease::Lease;
use crate::tag::Tag;

/// Live beds on Redis. There is one writer: the holder of the lease of [`RedisBeds::tag`].
#[derive(Debug)]
pub struct RedisBeds {
    writer: Writer,
    /// Written and not synced, each with its number.
    unsynced: Mutex<Vec<(Number, Commit)>>,
}

impl RedisBeds {
    /// The tag whose lease the writer holds.
    pub fn tag() -> Tag {
        Tag::new("b")
    }

    /// Opens the store for the holder of the lease.
    pub fn open(lease: Lease) -> Self {
        Self {
            writer: Writer::new(lease),
            unsynced: Mutex::new(Vec::new()),
        }
    }
}
