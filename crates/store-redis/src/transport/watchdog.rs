//! The watchdog of a master: it looks at its role and replicas, and gives it up when anything is wrong.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::Role;
use super::link::Link;
use super::pace::Pace;
use super::vitals::Vitals;
use crate::reply::Reply;

/// Looks at a master from time to time.
pub(super) struct Watchdog {
    pub(super) fast: Arc<Link>,
    pub(super) acknowledged: Arc<Link>,
    pub(super) vitals: Arc<Vitals>,
    pub(super) every: Duration,
    pub(super) response: Duration,
}

impl Watchdog {
    /// Runs until the master is given up: a connection ended, it hangs, or it is no master any more.
    pub(super) async fn run(self) {
        let ended = "the connection ended, or an answer did not come in time";
        let why = tokio::select! {
            () = self.fast.closed() => ended.to_owned(),
            () = self.acknowledged.closed() => ended.to_owned(),
            why = self.vitals.gone() => why,
            why = self.look_again_and_again() => why,
        };
        self.vitals.give_up(why);
        self.fast.close();
        self.acknowledged.close();
    }

    async fn look_again_and_again(&self) -> String {
        let mut pace = Pace::new(self.every);
        loop {
            let pause = pace.pause(self.vitals.is_held_up(), Instant::now());
            // Whoever wakes it wants a look now; otherwise the time has come.
            drop(timeout(pause, self.vitals.wants_a_look()).await);
            let news = self.vitals.news();
            let role = match self.fast.send(&redis::cmd("ROLE"), self.response).await {
                Ok(value) => Role::read(Reply(value)),
                Err(failure) => Err(failure),
            };
            match role {
                Ok(role) if self.vitals.see(&role, news) => {}
                Ok(Role::Replica { of }) => return format!("it is a replica of {of} now"),
                Ok(_) => return "it is no master any more".to_owned(),
                Err(failure) => return failure.to_string(),
            }
        }
    }
}
