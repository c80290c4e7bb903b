//! Outboxes that this instance put events into, so that it takes them to the log at once.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

use super::SHARDS;
use super::shard::{self, Shard};

/// One bit for each shard.
const _: () = assert!(SHARDS == 64, "shards are the bits of a u64");

/// Which outboxes hold something, as far as this instance knows.
#[derive(Debug, Default)]
pub(super) struct Outboxes {
    full: AtomicU64,
    bell: Notify,
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
}
