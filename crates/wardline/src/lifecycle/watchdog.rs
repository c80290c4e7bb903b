//! The watchdog: the service manager hears from us only while the service does its work.

use super::Manager;

/// Answers for as long as it is polled, twice as often as it must. Never ends.
pub(super) async fn answer(is_alive: impl Fn() -> bool, manager: &impl Manager) {
    let Some(patience) = manager.watchdog().filter(|patience| !patience.is_zero()) else {
        return std::future::pending().await;
    };
    let mut interval = tokio::time::interval(patience / 2);
    loop {
        interval.tick().await;
        if is_alive() {
            manager.alive();
        } else {
            tracing::error!("the service does not do its work; the watchdog is left unanswered");
        }
    }
}
