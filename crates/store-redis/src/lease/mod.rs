//! Leases: of several instances of Wardline one writes what only one may write, and another takes over when it is gone.
//!
//! What keeps an older owner from writing is the fence, which every commit carries and the server compares, not the
//! clock: an instance that was stopped for an hour writes nothing when it wakes. The time says only when a standby may
//! take over: when it has seen for as long as the lease lasts that nobody renewed it ([`Watch`]). What an owner does outside of Redis, as sending a message to a partner, nothing on the server can stop; so
//! an owner does nothing outside while its [`Term`] is over, until Redis says that nobody else took the lease.

mod term;
mod watch;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch::Sender;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use wardline_kernel::{Change, Spell, StoreError};

use crate::call::{Call, Class};
use crate::commit::HEAD;
use crate::redis_handle::Redis;
use crate::tag::Tag;
pub use term::Term;
pub use watch::Watch;

/// How long a lease lasts without being renewed, unless said otherwise: longer than a failover of Redis takes.
pub const LEASE_FOR: Duration = Duration::from_secs(5);
/// Renewals within the time of a lease.
const RENEWALS: u32 = 4;
/// The same while they fail.
const TRIES: u32 = 20;
/// A number in 20 digits, and the holder.
const FENCE_BYTES: usize = 36;

/// Who holds leases: 16 random bytes, new with every start of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder([u8; 16]);

impl Holder {
    /// One that nobody else is.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn generate() -> Result<Self, StoreError> {
        random().map(Self)
    }
}

/// What a commit carries and the server compares: a number that goes up with every change of hands, and the holder.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Fence([u8; FENCE_BYTES]);

impl Fence {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.first_chunk::<20>();
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        write!(
            f,
            "Fence({})",
            digits.unwrap_or_default().trim_start_matches('0')
        )
    }
}

/// What became of a try to take a lease.
#[derive(Debug)]
pub enum Taken {
    /// It is ours.
    Owned(Lease),
    /// Somebody has it; who goes on watching may take it so much later, unless it is renewed.
    Held(Duration),
}

/// The right to write the keys of a tag. Clones are the same lease.
#[derive(Clone, Debug)]
pub struct Lease(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    redis: Redis,
    tag: Tag,
    fence: Fence,
    lasts: Duration,
    /// Number of the last commit when it was taken.
    last_number: u64,
    /// Until when nobody else has it; `None` when somebody has, or it was given back.
    held_until: Sender<Option<Instant>>,
    forsaken: CancellationToken,
}

/// Why a lease is held no longer, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Somebody else has it.
    TakenOver,
    /// Redis lost what was written under it and promised to last. What this process knows is not what is stored: it has
    /// to begin anew.
    Forgotten,
}

impl Lease {
    fn of(
        (redis, tag): (Redis, Tag),
        fence: Fence,
        lasts: Duration,
        last_number: u64,
        held_until: Instant,
    ) -> Self {
        Self(Arc::new(Inner {
            redis,
            tag,
            fence,
            lasts,
            last_number,
            held_until: Sender::new(Some(held_until)),
            forsaken: CancellationToken::new(),
        }))
    }

    /// Takes the lease of a tag if nobody has it: it was given back, or never taken. [`Watch`] takes that of one who died.
    ///
    /// # Errors
    /// Redis did not answer. It may be ours all the same: the same holder may try again.
    pub async fn acquire(
        redis: &Redis,
        tag: &Tag,
        holder: Holder,
        lasts: Duration,
    ) -> Result<Taken, StoreError> {
        Watch::new(redis, tag, holder, lasts).take().await
    }

    /// Waits until the lease can be taken, and takes it: [`Watch::wait`] of one that has seen nothing yet.
    pub async fn wait(redis: &Redis, tag: &Tag, holder: Holder, lasts: Duration) -> Self {
        Watch::new(redis, tag, holder, lasts).wait().await
    }

    /// Holds it for its whole time again; `false` when somebody else has it, or it was given back.
    ///
    /// # Errors
    /// Redis did not answer. It may be held all the same, or be lost soon.
    pub async fn renew(&self) -> Result<bool, StoreError> {
        let asked = Instant::now();
        let call = Call::new(&self.0.tag, "wl_lease_renew")
            .key(HEAD)
            .arg(self.0.fence.as_bytes())
            .arg(millis(self.0.lasts))
            .arg(beat());
        // It may overtake commits: each is compared with the fence in the step that writes it.
        let (word, _) = self.0.redis.urgent(call).await?.tagged()?;
        if word == "forgotten" {
            tracing::error!(
                tag = self.0.tag.as_str(),
                "Redis has lost the lease and all that it was told to keep"
            );
            self.forsake();
        }
        let is_ours = word == "owned";
        let is_ours = is_ours && !self.0.forsaken.is_cancelled();
        let held = is_ours.then(|| asked + self.0.lasts);
        self.0.held_until.send_replace(held);
        Ok(is_ours)
    }

    /// Renews it until it ends for good, and says why. While Redis is away it goes on asking: an owner whose time is over
    /// is still the owner when nobody wanted it meanwhile. Give it a task, and end the task to stop.
    pub async fn keep(&self) -> End {
        let forsaken = self.0.forsaken.cancelled();
        tokio::select! {
            biased;
            () = forsaken => End::Forgotten,
            () = self.renew_again_and_again() => End::TakenOver,
        }
    }

    /// The same, only while another lease is held: who cannot reach that one's server would keep this one from whoever has
    /// the other by now, and that instance would wait for it without end.
    pub async fn keep_while(&self, other: &Term) -> End {
        let forsaken = self.0.forsaken.cancelled();
        let renewing = async {
            loop {
                other.held().await;
                tokio::select! {
                    () = self.renew_again_and_again() => return,
                    () = other.over() => {}
                }
            }
        };
        tokio::select! {
            biased;
            () = forsaken => End::Forgotten,
            () = renewing => End::TakenOver,
        }
    }

    async fn renew_again_and_again(&self) {
        let mut rhythm = tokio::time::interval(self.0.lasts / RENEWALS);
        rhythm.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let tag = self.0.tag.as_str();
        let (mut renewing, mut holding) = (Spell::default(), Spell::default());
        loop {
            rhythm.tick().await;
            let renewed = self.renew().await;
            if matches!(renewed, Ok(false)) {
                if self.0.forsaken.is_cancelled() {
                    // Told above; `keep` says so.
                    return std::future::pending().await;
                }
                tracing::error!(tag, "somebody else has the lease");
                return;
            }
            if renewed.is_err() {
                rhythm.reset_after(self.0.lasts / TRIES);
            }
            match renewing.tell(renewed) {
                Some(Change::Began(error)) => {
                    tracing::warn!(%error, tag, "the lease cannot be renewed now");
                }
                Some(Change::Ended) => tracing::info!(tag, "the lease is renewed again"),
                None => {}
            }
            if let Some(Change::Began(())) = holding.tell(self.is_held().then_some(()).ok_or(())) {
                tracing::error!(
                    tag,
                    "the lease has run out; nothing is sent until Redis says whose it is"
                );
            }
        }
    }

    /// Ends it for this process: what is stored is not what was written.
    pub(crate) fn forsake(&self) {
        self.0.held_until.send_replace(None);
        self.0.forsaken.cancel();
    }

    /// For how long it is held. It goes on being told when the lease is renewed.
    pub fn term(&self) -> Term {
        Term::new(self.0.held_until.subscribe())
    }

    /// Lets go of it, so that another instance need not wait. End whoever keeps it before: it is not renewed any more.
    ///
    /// # Errors
    /// Redis did not answer; the lease ends with its time.
    pub async fn release(&self) -> Result<(), StoreError> {
        self.0.held_until.send_replace(None);
        let call = Call::new(&self.0.tag, "wl_lease_release")
            .key(HEAD)
            .arg(self.0.fence.as_bytes());
        self.0.redis.function(call, Class::BestEffort).await?;
        Ok(())
    }

    /// Whether nobody else can have it yet. Whoever acts outside of Redis asks right before.
    pub fn is_held(&self) -> bool {
        self.term().is_held()
    }

    /// The tag it is of.
    pub fn tag(&self) -> &Tag {
        &self.0.tag
    }

    pub(crate) fn fence(&self) -> &Fence {
        &self.0.fence
    }

    pub(crate) fn redis(&self) -> &Redis {
        &self.0.redis
    }

    /// Number of the last commit when it was taken.
    pub(crate) fn last_number(&self) -> u64 {
        self.0.last_number
    }
}

/// What tells one renewal from all others of this process; what it renews tells it from those of other processes. A
/// counter in Redis would not: a replica that missed the last one and became master would count it twice.
fn beat() -> u64 {
    static BEATS: AtomicU64 = AtomicU64::new(0);
    BEATS.fetch_add(1, Ordering::Relaxed)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| StoreError::Unavailable("the system gives no random bytes".to_owned()))?;
    Ok(bytes)
}
