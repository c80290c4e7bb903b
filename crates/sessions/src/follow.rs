//! Reading the log of what happened at every instance, for those who watch here.

use std::sync::Arc;

use tokio::sync::Mutex;
use wardline_kernel::{StoreError, UnixMillis};

use crate::port::EventLog;
use crate::watch::Watch;

/// Entries that are read in one step.
const STEP: usize = 1_000;

/// Reads a log and tells what it holds.
pub(crate) struct Follower {
    log: Arc<dyn EventLog>,
    watch: Arc<Watch>,
    /// One reads at a time.
    turn: Mutex<()>,
}

impl Follower {
    /// From now on those who watch are told what the log holds, and nothing else.
    pub(crate) fn new(log: Arc<dyn EventLog>, watch: Arc<Watch>) -> Self {
        watch.share();
        Self {
            log,
            watch,
            turn: Mutex::new(()),
        }
    }

    /// Reads what is there and was not read.
    pub(crate) async fn catch_up(&self, now: UnixMillis) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        let mut after = self.watch.position();
        loop {
            let page = self.log.after(after, STEP, now).await?;
            if page.last < after {
                // Begun anew: none of what was known is in it.
                after = 0;
                continue;
            }
            let count = page.entries.len();
            self.watch.take_in(page.entries);
            after = self.watch.position();
            if count < STEP {
                return Ok(());
            }
        }
    }

    /// Resolves when there may be more to read.
    pub(crate) async fn changed(&self) {
        self.log.changed().await;
    }
}
