//! The store of sessions on Redis.
//!
//! Sessions are spread over [`SHARDS`] shards by their random ids; a shard is five keys of one hash tag, so what happens
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
//! What happens to a session is put down in the step in which it happens, and comes into one log for all instances (`log` says
//! how).
//!
//! A check is answered from memory where that is certain to be right (`cache` says when); else it goes to Redis. There it counts
//! as a write on the server, so a master that lost its replicas answers none. What a check extends is not
//! waited for; everything else is confirmed as the durability setting says.

mod begin;
mod cache;
mod check;
mod end;
mod head;
mod list;
mod log;
mod outbox;
mod port;
mod shard;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::task::AbortOnDropHandle;

use crate::redis_handle::Redis;
use cache::{Cache, Flusher, Listeners};
use head::Placements;
use outbox::Outboxes;

/// Shards of all sessions. A change would lose those that are there.
const SHARDS: u8 = 64;

/// Sessions on Redis.
#[derive(Clone, Debug)]
pub struct RedisSessions {
    redis: Redis,
    placements: Arc<Placements>,
    outboxes: Arc<Outboxes>,
    memory: Option<Memory>,
}

/// What is remembered, and what keeps it true.
#[derive(Clone, Debug)]
struct Memory {
    cache: Arc<Cache>,
    flusher: Flusher,
    _tasks: Arc<[AbortOnDropHandle<()>; 2]>,
}

/// What a [`RedisSessions`] remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Sessions now.
    pub sessions: usize,
    /// Checks that Redis was not asked for, so far.
    pub checks: u64,
    /// It hears of every change just now, so that it may remember.
    pub hears_all: bool,
}

impl RedisSessions {
    /// Keeps sessions by this connection. Redis is asked for each check.
    pub fn new(redis: Redis) -> Self {
        Self {
            redis,
            placements: Arc::default(),
            outboxes: Arc::default(),
            memory: None,
        }
    }

    /// The same, and remembers about so many sessions that live, to answer checks of them by itself. What another
    /// instance ends, locks or renews is refused here after half a second at the latest, most often at once; activity
    /// is written twice a second. Needs a tokio runtime.
    pub fn remembering(redis: Redis, sessions: NonZeroUsize) -> Self {
        let cache = Arc::new(Cache::new(sessions));
        let flusher = Flusher {
            redis: redis.clone(),
            cache: Arc::clone(&cache),
        };
        let listeners = Listeners {
            settings: redis.shared_settings(),
            board: redis.board(),
            cache: Arc::clone(&cache),
        };
        let tasks = [listeners.start(), flusher.clone().start()];
        Self {
            memory: Some(Memory {
                cache,
                flusher,
                _tasks: Arc::new(tasks),
            }),
            ..Self::new(redis)
        }
    }

    /// For how long the log of what happened may have lacked something: since all outboxes were last looked into and what
    /// they held was taken there. Half a second and less while the log is followed and all is well.
    pub fn log_behind(&self) -> Duration {
        self.outboxes.log_behind()
    }

    /// What it remembers.
    pub fn remembered(&self) -> Remembered {
        let memory = self.memory.as_ref();
        memory.map_or_else(Remembered::default, |memory| Remembered {
            sessions: memory.cache.len(),
            checks: memory.cache.answered(),
            hears_all: memory.cache.hears_all(),
        })
    }
}
