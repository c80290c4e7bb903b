//! The store of the audit trail of one node, under a tag of its own and one writer, who holds the lease.
//!
//! `rows` says what stands in Redis.

mod port;
mod rows;

use crate::commit::Writer;
use crate::lease::Lease;
use crate::tag::Tag;

/// The audit trail of a node on Redis. There is one writer: the holder of the lease of [`RedisAudit::tag`].
#[derive(Debug)]
pub struct RedisAudit {
    writer: Writer,
}

impl RedisAudit {
    /// The tag whose lease the writer of a node's trail holds.
    pub fn tag(node: &str) -> Tag {
        Tag::new(format!("a:{node}"))
    }

    /// Opens the trail for the holder of the lease.
    pub fn open(lease: Lease) -> Self {
        Self {
            writer: Writer::new(lease),
        }
    }
}
