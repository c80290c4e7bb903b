//! How the store is.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::names;
use super::register::{counter, gauge};
use crate::store_watch::StoreCondition;

/// Registers whether the store is there, and what stands behind it.
pub(super) fn register(registry: &mut Registry, condition: &StoreCondition) {
    let away_seconds = condition.away_for.map_or(0, |away| away.as_secs());
    let mut put = |name, value: u64| {
        let figure: Gauge = Gauge::default();
        figure.set(i64::try_from(value).unwrap_or(i64::MAX));
        gauge(registry, name, figure);
    };
    put(names::STORE_UP, u64::from(condition.away_for.is_none()));
    put(names::STORE_AWAY, away_seconds);
    if let Some(replicas) = condition.replicas {
        put(
            names::STORE_REPLICAS,
            u64::try_from(replicas).unwrap_or(u64::MAX),
        );
    }
    if let Some(lag_bytes) = condition.lag_bytes {
        put(names::STORE_LAG, lag_bytes);
    }
    if let Some(seldom) = condition.seldom_sentinels {
        let seldom = u64::try_from(seldom).unwrap_or(u64::MAX);
        put(names::STORE_SENTINELS_SELDOM, seldom);
    }
    put(
        names::SESSION_LOG_BEHIND,
        condition.session_log_behind.as_secs(),
    );
    if let Some(remembered) = &condition.remembered {
        put(
            names::SESSIONS_REMEMBERED,
            u64::try_from(remembered.sessions).unwrap_or(u64::MAX),
        );
        put(names::SESSIONS_HEARD, u64::from(remembered.hears_all));
        let checks: Counter = Counter::default();
        checks.inc_by(remembered.checks);
        counter(registry, names::SESSION_CHECKS_REMEMBERED, checks);
    }
}
