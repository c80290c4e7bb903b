//! Registering metrics under the names that Prometheus shows.

use prometheus_client::registry::{Metric, Registry};

use super::names;

/// Registers a counter. The encoder adds `_total` by itself, so it is taken off here.
pub(super) fn counter(registry: &mut Registry, name: &str, metric: impl Metric) {
    registry.register(
        name.strip_suffix("_total").unwrap_or(name),
        help(name),
        metric,
    );
}

/// Registers a gauge.
pub(super) fn gauge(registry: &mut Registry, name: &str, metric: impl Metric) {
    registry.register(name, help(name), metric);
}

/// Registers a histogram.
pub(super) fn histogram(registry: &mut Registry, name: &str, metric: impl Metric) {
    registry.register(name, help(name), metric);
}

/// What the names' table says, without the full stop that the encoder adds.
pub(super) fn help(name: &str) -> &'static str {
    let entry = names::ALL.iter().find(|(known, _)| *known == name);
    entry.map_or("", |(_, help)| help.trim().trim_end_matches('.'))
}
