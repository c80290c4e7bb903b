//! The store of messages, under one tag: a batch of the ledger is whole across all channels, and the ledger is one
//! writer, under a lease.
//!
//! `keys` says what stands in Redis, `draft` turns a batch into one commit, `read` reads what is named, `search` finds
//! messages without reading all of them.

mod draft;
mod keys;
mod names;
mod port;
mod read;
mod search;

use std::sync::Mutex;

use wardline_kernel::StoreError;

use crate::commit::Writer;
use crate::lease::Lease;
use crate::redis_handle::Redis;
use crate::tag::Tag;
use names::Names;

/// Bytes of a message at most. It is one value, which servers take up to 512 MB; what limits it is that it goes whole to
/// replicas (`client-output-buffer-limit replica`, 256 MB) and comes back whole (`normal`), beside everything else.
pub const MAX_MESSAGE_BYTES: usize = 64 << 20;

/// Messages on Redis. There is one writer: the holder of the lease of [`RedisMessages::tag`].
#[derive(Debug)]
pub struct RedisMessages {
    redis: Redis,
    writer: Writer,
    /// Names that are stored.
    names: Mutex<Names>,
}

impl RedisMessages {
    /// The tag whose lease the writer holds.
    pub fn tag() -> Tag {
        Tag::new("m")
    }

    /// Opens the store for the holder of the lease.
    ///
    /// # Errors
    /// Redis does not answer, or what it holds cannot be read.
    pub async fn open(lease: Lease) -> Result<Self, StoreError> {
        let redis = lease.redis().clone();
        let names = Names::read(&redis, lease.tag()).await?;
        Ok(Self {
            writer: Writer::new(lease),
            names: Mutex::new(names),
            redis,
        })
    }
}
