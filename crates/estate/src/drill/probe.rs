//! Writes to a master that is none any more, as a client would that never heard of the change.
//!
//! Whatever it takes is lost. The fence (`min-replicas-to-write`) is to keep it from taking anything.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use super::traffic::Access;
use crate::EstateError;
use crate::lab::Lab;

/// From one write to the next.
const AGAIN: Duration = Duration::from_millis(10);
/// How long one may take.
const ANSWER: Duration = Duration::from_millis(300);

/// Writes until it goes.
pub(super) struct Probe {
    taken: Arc<AtomicU64>,
    task: AbortHandle,
}

impl Probe {
    /// Begins to write to this server, with a key of this hash tag.
    pub(super) fn start(lab: &Lab, server: SocketAddr, tag: &str) -> Result<Self, EstateError> {
        let access = Access::of(lab)?;
        let taken = Arc::new(AtomicU64::new(0));
        let (counter, key) = (Arc::clone(&taken), format!("wl:{{{tag}}}:probe"));
        let task = tokio::spawn(async move {
            loop {
                if let Ok(mut link) = access.link(server).await {
                    let words = ["SET", &key, "x", "EX", "60"];
                    while let Ok(Ok(_)) = timeout(ANSWER, link.call(&words)).await {
                        counter.fetch_add(1, Ordering::Relaxed);
                        sleep(AGAIN).await;
                    }
                }
                sleep(AGAIN).await;
            }
        });
        Ok(Self {
            taken,
            task: task.abort_handle(),
        })
    }

    /// How many writes were taken.
    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.task.abort();
    }
}
