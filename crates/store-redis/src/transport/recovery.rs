//! Having replicas tell at once how far they are, while writes are held up because a batch fell short.
//!
//! By itself a replica tells once a second, so writes would be held up for as long after it has everything again. That the
//! batch is there is not enough to go on: a replica may have got it, and have been cut off since. So they are only made to
//! tell, and what the master then says of them is looked at as ever ([`Vitals`]).

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::link::Link;
use super::vitals::Vitals;

/// How long replicas have to tell, and the pause until they are asked again. So long may the first batch after it be
/// kept waiting.
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// Replicas that are waited for: more than a master has. `WAIT` has the master ask each of them only while too few have
/// told; it writes nothing.
const MORE_THAN_THERE_ARE: u32 = 1_000_000;

/// Has the replicas of a master tell.
#[derive(Debug)]
pub(super) struct Recovery {
    /// The connection of the batches, as `WAIT` holds up its own; while writes are held up nothing else goes over it.
    pub(super) link: Arc<Link>,
    /// How long an answer may take: a batch that was sent before the question keeps it waiting.
    pub(super) within: Duration,
    pub(super) vitals: Arc<Vitals>,
}

impl Recovery {
    /// Runs until the connection closes.
    pub(super) async fn run(self) {
        let mut wait = redis::cmd("WAIT");
        wait.arg(MORE_THAN_THERE_ARE).arg(ASK_AGAIN.as_millis());
        loop {
            self.vitals.is_short().await;
            // What is short of a replica that left is not mended by those who tell.
            if self.vitals.is_behind() {
                if self.link.send(&wait, self.within).await.is_err() {
                    return;
                }
                self.vitals.look_now();
            }
            sleep(ASK_AGAIN).await;
        }
    }
}
