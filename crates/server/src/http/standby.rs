//! What an instance answers that stands by: that it lives, checks of sessions, and what happens to them.
//!
//! Sessions have no lease: every instance may check them, and what another one ended is refused here within a second. What
//! happens to them is in one log, which every instance reads.
//! Everything else is for the instance that writes. Callers are the applications of the token file; users and their
//! API keys are known to the instance that writes.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse as _;
use axum::routing::get;
use tokio_util::sync::CancellationToken;
use wardline_messaging::port::Clock;
use wardline_sessions::Sessions;

use super::api::access;
use super::auth::{Guard, Tokens, admit};
use super::health::{SessionReadiness, health_live, standing_by};
use super::limits::{InFlight, PerCaller, limit};
use super::metrics_route;
use super::observe::{Observer, observe};
use super::options::HttpOptions;
use super::problem::{Code, Problem};
use super::protect::Admission;
use super::short_way::{self, HttpApi, ShortWay};
use super::v1::{Checks, Watching, at_standby};
use crate::metrics::{MEDIA_TYPE, Metrics};
use crate::store_watch::StoreWatch;

/// What an instance that stands by answers with.
pub struct StandbyParts {
    /// Sessions of people. The instance that writes ends them in time, not this one.
    pub sessions: Sessions,
    /// Who may ask.
    pub tokens: Arc<Tokens>,
    /// Wall-clock time.
    pub clock: Arc<dyn Clock>,
    /// The process's figures.
    pub metrics: Arc<Metrics>,
    /// How the store is.
    pub store: StoreWatch,
    /// Limits.
    pub options: HttpOptions,
    /// Ends event streams; the same that ends [`HttpServer::serve`](super::HttpServer::serve).
    pub stop: CancellationToken,
}

/// What its handlers share.
#[derive(Clone)]
struct Standby {
    checks: Checks,
    watching: Watching,
}

impl FromRef<Standby> for Checks {
    fn from_ref(standby: &Standby) -> Self {
        standby.checks.clone()
    }
}

impl FromRef<Standby> for Watching {
    fn from_ref(standby: &Standby) -> Self {
        standby.watching.clone()
    }
}

/// Routes that answer for as long as one listens.
const STREAMS: &[&str] = &["/v1/sessions/events"];

/// Probes, checks of sessions and what happens to them; everything else is refused with who is to be asked.
pub fn standby(parts: StandbyParts) -> HttpApi {
    let StandbyParts {
        sessions,
        tokens,
        clock,
        metrics,
        store,
        options,
        stop,
    } = parts;
    let (routes, mut description) = at_standby::<Standby>().split_for_parts();
    description.merge(metrics_route::described());
    let process = clock.now();
    let watching = Watching {
        sessions: sessions.clone(),
        metrics: Arc::clone(&metrics),
        streams: PerCaller::new(options.max_streams_per_token, Code::TooManyStreams),
        admission: Admission {
            tokens: Arc::clone(&tokens),
            gate: None,
        },
        stop,
    };
    let guard = Guard {
        tokens,
        access: Arc::new(access(&description, options.metrics)),
        clock,
        gate: None,
        per_caller: PerCaller::new(options.max_requests_per_token, Code::TooManyRequests),
        streams: STREAMS,
    };
    let in_flight = InFlight::new(options.max_requests, options.request_timeout, STREAMS);
    let observer = Observer::new(Arc::clone(&metrics), process);
    let checks = Checks {
        sessions,
        metrics: Arc::clone(&metrics),
    };
    let short = ShortWay {
        checks: checks.clone(),
        guard: guard.clone(),
        in_flight: in_flight.clone(),
        observer: observer.clone(),
        figures: metrics.http.hot_route("POST", short_way::ROUTE),
    };
    let figures = {
        let (metrics, store) = (Arc::clone(&metrics), Arc::clone(&store));
        || async move {
            (
                [(header::CONTENT_TYPE, MEDIA_TYPE)],
                metrics.text_of_standby(&store()),
            )
        }
    };
    let router = routes
        .route("/metrics", get(figures))
        .layer(DefaultBodyLimit::max(options.body_limit_bytes))
        .route_layer(from_fn_with_state(in_flight, limit))
        .route_layer(from_fn_with_state(guard, admit))
        // Probes are for everybody, and held up by nobody.
        .merge(probes(store))
        .fallback(|| async { elsewhere().into_response() })
        .method_not_allowed_fallback(|| async { Problem::new(Code::MethodNotAllowed) })
        .layer(from_fn_with_state(observer, observe))
        .with_state(Standby { checks, watching });
    HttpApi::new(router, short)
}

fn probes(store: StoreWatch) -> Router<Standby> {
    let of_sessions = Arc::clone(&store);
    Router::new()
        .route("/healthz", get(health_live))
        .route("/readyz", get(|| async move { standing_by(&store) }))
        .route(
            "/readyz/sessions",
            get(|| async move { SessionReadiness::of(&of_sessions) }),
        )
}

fn elsewhere() -> Problem {
    Problem::new(Code::StoreUnavailable)
        .detail("This instance stands by; another one writes. Ask that one.")
}
