//! The store of sessions on Redis.
//!
//! Sessions are spread over [`SHARDS`] shards by their random ids; a shard is four keys of one hash tag, so what happens
//! to one session is one call of a function (`functions/sessions.lua` says what the keys hold). A check reads and writes
//! one field of one key. A session is looked at again when it may have ended, not when it is extended: an extension moves
//! nothing but the head.
//!
//! A user's list has another tag. The session goes first, the list second, and only then is anybody told of it. So
//! whatever a caller was told of is on the list, and what is on the list and not in its shard lives no more: the list is
//! put right whenever it is read. Two who create for one user at a time are told apart by the list's version; the later
//! one looks again. The limit of all sessions together is looked at once, without a lock: as many as are being created
//! at that moment may pass beyond it.
//!
//! A check counts as a write on the server, so a master that lost its replicas answers none. What a check extends is not
//! waited for; everything else is confirmed as the durability setting says.

mod begin;
mod end;
mod head;
mod list;
mod port;
mod shard;

use std::sync::Arc;

use crate::redis_handle::Redis;
use head::Placements;

/// Shards of all sessions. A change would lose those that are there.
const SHARDS: u8 = 64;

/// Sessions on Redis.
#[derive(Clone, Debug)]
pub struct RedisSessions {
    redis: Redis,
    placements: Arc<Placements>,
}

impl RedisSessions {
    /// Keeps sessions by this connection.
    pub fn new(redis: Redis) -> Self {
        Self {
            redis,
            placements: Arc::default(),
        }
    }
}
