//! What the trail counts of itself since it was opened.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use wardline_kernel::UnixMillis;

use crate::error::OperationError;
use crate::operations::MAX_ALERTS;
use crate::rules::{Alert, AlertId, AlertState};
use crate::service::Audit;

/// Alerts before these days are not counted as open.
const OPEN_DAYS: u64 = 31;
/// Alerts that are looked at to count those that are open.
const MAX_LOOKED_AT: usize = 5_000;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Events that were recorded.
    pub recorded: u64,
    /// Events that were not, so that what they were about was refused.
    pub refused: u64,
    /// How long callers waited together.
    pub waited: Duration,
    /// When a checkpoint last covered all records; `None` before the first one of this process.
    pub signed_at: Option<UnixMillis>,
}

/// How alerts stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlertsStanding {
    /// Nobody has closed them.
    pub open: u64,
    /// Nobody has even acknowledged them.
    pub unseen: u64,
    /// When the oldest of these was raised.
    pub oldest_unseen: Option<UnixMillis>,
    /// There are more than were looked at.
    pub is_cut: bool,
}

impl AlertsStanding {
    fn count(&mut self, alert: &Alert) {
        self.open += u64::from(alert.state != AlertState::Closed);
        if alert.state == AlertState::New {
            self.unseen += 1;
            let oldest = self.oldest_unseen.map_or(alert.at, |at| at.min(alert.at));
            self.oldest_unseen = Some(oldest);
        }
    }
}

/// Counts as it happens.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    recorded: AtomicU64,
    refused: AtomicU64,
    waited_us: AtomicU64,
    signed_at: AtomicU64,
}

impl Counted {
    /// Events were recorded, or were not, after this time.
    pub(crate) fn asked(&self, events: usize, was_recorded: bool, waited: Duration) {
        let events = u64::try_from(events).unwrap_or(u64::MAX);
        let counter = if was_recorded {
            &self.recorded
        } else {
            &self.refused
        };
        counter.fetch_add(events, Ordering::Relaxed);
        if events > 0 {
            let waited = u64::try_from(waited.as_micros()).unwrap_or(u64::MAX);
            self.waited_us.fetch_add(waited, Ordering::Relaxed);
        }
    }

    /// A checkpoint covers all records.
    pub(crate) fn signed(&self, at: UnixMillis) {
        self.signed_at.store(at, Ordering::Relaxed);
    }
}

impl Audit {
    /// What was counted since the trail was opened.
    pub fn figures(&self) -> Figures {
        let counted = &self.0.counted;
        let signed_at = counted.signed_at.load(Ordering::Relaxed);
        Figures {
            recorded: counted.recorded.load(Ordering::Relaxed),
            refused: counted.refused.load(Ordering::Relaxed),
            waited: Duration::from_micros(counted.waited_us.load(Ordering::Relaxed)),
            signed_at: Some(signed_at).filter(|at| *at > 0),
        }
    }

    /// How many alerts of the last 31 days nobody has closed; no more than 5,000 are looked at.
    ///
    /// # Errors
    /// The store failed, or an alert does not open.
    pub async fn open_alerts(&self) -> Result<u64, OperationError> {
        let standing = self.alerts_standing(OPEN_DAYS, MAX_LOOKED_AT).await?;
        Ok(standing.open)
    }

    /// How the alerts of so many days stand; no more than `most` and a page are looked at, oldest first.
    ///
    /// # Errors
    /// The store failed, or an alert does not open.
    pub async fn alerts_standing(
        &self,
        days: u64,
        most: usize,
    ) -> Result<AlertsStanding, OperationError> {
        let since = self.now().saturating_sub(days.saturating_mul(DAY_MS));
        let mut after = AlertId::before_day(since, &self.0.settings.rules.zone);
        let (mut standing, mut looked_at) = (AlertsStanding::default(), 0);
        loop {
            let alerts = self.alerts(Some(after), MAX_ALERTS).await?;
            let Some(last) = alerts.last() else {
                return Ok(standing);
            };
            after = last.id;
            looked_at += alerts.len();
            for alert in &alerts {
                standing.count(alert);
            }
            if looked_at >= most {
                standing.is_cut = true;
                return Ok(standing);
            }
        }
    }
}
