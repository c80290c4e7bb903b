//! When the embedded store copies itself: by its schedule, and whenever somebody asks. One copy is made at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use wardline_audit::Audit;
use wardline_kernel::{Clock, UnixMillis};
use wardline_server::insight::{CopiesItself, CopyRefused, CopyStatus, LastCopy};

use super::backups::{Backups, Made, record};

/// Before the first look: a start has other things to do.
const FIRST: Duration = Duration::from_secs(10);
/// After a copy that failed.
const AGAIN: Duration = Duration::from_hours(1);
/// From one look to the next: clocks step, and somebody may carry copies away.
const LOOK: Duration = Duration::from_mins(10);

/// Makes copies.
pub(super) struct Copying {
    backups: Arc<Backups>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    status: Mutex<CopyStatus>,
    asked: Notify,
}

impl Copying {
    /// Makes them when they are due and when they are asked for, until the node stops. What fails is told, and tried again.
    pub(super) fn start(
        backups: Backups,
        audit: Audit,
        (clock, stop): (Arc<dyn Clock>, CancellationToken),
    ) -> Arc<Self> {
        let this = Arc::new(Self {
            backups: Arc::new(backups),
            clock,
            stop,
            status: Mutex::default(),
            asked: Notify::new(),
        });
        let copying = Arc::clone(&this);
        tokio::spawn(async move {
            let mut pause = FIRST;
            while copying.is_wanted(pause).await {
                pause = match copying.copy_if_due(&audit).await {
                    Some(false) => AGAIN,
                    Some(true) | None => LOOK,
                };
            }
        });
        this
    }

    fn locked(&self) -> MutexGuard<'_, CopyStatus> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on one is under way. Who makes them is not woken: that would look again at once behind one that failed.
    fn set_under_way(&self) -> Result<CopyStatus, CopyRefused> {
        if self.stop.is_cancelled() {
            return Err(CopyRefused::Stopping);
        }
        let mut status = self.locked();
        if let Some(since) = status.under_way_since {
            return Err(CopyRefused::UnderWay(since));
        }
        status.under_way_since = Some(self.clock.now());
        Ok(status.clone())
    }

    /// Waits until it is time for a look; false when the node stops.
    async fn is_wanted(&self, pause: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => false,
            () = self.asked.notified() => true,
            () = tokio::time::sleep(pause) => true,
        }
    }

    /// Whether a copy was made; `None` when none was to be.
    async fn copy_if_due(&self, audit: &Audit) -> Option<bool> {
        let now = self.clock.now();
        let asked_at = self.status().under_way_since;
        let began_at = match asked_at {
            Some(at) => at,
            None if self.backups.is_due(now) => self.set_under_way().ok()?.under_way_since?,
            None => return None,
        };
        let (backups, stop) = (Arc::clone(&self.backups), self.stop.clone());
        let made = tokio::task::spawn_blocking(move || backups.make(began_at, &stop)).await;
        let made = made.map_err(anyhow::Error::from).flatten();
        if self.stop.is_cancelled() {
            return None;
        }
        if let Err(error) = &made {
            tracing::error!(error = format!("{error:#}"), "no backup was made");
        }
        record(audit, &made).await;
        *self.locked() = ended(began_at, made.as_ref().ok());
        Some(made.is_ok())
    }
}

impl CopiesItself for Copying {
    fn begin(&self) -> Result<CopyStatus, CopyRefused> {
        let status = self.set_under_way()?;
        self.asked.notify_one();
        Ok(status)
    }

    fn status(&self) -> CopyStatus {
        self.locked().clone()
    }
}

fn ended(began_at: UnixMillis, made: Option<&Made>) -> CopyStatus {
    CopyStatus {
        under_way_since: None,
        last: Some(LastCopy {
            began_at,
            name: made.map(|made| made.name.clone()),
            rows: made.map(|made| made.whole.rows),
        }),
    }
}
