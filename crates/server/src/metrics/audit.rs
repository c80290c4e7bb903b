//! Figures of the audit trail.

use std::sync::atomic::AtomicU64;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use wardline_audit::Figures;

use super::names;
use super::register::{counter, gauge};

/// Registers what the trail has counted.
pub(super) fn register(registry: &mut Registry, figures: Figures, open_alerts: u64) {
    for (name, count) in [
        (names::AUDIT_RECORDED, figures.recorded),
        (names::AUDIT_REFUSED, figures.refused),
    ] {
        let metric: Counter = Counter::default();
        metric.inc_by(count);
        counter(registry, name, metric);
    }
    let waited: Counter<f64, AtomicU64> = Counter::default();
    waited.inc_by(figures.waited.as_secs_f64());
    counter(registry, names::AUDIT_WAITED, waited);
    let signed: Gauge = Gauge::default();
    let at = figures.signed_at.unwrap_or_default() / 1_000;
    signed.set(i64::try_from(at).unwrap_or(i64::MAX));
    gauge(registry, names::AUDIT_SIGNED, signed);
    let alerts: Gauge = Gauge::default();
    alerts.set(i64::try_from(open_alerts).unwrap_or(i64::MAX));
    gauge(registry, names::AUDIT_ALERTS, alerts);
}
