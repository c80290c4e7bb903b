//! Figures for Prometheus: [`names`] lists them all.

mod audit;
mod beds;
mod http;
mod keys;
mod mllp;
pub mod names;
mod register;
mod service;
mod sessions;
mod store;

use std::fmt;

use prometheus_client::encoding::text;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use wardline_audit::Audit;
use wardline_messaging::model::UnixMillis;
use wardline_messaging::{Health, Messaging};
use wardline_sessions::Sessions;
use wardline_sessions::operations::SessionFilter;
use wardline_vitals::LiveBeds;

pub(crate) use beds::BedMetrics;
pub(crate) use http::{HotRoute, HttpMetrics};
use register::gauge;
pub(crate) use sessions::SessionMetrics;

use crate::keys::KeyKeeper;
use crate::mllp::Listeners;
use crate::store_watch::StoreCondition;

/// The media type of the text that [`Metrics::text`] gives.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A page that lists every metric, as it stands in `docs/reference/metrics.md`.
pub fn reference() -> String {
    let rows = names::ALL
        .iter()
        .map(|(name, help)| format!("| `{name}` |{help} |\n"));
    let table: String = rows.collect();
    format!(
        "# Metrics\n\nWhat `/metrics` shows. Made from the code; labels are names of channels and destinations, route \
         templates and fixed words.\n\n| name | what |\n|---|---|\n{table}"
    )
}

/// The process's figures.
pub struct Metrics {
    /// What is counted as it happens. What the service counts itself is read from it at each scrape.
    registry: Registry,
    pub(crate) http: HttpMetrics,
    pub(crate) sessions: SessionMetrics,
    pub(crate) beds: BedMetrics,
}

impl Metrics {
    /// Figures of a process of this version that started at this time.
    pub fn new(version: &'static str, started_at: UnixMillis) -> Self {
        let mut registry = Registry::default();
        let info = names::BUILD_INFO
            .strip_suffix("_info")
            .unwrap_or(names::BUILD_INFO);
        let version = Info::new(vec![("version", version)]);
        registry.register(info, register::help(names::BUILD_INFO), version);
        let start: Gauge = Gauge::default();
        start.set(i64::try_from(started_at / 1_000).unwrap_or(i64::MAX));
        gauge(&mut registry, names::START_TIME, start);
        let http = HttpMetrics::register(&mut registry);
        let sessions = SessionMetrics::register(&mut registry);
        let beds = BedMetrics::register(&mut registry);
        Self {
            registry,
            http,
            sessions,
            beds,
        }
    }

    /// All figures as OpenMetrics text. What a store would have to be asked for is left out while it does not answer: the
    /// rest is wanted most then.
    pub(crate) async fn text(
        &self,
        messaging: &Messaging,
        sessions: &Sessions,
        beds: &LiveBeds,
        (listeners, trail, keys): (&Listeners, &Audit, &KeyKeeper),
        condition: &StoreCondition,
    ) -> String {
        let channels = messaging.channels().await.unwrap_or_default();
        let ready = messaging.health() == Health::Ready;
        let mut of_service = service::registry(&channels, ready, messaging.now());
        store::register(&mut of_service, condition);
        if let Ok(usage) = messaging.usage().await {
            service::register_room(&mut of_service, usage);
        }
        if let Ok(live) = sessions.count(&SessionFilter::default()).await {
            sessions::register(&mut of_service, live, &sessions.happened());
        }
        if let Ok(open) = trail.open_alerts().await {
            audit::register(&mut of_service, trail.figures(), open);
        }
        keys::register(&mut of_service, keys);
        mllp::register(&mut of_service, &listeners.stats());
        beds::register_now(&mut of_service, beds);
        self.written(&of_service)
    }

    /// The figures of an instance that stands by.
    pub(crate) fn text_of_standby(&self, condition: &StoreCondition) -> String {
        let mut of_store = Registry::default();
        store::register(&mut of_store, condition);
        self.written(&of_store)
    }

    fn written(&self, asked_for: &Registry) -> String {
        let mut out = String::new();
        let written = text::encode_registry(&mut out, &self.registry)
            .and_then(|()| text::encode_registry(&mut out, asked_for))
            .and_then(|()| text::encode_eof(&mut out));
        if written.is_err() {
            tracing::error!("a metric cannot be written; the figures are not complete");
        }
        out
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}
