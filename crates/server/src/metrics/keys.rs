//! Figures of keys and of the key service.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::names;
use super::register::{counter, gauge};
use crate::keys::KeyKeeper;

type Label = [(&'static str, String); 2];

/// Registers what is known of keys now.
pub(super) fn register(registry: &mut Registry, keeper: &KeyKeeper) {
    let service = keeper.service().map(|(_, state)| state);
    let is_there: Gauge = Gauge::default();
    let away = service.as_ref().is_some_and(|state| state.away.is_some());
    is_there.set(i64::from(!away));
    gauge(registry, names::KEY_SERVICE_AVAILABLE, is_there);
    let state = service.unwrap_or_default();
    for (name, count) in [
        (names::KEY_SERVICE_CALLS, state.calls),
        (names::KEY_SERVICE_FAILURES, state.unavailable),
    ] {
        let metric: Counter = Counter::default();
        metric.inc_by(count);
        counter(registry, name, metric);
    }
    let keys: Family<Label, Gauge> = Family::default();
    for (kek, count) in keeper.data_keys() {
        let labels = [
            ("holder", kek.holder.to_string()),
            ("version", kek.version.to_string()),
        ];
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        keys.get_or_create(&labels).set(count);
    }
    gauge(registry, names::DATA_KEYS, keys);
}
