//! How somebody comes to a lease that another one holds: by watching that nobody renews it.
//!
//! No clock that anybody sets has a say in it. The holder counts from before it asked to renew, who watches from after
//! it saw what the renewal left, both by clocks that only go forward. So the holder's time is over before anybody takes
//! the lease, whatever the servers' clocks say.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep};
use wardline_kernel::StoreError;

use super::{Fence, Holder, Lease, Taken, beat, millis};
use crate::call::{Call, Class};
use crate::commit::HEAD;
use crate::failure::Failure;
use crate::redis_handle::Redis;
use crate::reply::Reply;
use crate::tag::Tag;

/// Looks within the time of a lease: so much of it a take-over may come late.
const LOOKS: u32 = 40;
/// Between two looks.
const MIN_PAUSE: Duration = Duration::from_millis(10);
const MAX_PAUSE: Duration = Duration::from_secs(1);
/// This part of its time a lease is watched longer than it lasts, as no two clocks go at the same rate.
const CLOCKS_DIFFER: u32 = 50;
/// Redis was away, and with it nobody could renew: this part of a lease is left to its owner to do so, and no less than
/// the time in which a connection that was lost is tried again.
const GIVES_WAY: u32 = 2;
const LEAST_WAY: Duration = Duration::from_millis(1_500);

/// Somebody who wants the lease of a tag, and what it has seen of it. What one has not seen does not count: who
/// starts, starts watching.
#[derive(Debug)]
pub struct Watch {
    redis: Redis,
    tag: Tag,
    holder: Holder,
    lasts: Duration,
    seen: Option<Seen>,
    /// Redis could not be asked since: so nobody could renew it either.
    was_away: bool,
}

/// What stands, and since when at least.
#[derive(Debug)]
struct Seen {
    standing: Bytes,
    since: Instant,
    /// How long it must stand.
    enough: Duration,
}

impl Seen {
    fn left(&self) -> Duration {
        self.enough.saturating_sub(self.since.elapsed())
    }
}

impl Watch {
    /// One that has seen nothing yet. The lease is to last so long once it is taken.
    pub fn new(redis: &Redis, tag: &Tag, holder: Holder, lasts: Duration) -> Self {
        Self {
            redis: redis.clone(),
            tag: tag.clone(),
            holder,
            lasts,
            seen: None,
            was_away: false,
        }
    }

    /// Looks, and takes it if nobody has it, or nobody renewed it for as long as it lasts. Everything that was
    /// committed under it before is durable then.
    ///
    /// # Errors
    /// Redis did not answer. It may be ours all the same: the same holder may try again.
    pub async fn take(&mut self) -> Result<Taken, StoreError> {
        self.look().await?;
        let standing = match &self.seen {
            None => Bytes::new(),
            Some(seen) if seen.left().is_zero() => seen.standing.clone(),
            Some(seen) => return Ok(Taken::Held(seen.left())),
        };
        let asked = Instant::now();
        let call = Call::new(&self.tag, "wl_lease_take")
            .key(HEAD)
            .arg(&self.holder.0[..])
            .arg(millis(self.lasts))
            .arg(beat())
            .arg(&standing[..]);
        let (word, rest) = self
            .redis
            .function(call, Class::Acknowledged)
            .await?
            .tagged()?;
        if word == "held" {
            return Ok(Taken::Held(self.see(rest)?.left()));
        }
        self.owned(asked, rest).map(Taken::Owned)
    }

    /// Waits until it can be taken, and takes it. Redis may come and go meanwhile: when it is back, the owner
    /// has half the time of a lease to renew it first, so that a failover of Redis makes none of Wardline.
    pub async fn wait(&mut self) -> Lease {
        loop {
            match self.take().await {
                Ok(Taken::Owned(lease)) => return lease,
                Ok(Taken::Held(_)) => self.pause().await,
                Err(error) => self.give_way(&error).await,
            }
        }
    }

    /// Looks again and again, and takes nothing: so it need not begin to watch when its turn has come.
    pub async fn follow(&mut self) -> Infallible {
        loop {
            match self.look().await {
                Ok(()) => sleep(self.between_looks()).await,
                Err(failure) => self.give_way(&failure.into()).await,
            }
        }
    }

    /// Sees what stands; nothing when it is free.
    async fn look(&mut self) -> Result<(), Failure> {
        let call = Call::read_only(&self.tag, "wl_lease_look")
            .key(HEAD)
            .arg(&self.holder.0[..])
            .arg(millis(self.lasts));
        // As what renews it: while that is refused, a lease that stands says nothing.
        let (word, rest) = self
            .redis
            .function(call, Class::Acknowledged)
            .await?
            .tagged()?;
        if word == "free" {
            (self.seen, self.was_away) = (None, false);
            return Ok(());
        }
        self.see(rest).map(drop)
    }

    /// Takes in that it is held.
    fn see(&mut self, told: Vec<Reply>) -> Result<&Seen, Failure> {
        let mut told = told.into_iter();
        let mut next = || told.next().ok_or(Failure::Unreadable("expected a lease"));
        let standing = next()?.bytes()?;
        let lasts = Duration::from_millis(next()?.number()?);
        let before = self.seen.take().filter(|seen| seen.standing == standing);
        let now = Instant::now();
        let mut seen = before.unwrap_or_else(|| Seen {
            standing,
            since: now,
            enough: lasts.saturating_add(lasts / CLOCKS_DIFFER),
        });
        let way = (lasts / GIVES_WAY).max(LEAST_WAY);
        if std::mem::take(&mut self.was_away) && seen.left() < way {
            let watched = seen.enough.saturating_sub(way);
            seen.since = now.checked_sub(watched).unwrap_or(now);
        }
        Ok(self.seen.insert(seen))
    }

    fn owned(&self, asked: Instant, told: Vec<Reply>) -> Result<Lease, StoreError> {
        let mut told = told.into_iter();
        let mut next = || told.next().ok_or(Failure::Unreadable("expected a lease"));
        let fence = Fence(next()?.array_of()?);
        let number = next()?.bytes()?;
        let last_number = match number.first_chunk::<8>() {
            Some(number) => u64::from_be_bytes(*number),
            None if number.is_empty() => 0,
            None => return Err(Failure::Unreadable("expected a commit's number").into()),
        };
        let of = (self.redis.clone(), self.tag.clone());
        let held_until = asked + self.lasts;
        Ok(Lease::of(of, fence, self.lasts, last_number, held_until))
    }

    async fn pause(&self) {
        let pause = self
            .seen
            .as_ref()
            .map_or(MIN_PAUSE, |seen| (seen.enough / LOOKS).min(seen.left()));
        sleep(pause.clamp(MIN_PAUSE, MAX_PAUSE)).await;
    }

    /// Between two looks of one who takes nothing.
    fn between_looks(&self) -> Duration {
        (self.lasts / LOOKS).clamp(MIN_PAUSE, MAX_PAUSE)
    }

    async fn give_way(&mut self, error: &StoreError) {
        let tag = self.tag.as_str();
        tracing::debug!(%error, tag, "the lease cannot be asked for");
        self.was_away = true;
        answers(&self.redis, &self.tag).await;
        sleep(self.between_looks()).await;
    }
}

/// Returns when the server of a tag answers, and be it with a refusal.
async fn answers(redis: &Redis, tag: &Tag) {
    while let Err(Failure::Away(_) | Failure::Unknown(_)) =
        redis.read(tag, redis::cmd("PING")).await
    {
        sleep(MAX_PAUSE / 4).await;
    }
}
