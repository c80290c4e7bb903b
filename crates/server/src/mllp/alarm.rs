//! A deadline that moves on with every message, on one timer of the runtime's.

use std::pin::Pin;

use tokio::time::{Instant, Sleep, sleep_until};

/// The timer is set anew only when it would ring too late; when it rings too early, it is set to what is waited for by
/// then. So a busy connection sets none, although each of its messages has a deadline.
pub(super) struct Alarm(Pin<Box<Sleep>>);

impl Alarm {
    /// One that rings at this time, unless it is asked for another.
    pub(super) fn at(time: Instant) -> Self {
        Self(Box::pin(sleep_until(time)))
    }

    /// Waits for a deadline. May be broken off and begun again with another.
    pub(super) async fn until(&mut self, deadline: Instant) {
        if self.0.deadline() > deadline || self.0.is_elapsed() {
            self.0.as_mut().reset(deadline);
        }
        loop {
            self.0.as_mut().await;
            if Instant::now() >= deadline {
                return;
            }
            self.0.as_mut().reset(deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn it_rings_at_the_deadline_whether_that_came_nearer_or_moved_on() {
        for (first, then) in [(10, 4), (10, 10), (10, 25)] {
            let begun = Instant::now();
            let mut alarm = Alarm::at(begun + first * SECOND);
            let broken_off = tokio::time::timeout(SECOND, alarm.until(begun + first * SECOND));
            assert!(broken_off.await.is_err());

            alarm.until(begun + then * SECOND).await;

            let late = begun.elapsed().checked_sub(then * SECOND);
            assert!(late.is_some_and(|late| late <= Duration::from_millis(2)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_rings_again_for_the_next_deadline() {
        let begun = Instant::now();
        let mut alarm = Alarm::at(begun + SECOND);

        for second in 1..5 {
            alarm.until(begun + second * SECOND).await;

            assert_eq!(begun.elapsed().as_secs(), u64::from(second));
        }
    }
}
