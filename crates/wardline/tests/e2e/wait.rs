//! Waiting for something that must become true.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Far longer than anything here takes on a busy machine.
pub(crate) const LONGEST: Duration = Duration::from_secs(90);

/// Asks again and again until it is so.
///
/// # Panics
/// When it is not so after [`LONGEST`].
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let end = Instant::now() + LONGEST;
    while !is_so().await {
        assert!(Instant::now() < end, "in vain waited until {what}");
        sleep(Duration::from_millis(50)).await;
    }
}
