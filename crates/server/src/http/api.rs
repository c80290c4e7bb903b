//! What handlers share, and the router that they stand behind.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRef as _};
use axum::middleware::from_fn_with_state;
use tokio_util::sync::CancellationToken;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardline_audit::Audit;
use wardline_audit::port::ArchiveStore;
use wardline_messaging::Messaging;
use wardline_messaging::port::Clock;
use wardline_patients::Patients;
use wardline_sessions::Sessions;
use wardline_vitals::LiveBeds;

use super::auth::{AccessTable, Guard, Tokens, admit};
use super::idempotency::Idempotency;
use super::limits::{InFlight, Memory, PerCaller, limit};
use super::observe::{Observer, observe};
use super::openapi::{Described, describe_problems, general};
use super::options::{HttpOptions, MetricsAccess};
use super::problem::{Code, Problem};
use super::short_way::{self, HttpApi, ShortWay};
use super::v1::{Checks, Hub};
use super::{console, health, metrics_route, openapi, v1};
use crate::gate::Gate;
use crate::insight::Insight;
use crate::keys::KeyKeeper;
use crate::metrics::Metrics;
use crate::mllp::Listeners;
use crate::store_watch::StoreWatch;

/// What the API is made of.
pub struct ApiParts {
    /// The service.
    pub messaging: Messaging,
    /// Sessions of people.
    pub sessions: Sessions,
    /// Live beds.
    pub beds: LiveBeds,
    /// Records of patients.
    pub patients: Patients,
    /// The audit trail.
    pub audit: Audit,
    /// Where segments of the trail are archived, if anywhere.
    pub archive: Option<Arc<dyn ArchiveStore>>,
    /// Who looks after the keys.
    pub keys: KeyKeeper,
    /// Policy, identities, emergency accesses and the trail.
    pub gate: Arc<Gate>,
    /// How the store is.
    pub store: StoreWatch,
    /// The store and its servers, drills, the configuration, for those who run the installation.
    pub insight: Insight,
    /// Who may call.
    pub tokens: Arc<Tokens>,
    /// Wall-clock time.
    pub clock: Arc<dyn Clock>,
    /// The process's figures.
    pub metrics: Arc<Metrics>,
    /// The MLLP listeners.
    pub listeners: Arc<Listeners>,
    /// Limits.
    pub options: HttpOptions,
    /// Ends event streams; the same that ends [`HttpServer::serve`](super::HttpServer::serve).
    pub stop: CancellationToken,
}

/// What handlers share. Each request gets a copy, so a copy is one count and not one for each part.
#[derive(Clone)]
pub(crate) struct Api(Arc<Shared>);

/// The parts of it.
pub(crate) struct Shared {
    pub(crate) messaging: Messaging,
    pub(crate) sessions: Sessions,
    pub(crate) beds: LiveBeds,
    pub(crate) patients: Patients,
    pub(crate) audit: Audit,
    pub(crate) archive: Option<Arc<dyn ArchiveStore>>,
    pub(crate) keys: KeyKeeper,
    pub(crate) gate: Arc<Gate>,
    pub(crate) hub: Hub,
    pub(crate) store: StoreWatch,
    pub(crate) insight: Insight,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) listeners: Arc<Listeners>,
    pub(crate) described: Described,
    pub(crate) streams: PerCaller,
    pub(crate) bed_streams: PerCaller,
    pub(crate) memory: Memory,
    pub(crate) stop: CancellationToken,
    /// Tells this process's events from those of another: when it started, in milliseconds since 1970.
    pub(crate) process: u64,
}

impl Deref for Api {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Routes that no limit of requests holds up: they must answer under load, or answer for as long as one listens.
const UNLIMITED: &[&str] = &[
    "/healthz",
    "/readyz",
    "/readyz/sessions",
    "/v1/events",
    "/v1/estate/events",
    "/v1/sessions/events",
    "/v1/stream",
];
/// Routes that answer for as long as one listens: they are counted as streams, not as requests.
const STREAMS: &[&str] = &[
    "/v1/events",
    "/v1/estate/events",
    "/v1/sessions/events",
    "/v1/stream",
];
const METRICS: &str = "/metrics";

/// The whole API: every route behind its guard.
pub fn router(parts: ApiParts) -> HttpApi {
    let ApiParts {
        messaging,
        sessions,
        beds,
        patients,
        audit,
        archive,
        keys,
        gate,
        store,
        insight,
        tokens,
        clock,
        metrics,
        listeners,
        options,
        stop,
    } = parts;
    let idempotency = Idempotency {
        keys: Arc::default(),
        clock: Arc::clone(&clock),
        body_limit: options.body_limit_bytes,
    };
    let (routes, description) = documented(&idempotency).split_for_parts();
    let process = clock.now();
    let guard = Guard {
        tokens: Arc::clone(&tokens),
        access: Arc::new(access(&description, options.metrics)),
        clock,
        gate: Some(Arc::clone(&gate)),
        per_caller: PerCaller::new(options.max_requests_per_token, Code::TooManyRequests),
        streams: STREAMS,
    };
    let in_flight = InFlight::new(options.max_requests, options.request_timeout, UNLIMITED);
    let hub = Hub::start(&beds, metrics.beds.clone(), stop.clone());
    let api = Api(Arc::new(Shared {
        messaging,
        sessions,
        beds,
        patients,
        audit,
        archive,
        keys,
        gate,
        hub,
        store,
        insight,
        tokens,
        metrics: Arc::clone(&metrics),
        listeners,
        described: Described::new(&description),
        streams: PerCaller::new(options.max_streams_per_token, Code::TooManyStreams),
        bed_streams: PerCaller::new(options.max_bed_streams_per_token, Code::TooManyStreams),
        memory: Memory::new(),
        stop,
        process,
    }));
    let observer = Observer::new(Arc::clone(&metrics), process);
    let short = ShortWay {
        checks: Checks::from_ref(&api),
        guard: guard.clone(),
        in_flight: in_flight.clone(),
        observer: observer.clone(),
        figures: metrics.http.hot_route("POST", short_way::ROUTE),
    };
    // The last layer is the outermost: observed, then admitted, then limited.
    let router = routes
        .layer(DefaultBodyLimit::max(options.body_limit_bytes))
        .route_layer(from_fn_with_state(in_flight, limit))
        .route_layer(from_fn_with_state(guard, admit))
        .fallback(console::file_or_page)
        .method_not_allowed_fallback(|| async { Problem::new(Code::MethodNotAllowed) })
        .layer(from_fn_with_state(observer, observe))
        .with_state(api);
    HttpApi::new(router, short)
}

/// The API's description, as it is served and kept in `docs/reference/openapi.json`.
pub fn description() -> OpenApi {
    let unused = Idempotency {
        keys: Arc::default(),
        clock: Arc::new(wardline_messaging::port::SystemClock),
        body_limit: 0,
    };
    documented(&unused).into_openapi()
}

/// Every route there is. A route can only be added together with its description.
fn documented(idempotency: &Idempotency) -> OpenApiRouter<Api> {
    let mut routes = OpenApiRouter::with_openapi(general())
        .merge(v1::routes(idempotency))
        .routes(routes!(health::health_live))
        .routes(routes!(health::health_ready))
        .routes(routes!(health::health_ready_sessions))
        .routes(routes!(metrics_route::metrics_read))
        .routes(routes!(openapi::description_read));
    describe_problems(routes.get_openapi_mut());
    routes
}

pub(super) fn access(description: &OpenApi, metrics: MetricsAccess) -> AccessTable {
    let table = AccessTable::of(description);
    match metrics {
        MetricsAccess::Token => table,
        MetricsAccess::Open => table.opened(METRICS),
        MetricsAccess::Off => table.closed(METRICS),
    }
}
