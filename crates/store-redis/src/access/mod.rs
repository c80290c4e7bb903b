//! The store of identities and emergency accesses, under one tag: rows that are compared and set, and what finds them.
//!
//! There is no lease: whoever comes with the version that there is may write, from any instance. `rows` says what stands
//! in Redis.

mod port;
mod rows;

use crate::redis_handle::Redis;
use crate::tag::Tag;

/// Identities and emergency accesses on Redis. Clones are the same.
#[derive(Clone, Debug)]
pub struct RedisAccess {
    redis: Redis,
    tag: Tag,
}

impl RedisAccess {
    /// Those of this Redis.
    pub fn new(redis: &Redis) -> Self {
        Self {
            redis: redis.clone(),
            tag: Tag::new("access"),
        }
    }
}
