//! Figures of the HTTP API itself.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::names;
use super::register::{counter, gauge, histogram};

/// Upper bounds of the duration's buckets, in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

/// Figures of the HTTP API itself. Routes are templates, so that no id becomes a label.
#[derive(Clone, Debug)]
pub(crate) struct HttpMetrics {
    requests: Family<RequestLabels, Counter>,
    duration: Family<RouteLabels, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    streams: Gauge,
}

/// The figures of one route and its success, at hand.
#[derive(Clone, Debug)]
pub(crate) struct HotRoute {
    requests: Counter,
    duration: Histogram,
}

impl HotRoute {
    /// A request was answered 200.
    pub(crate) fn answered(&self, took: Duration) {
        self.duration.observe(took.as_secs_f64());
        self.requests.inc();
    }
}

/// One more of something, until dropped.
#[derive(Debug)]
pub(crate) struct OneMore(Gauge);

impl HttpMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            requests: Family::default(),
            duration: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            in_flight: Gauge::default(),
            streams: Gauge::default(),
        };
        counter(registry, names::HTTP_REQUESTS, metrics.requests.clone());
        histogram(registry, names::HTTP_DURATION, metrics.duration.clone());
        gauge(registry, names::HTTP_IN_FLIGHT, metrics.in_flight.clone());
        gauge(registry, names::EVENT_STREAMS, metrics.streams.clone());
        metrics
    }

    /// A request has begun.
    pub(crate) fn begin(&self) -> OneMore {
        OneMore::of(&self.in_flight)
    }

    /// An event stream was opened.
    pub(crate) fn open_stream(&self) -> OneMore {
        OneMore::of(&self.streams)
    }

    /// The figures of successes of a route.
    pub(crate) fn hot_route(&self, method: &str, route: &str) -> HotRoute {
        let (method, route) = (method.to_owned(), route.to_owned());
        HotRoute {
            duration: self.duration.get_or_create_owned(&RouteLabels {
                route: route.clone(),
            }),
            requests: self.requests.get_or_create_owned(&RequestLabels {
                method,
                route,
                status: 200,
            }),
        }
    }

    /// A request was answered. `method` is one of HTTP's own, `route` a template of the router.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        self.duration
            .get_or_create(&RouteLabels {
                route: route.clone(),
            })
            .observe(took.as_secs_f64());
        self.requests
            .get_or_create(&RequestLabels {
                method,
                route,
                status,
            })
            .inc();
    }
}

impl OneMore {
    pub(super) fn of(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for OneMore {
    fn drop(&mut self) {
        self.0.dec();
    }
}
