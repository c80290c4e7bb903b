//! At most so many messages a second, over all connections.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Hands out moments to send at. What was missed is not caught up on, so that no burst follows a pause.
pub(super) struct Pace {
    gap: Option<Duration>,
    next: Mutex<Instant>,
}

impl Pace {
    /// A pace of `per_second` messages; without a number, as fast as it goes.
    pub(super) fn new(per_second: Option<f64>) -> Self {
        let gap = per_second.and_then(|rate| Duration::try_from_secs_f64(1.0 / rate).ok());
        Self {
            gap,
            next: Mutex::new(Instant::now()),
        }
    }

    /// Waits until the next message may be sent.
    pub(super) async fn wait(&self) {
        let Some(gap) = self.gap else { return };
        let moment = {
            let mut next = self.next.lock().await;
            let moment = (*next).max(Instant::now());
            *next = moment + gap;
            moment
        };
        sleep_until(moment).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn messages_are_spread_over_the_second() {
        let pace = Pace::new(Some(10.0));
        let start = Instant::now();

        for _ in 0..11 {
            pace.wait().await;
        }

        assert_eq!(start.elapsed().as_millis(), 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_is_not_followed_by_a_burst() {
        let pace = Pace::new(Some(10.0));
        pace.wait().await;
        tokio::time::sleep(Duration::from_mins(1)).await;
        let start = Instant::now();

        for _ in 0..3 {
            pace.wait().await;
        }

        assert_eq!(start.elapsed().as_millis(), 200);
    }
}
