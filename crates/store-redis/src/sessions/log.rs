//! The log of what happened to sessions: what is in the shards' outboxes goes there, and every instance reads it.
//!
//! `functions/session_events.lua` says what the keys hold. Whoever reads takes up first what outboxes hold: those that this
//! instance filled at once, all of them twice a second, so that nothing stays behind of an instance that died. A message on
//! a channel says that the log grew; who misses it finds that out with the next look. Both an outbox and the log are read
//! with confirmation (`Class::Acknowledged`): a number that somebody was told of is given to no other event after a failover.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::join_all;
use tokio::sync::Mutex;
use tokio::time::Instant;
use wardline_kernel::{StoreError, UnixMillis};
use wardline_sessions::MAX_EVENTS;
use wardline_sessions::port::{EventLog, LogPage, Logged};

use super::head::{self, Placements};
use super::outbox::Outboxes;
use super::shard::{self, Shard};
use super::{RedisSessions, SHARDS};
use crate::call::{Call, Class, MAX_PARTS};
use crate::failure::Failure;
use crate::redis_handle::Redis;
use crate::reply::Reply;
use crate::subscription::{Heard, Subscription};
use crate::tag::Tag;

/// Where the function says that the log grew.
const CHANNEL: &str = "wl:e";
/// How often all outboxes are looked into, and the log.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Events that are taken from an outbox in one step; the others follow at once.
const FROM_ONE: usize = 48;
/// All of them fit into one call, with two words for each outbox.
const _: () = assert!(SHARDS as usize * (2 + 2 * FROM_ONE) + 8 < MAX_PARTS);

const ENDS_EARLY: Failure = Failure::Unreadable("the log of sessions ends early");

/// The log, as one instance reads it.
pub(super) struct RedisEventLog {
    redis: Redis,
    placements: Arc<Placements>,
    outboxes: Arc<Outboxes>,
    taken: Mutex<Taken>,
    /// The number of the last entry that there was.
    seen: AtomicU64,
    grown: Mutex<Subscription>,
}

/// How far outboxes are in the log.
#[derive(Default)]
struct Taken {
    /// Ids of the last entries whose place in the log was confirmed.
    up_to: BTreeMap<Shard, Bytes>,
    looked_at_all: Option<Instant>,
}

/// What one outbox holds.
struct Waiting {
    shard: Shard,
    /// Id and event.
    entries: Vec<(Bytes, Bytes)>,
}

impl RedisSessions {
    pub(super) fn log(&self) -> RedisEventLog {
        RedisEventLog {
            redis: self.redis.clone(),
            placements: Arc::clone(&self.placements),
            outboxes: Arc::clone(&self.outboxes),
            taken: Mutex::default(),
            seen: AtomicU64::new(0),
            grown: Mutex::new(self.redis.subscribe(vec![CHANNEL.to_owned()])),
        }
    }
}

#[async_trait]
impl EventLog for RedisEventLog {
    async fn after(
        &self,
        after: u64,
        limit: usize,
        now: UnixMillis,
    ) -> Result<LogPage, StoreError> {
        let mut taken = self.taken.lock().await;
        Ok(self.take_and_read(&mut taken, (after, limit, now)).await?)
    }

    async fn changed(&self) {
        let mut grown = self.grown.lock().await;
        let next_look = tokio::time::sleep(LOOK_EVERY);
        tokio::pin!(next_look);
        loop {
            tokio::select! {
                () = self.outboxes.marked() => return,
                Some(heard) = grown.next() => {
                    if self.is_news(&heard) {
                        return;
                    }
                }
                () = &mut next_look => return,
            }
        }
    }
}

impl RedisEventLog {
    /// Not so of what this instance has just put into the log itself.
    fn is_news(&self, heard: &Heard) -> bool {
        let Heard::Message { payload, .. } = heard else {
            return true;
        };
        let last = std::str::from_utf8(payload).ok();
        let last: Option<u64> = last.and_then(|last| last.parse().ok());
        last.is_none_or(|last| last > self.seen.load(Ordering::Acquire))
    }

    async fn take_and_read(
        &self,
        taken: &mut Taken,
        (after, limit, now): (u64, usize, UnixMillis),
    ) -> Result<LogPage, Failure> {
        let marked = self.outboxes.take();
        // Until this is done, which ones were marked is known here alone: who comes after a failure looks into all.
        let looked_at_all = taken.looked_at_all.take();
        let (full, looked_at_all) = match looked_at_all.filter(|at| at.elapsed() < LOOK_EVERY) {
            Some(at) => (marked, at),
            None => (shard::all().collect(), Instant::now()),
        };
        let (waiting, is_all) = self.waiting(&full, taken).await;
        let tag = Tag::new("s:log");
        let call = Call::new(&tag, "wl_session_log").key(":e").key(":t");
        let call = call.arg(now).arg(after).arg(limit).arg(MAX_EVENTS);
        let call = waiting.iter().fold(call, |call, outbox| {
            let call = call.arg(outbox.shard).arg(outbox.entries.len());
            let entries = outbox.entries.iter();
            entries.fold(call, |call, (id, event)| {
                call.arg(id.as_ref()).arg(event.as_ref())
            })
        });
        let reply = self.redis.function(call, Class::Acknowledged).await?;
        taken.looked_at_all = is_all.then_some(looked_at_all);
        let took_all = waiting.iter().all(|it| it.entries.len() < FROM_ONE);
        if is_all && took_all {
            self.outboxes.log_has_all_of(looked_at_all);
        }
        for outbox in waiting {
            if outbox.entries.len() == FROM_ONE {
                self.outboxes.mark(outbox.shard);
            }
            if let Some((id, _)) = outbox.entries.into_iter().next_back() {
                taken.up_to.insert(outbox.shard, id);
            }
        }
        self.page(reply)
    }

    /// What these outboxes hold, and whether all of them said. What the log is known to have is let go. One whose server is
    /// away holds up no other.
    async fn waiting(&self, full: &[Shard], taken: &Taken) -> (Vec<Waiting>, bool) {
        let looks = full.iter().map(|shard| self.look(*shard, taken));
        let looks = join_all(looks).await;
        let is_all = looks.iter().all(Result::is_ok);
        let looks = looks.into_iter().flatten();
        (looks.filter(|it| !it.entries.is_empty()).collect(), is_all)
    }

    async fn look(&self, shard: Shard, taken: &Taken) -> Result<Waiting, Failure> {
        let up_to = taken.up_to.get(&shard).map_or(&[][..], AsRef::as_ref);
        let call = Call::new(&shard::tag(shard), "wl_session_outbox").key(":e");
        let call = call.arg(up_to).arg(FROM_ONE);
        let answer = self.redis.function(call, Class::Acknowledged).await?;
        let mut words = answer.list()?.into_iter();
        let mut entries = Vec::new();
        while let (Some(id), Some(event)) = (words.next(), words.next()) {
            entries.push((id.bytes()?, event.bytes()?));
        }
        Ok(Waiting { shard, entries })
    }

    fn page(&self, reply: Reply) -> Result<LogPage, Failure> {
        let mut words = reply.list()?.into_iter();
        let last = words.next().ok_or(ENDS_EARLY)?.number()?;
        let mut entries = Vec::new();
        while let Some(sequence) = words.next() {
            let sequence = sequence.number()?;
            let event = words.next().ok_or(ENDS_EARLY)?.bytes()?;
            entries.push(if event.is_empty() {
                Logged::Lost { sequence }
            } else {
                // What a later release tells of is missed here, and what follows it is not.
                head::read_event(sequence, &event, &self.placements)
                    .map_or(Logged::Lost { sequence }, Logged::Event)
            });
        }
        self.seen.store(last, Ordering::Release);
        Ok(LogPage { last, entries })
    }
}
