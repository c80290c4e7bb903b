//! The store of the audit trail of one node, under a tag of its own and one writer, who holds the lease.
//!
//! Leaves and checkpoints are put down by commands that overwrite nothing: so the trail can be written by a user on the servers
//! that may do no more (role `audit` of an estate). The tree's hashes follow from the leaves.
//!
//! `rows` says what stands in Redis.

mod port;
mod rows;

use wardline_kernel::StoreError;

use crate::commit::{HEAD, Writer};
use crate::fields::field;
use crate::lease::Lease;
use crate::redis_handle::Redis;
use crate::tag::Tag;

/// The audit trail of a node on Redis. There is one writer: the holder of the lease of [`RedisAudit::tag`].
#[derive(Debug)]
pub struct RedisAudit {
    writer: Writer,
    only_appends: bool,
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
            only_appends: false,
        }
    }

    /// The same for a user on the servers that may append to a trail and not remove from it: a removal is refused here,
    /// before the server would refuse it in the middle of a commit.
    pub fn appending(lease: Lease) -> Self {
        Self {
            only_appends: true,
            ..Self::open(lease)
        }
    }

    /// Whether the user of this connection may read the trail of a node.
    ///
    /// # Errors
    /// What the server says to somebody who may not, or that there is none.
    pub async fn may_read(redis: &Redis, node: &str) -> Result<(), StoreError> {
        let tag = Self::tag(node);
        let key = tag.key(HEAD);
        field(redis, (&tag, &key), b"fence").await?;
        Ok(())
    }
}
