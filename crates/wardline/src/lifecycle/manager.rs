//! What the service manager is told: systemd, when it started us, and nobody otherwise.

use std::time::Duration;

use sd_notify::NotifyState;

/// A service manager.
pub(crate) trait Manager {
    /// Started, or reloaded; `status` is for people.
    fn ready(&self, status: &str);

    /// Reads files again; `ready` follows.
    fn reloading(&self);

    /// Will end.
    fn stopping(&self);

    /// Still works.
    fn alive(&self);

    /// How long it waits for `alive` before it restarts the process; none when it does not.
    fn watchdog(&self) -> Option<Duration>;
}

/// systemd by `sd_notify(3)`; without `NOTIFY_SOCKET` it says nothing to nobody.
#[derive(Debug, Default)]
pub(crate) struct Systemd;

impl Manager for Systemd {
    fn ready(&self, status: &str) {
        tell(&[NotifyState::Ready, NotifyState::Status(&one_line(status))]);
    }

    fn reloading(&self) {
        // systemd 253 and newer wants the time beside it (sd_notify(3), RELOADING=1).
        match NotifyState::monotonic_usec_now() {
            Ok(now) => tell(&[NotifyState::Reloading, now]),
            Err(_) => tell(&[NotifyState::Reloading]),
        }
    }

    fn stopping(&self) {
        tell(&[
            NotifyState::Stopping,
            NotifyState::Status("finishing what is on its way"),
        ]);
    }

    fn alive(&self) {
        tell(&[NotifyState::Watchdog]);
    }

    fn watchdog(&self) -> Option<Duration> {
        sd_notify::watchdog_enabled()
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}

/// A line break would begin another assignment.
fn one_line(status: &str) -> String {
    status.replace(['\n', '\r'], " ")
}
