//! The simulator over real sockets: who sends, who listens, and what both remember.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up has failed"
)]

mod bedside;
mod board;
mod hospital;
mod hostile;
mod load;
mod scenario;
mod traffic;

use std::time::{Duration, Instant};

/// Waits until it is so. Fails after a minute, which no honest run takes.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(
            began.elapsed() < Duration::from_mins(1),
            "never came to be: {what}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
