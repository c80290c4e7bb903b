//! Outboxes that this instance put events into, so that it takes them to the log at once; and how far the log is behind them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::SHARDS;
use super::shard::{self, Shard};

/// One bit for each shard.
const _: () = assert!(SHARDS == 64, "shards are the bits of a u64");

/// Which outboxes hold something, as far as this instance knows.
#[derive(Debug)]
pub(super) struct Outboxes {
    full: AtomicU64,
    bell: Notify,
    /// What was in any outbox by then is in the log.
    log_has_all_of: Mutex<Instant>,
}

impl Default for Outboxes {
    fn default() -> Self {
        Self {
            full: AtomicU64::new(0),
            bell: Notify::new(),
            log_has_all_of: Mutex::new(Instant::now()),
        }
    }
}

impl Outboxes {
    /// Something was put into this one, or may have been.
    pub(super) fn mark(&self, shard: Shard) {
        self.full.fetch_or(1 << shard, Ordering::AcqRel);
        self.bell.notify_one();
    }

    /// Those that were marked; from now on they are not.
    pub(super) fn take(&self) -> Vec<Shard> {
        let full = self.full.swap(0, Ordering::AcqRel);
        shard::all()
            .filter(|shard| full & (1 << shard) != 0)
            .collect()
    }

    /// What was in any of them at that time, put there by whichever instance, is in the log now.
    pub(super) fn log_has_all_of(&self, at: Instant) {
        let mut latest = self.latest();
        *latest = at.max(*latest);
    }

    /// For how long the log may have lacked something. It counts from when this instance began.
    pub(super) fn log_behind(&self) -> Duration {
        self.latest().elapsed()
    }

    fn latest(&self) -> MutexGuard<'_, Instant> {
        let latest = self.log_has_all_of.lock();
        latest.unwrap_or_else(PoisonError::into_inner)
    }

    /// Resolves when one is marked.
    pub(super) async fn marked(&self) {
        self.bell.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_marked_is_taken_once() {
        let outboxes = Outboxes::default();
        for shard in [63, 0, 17, 0] {
            outboxes.mark(shard);
        }

        assert_eq!(outboxes.take(), [0, 17, 63]);
        assert!(outboxes.take().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_log_is_behind_since_it_last_had_all() {
        let began = Instant::now();
        let outboxes = Outboxes::default();
        tokio::time::advance(Duration::from_secs(7)).await;
        let never = outboxes.log_behind();

        let looked = Instant::now();
        tokio::time::advance(Duration::from_secs(2)).await;
        outboxes.log_has_all_of(looked);
        // Of another look that began earlier and took longer.
        outboxes.log_has_all_of(began);

        assert_eq!(never, Duration::from_secs(7));
        assert_eq!(outboxes.log_behind(), Duration::from_secs(2));
    }
}
