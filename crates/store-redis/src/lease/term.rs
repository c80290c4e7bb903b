//! For how long a lease is held.

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Until when nobody else can have a lease, as told by whoever renews it. Copies are told the same.
#[derive(Clone, Debug)]
pub struct Term(watch::Receiver<Option<Instant>>);

impl Term {
    /// One that is told so: until when; `None` from when somebody else has the lease, or it was given back.
    pub fn new(held_until: watch::Receiver<Option<Instant>>) -> Self {
        Self(held_until)
    }

    /// Whether nobody else can have it yet. Whoever acts outside of Redis asks right before.
    pub fn is_held(&self) -> bool {
        self.0.borrow().is_some_and(|until| Instant::now() < until)
    }

    /// Returns when it is over: at the moment from which somebody else may have the lease.
    pub async fn over(&self) {
        let mut held = self.0.clone();
        loop {
            let Some(until) = *held.borrow_and_update() else {
                return;
            };
            tokio::select! {
                () = sleep_until(until) => return,
                changed = held.changed() => if changed.is_err() {
                    // Nobody renews it any more.
                    return sleep_until(until).await;
                }
            }
        }
    }

    /// Returns when it is held; never, once nobody renews it.
    pub async fn held(&self) {
        let mut held = self.0.clone();
        while !held
            .borrow_and_update()
            .is_some_and(|until| Instant::now() < until)
        {
            if held.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn it_is_over_at_its_time_and_not_before_however_often_it_was_renewed() {
        let (renewals, told) = watch::channel(Some(Instant::now() + SECOND));
        let term = Term::new(told);
        assert!(timeout(SECOND / 2, term.over()).await.is_err());

        renewals.send_replace(Some(Instant::now() + SECOND));
        assert!(timeout(SECOND * 3 / 4, term.over()).await.is_err());

        assert!(term.is_held());
        assert!(timeout(SECOND / 2, term.over()).await.is_ok());
        assert!(!term.is_held());
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_was_over_is_held_again_when_the_lease_is_renewed() {
        let (renewals, told) = watch::channel(Some(Instant::now()));
        let term = Term::new(told);
        assert!(timeout(SECOND, term.held()).await.is_err());

        renewals.send_replace(Some(Instant::now() + SECOND));

        assert!(timeout(SECOND, term.held()).await.is_ok());
        assert!(term.is_held());
    }

    #[tokio::test(start_paused = true)]
    async fn once_somebody_else_has_the_lease_it_is_over() {
        let (renewals, told) = watch::channel(Some(Instant::now() + SECOND));
        let term = Term::new(told);

        renewals.send_replace(None);

        assert!(!term.is_held());
        assert!(timeout(SECOND / 2, term.over()).await.is_ok());
    }
}
