//! Figures of sessions.

use std::collections::BTreeMap;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use wardline_sessions::model::{EndCause, EventKind, Expiry};
use wardline_sessions::operations::{Checked, Denial};

use super::names;
use super::register::{counter, gauge};

/// Everything that happens; what did not happen yet is shown as 0.
const KINDS: [EventKind; 8] = [
    EventKind::Created,
    EventKind::Locked,
    EventKind::Unlocked,
    EventKind::Renewed,
    EventKind::Ended(EndCause::Expired(Expiry::Idle)),
    EventKind::Ended(EndCause::Expired(Expiry::Absolute)),
    EventKind::Ended(EndCause::Revoked),
    EventKind::Ended(EndCause::Displaced),
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfResult {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfEvent {
    event: &'static str,
    cause: &'static str,
}

/// What checks came to. Each result has its counter at hand, so that counting takes no lock.
#[derive(Clone, Debug)]
pub(crate) struct SessionMetrics {
    live: Counter,
    unknown: Counter,
    expired_idle: Counter,
    expired_absolute: Counter,
    revoked: Counter,
    displaced: Counter,
    locked: Counter,
    permission: Counter,
    role_unknown: Counter,
}

impl SessionMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let family = Family::<OfResult, Counter>::default();
        let of = |result: &'static str| family.get_or_create_owned(&OfResult { result });
        let metrics = Self {
            live: of("live"),
            unknown: of(Denial::Unknown.name()),
            expired_idle: of(Denial::Expired(Expiry::Idle).name()),
            expired_absolute: of(Denial::Expired(Expiry::Absolute).name()),
            revoked: of(Denial::Revoked.name()),
            displaced: of(Denial::Displaced.name()),
            locked: of(Denial::Locked.name()),
            permission: of("permission"),
            role_unknown: of("role_unknown"),
        };
        counter(registry, names::SESSION_CHECKS, family.clone());
        metrics
    }

    /// Counts a check.
    pub(crate) fn checked(&self, checked: &Checked) {
        let counter = match checked {
            Checked::Live(_) => &self.live,
            Checked::Denied(Denial::Unknown) => &self.unknown,
            Checked::Denied(Denial::Expired(Expiry::Idle)) => &self.expired_idle,
            Checked::Denied(Denial::Expired(Expiry::Absolute)) => &self.expired_absolute,
            Checked::Denied(Denial::Revoked) => &self.revoked,
            Checked::Denied(Denial::Displaced) => &self.displaced,
            Checked::Denied(Denial::Locked) => &self.locked,
            Checked::Denied(Denial::Permission(_)) => &self.permission,
            Checked::Denied(Denial::RoleUnknown(_)) => &self.role_unknown,
        };
        counter.inc();
    }
}

/// Adds what the service knows.
pub(super) fn register(registry: &mut Registry, live: u64, happened: &BTreeMap<EventKind, u64>) {
    let gauge_of_live: Gauge = Gauge::default();
    gauge_of_live.set(i64::try_from(live).unwrap_or(i64::MAX));
    gauge(registry, names::SESSIONS_LIVE, gauge_of_live);
    let events = Family::<OfEvent, Counter>::default();
    for kind in KINDS {
        let of = OfEvent {
            event: kind.name(),
            cause: kind.detail().unwrap_or_default(),
        };
        events
            .get_or_create(&of)
            .inc_by(happened.get(&kind).copied().unwrap_or(0));
    }
    counter(registry, names::SESSION_EVENTS, events);
}
