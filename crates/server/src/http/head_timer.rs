//! The time that a request's head may take, with one timer for a connection however many heads come over it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use tokio::time::{Instant as TimerInstant, sleep_until};

/// hyper's timer for one connection. It asks for a deadline at each head and gives it up when the head is there,
/// which would put a timer into the runtime's wheel and take it out again at each request.
///
/// [`HeadTimer::watch`] must run in the connection's own task, polled before the connection: it wakes the task when a
/// deadline has passed, and the connection finds it so.
#[derive(Clone, Default)]
pub(super) struct HeadTimer(Arc<Mutex<Times>>);

#[derive(Default)]
struct Times {
    /// What is waited for now.
    deadline: Option<Instant>,
    /// Until when time has passed, as far as was looked.
    passed: Option<Instant>,
}

struct Deadline {
    at: Instant,
    of: HeadTimer,
}

impl HeadTimer {
    /// Never ends. `limit` is how long each head may take: no deadline comes sooner than that.
    pub(super) async fn watch(self, limit: Duration) {
        let mut next = Instant::now() + limit;
        loop {
            sleep_until(TimerInstant::from_std(next)).await;
            let now = TimerInstant::now().into_std();
            let mut times = self.times();
            times.passed = Some(now);
            let waited_for = times.deadline.filter(|at| *at > now);
            next = waited_for.unwrap_or(now + limit);
        }
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, at: Instant) -> Pin<Box<dyn Sleep>> {
        self.times().deadline = Some(at);
        Box::pin(Deadline {
            at,
            of: self.clone(),
        })
    }

    fn now(&self) -> Instant {
        TimerInstant::now().into_std()
    }
}

impl Future for Deadline {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let passed = self.of.times().passed;
        if passed.is_some_and(|passed| passed >= self.at) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

impl Sleep for Deadline {}

impl Drop for Deadline {
    fn drop(&mut self) {
        let mut times = self.of.times();
        if times.deadline == Some(self.at) {
            times.deadline = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    /// Runs the watch beside something, as a connection does.
    async fn watched<T>(timer: &HeadTimer, work: impl Future<Output = T>) -> T {
        tokio::select! {
            biased;
            () = timer.clone().watch(LIMIT) => unreachable!("the watch never ends"),
            done = work => done,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_does_not_come_is_over_at_its_deadline_and_not_before() {
        for begun_after in [0, 3, 10, 25].map(Duration::from_secs) {
            let timer = HeadTimer::default();

            let took = watched(&timer, async {
                tokio::time::sleep(begun_after).await;
                let begun = timer.now();
                timer.sleep_until(begun + LIMIT).await;
                timer.now() - begun
            })
            .await;

            let late = took.checked_sub(LIMIT).expect("not before its time");
            assert!(late <= Duration::from_millis(2), "{begun_after:?} {late:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_came_in_time_ends_nothing_and_the_next_has_all_its_time() {
        let timer = HeadTimer::default();

        let took = watched(&timer, async {
            for _ in 0..5 {
                let head = timer.sleep(LIMIT);
                let in_time = tokio::time::timeout(Duration::from_secs(7), head).await;
                assert!(in_time.is_err());
            }
            let begun = timer.now();
            timer.sleep(LIMIT).await;
            timer.now() - begun
        })
        .await;

        assert!(
            took >= LIMIT && took <= LIMIT + Duration::from_millis(2),
            "{took:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_over_while_nothing_is_waited_for() {
        let timer = HeadTimer::default();

        let ended = tokio::time::timeout(10 * LIMIT, watched(&timer, pending::<()>())).await;

        assert!(ended.is_err());
    }
}
