//! What is recorded of each request, and what each answer carries: never a URL, a query or a body.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::metrics::Metrics;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// 16 hexadecimal digits, a dash, 20 decimal ones.
const LONGEST_ID: usize = 37;
/// The route of a request that matched none: its path is the caller's text.
const NO_ROUTE: &str = "none";

/// The number of a request: goes along with it, for the trail.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) Arc<str>);

/// Numbers and counts requests.
#[derive(Clone)]
pub(super) struct Observer {
    metrics: Arc<Metrics>,
    /// Tells this process's request ids from those of another.
    process: u64,
    requests: Arc<AtomicU64>,
}

impl Observer {
    /// `process` is when the process started, in milliseconds since 1970.
    pub(super) fn new(metrics: Arc<Metrics>, process: u64) -> Self {
        Self {
            metrics,
            process,
            requests: Arc::default(),
        }
    }

    pub(super) fn next_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let mut id = String::with_capacity(LONGEST_ID);
        // Writing to a text does not fail.
        write!(id, "{:x}-{number}", self.process).unwrap_or_default();
        id
    }

    /// Gives an answer the headers that all answers have.
    pub(super) fn mark(response: &mut Response, id: &str) {
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert(REQUEST_ID, id);
        }
        // What is answered may be of patients: no cache may keep it, no browser may guess at it.
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
    }
}

/// Logs and counts a request under its route's template, and gives its answer the headers that all answers have.
pub(super) async fn observe(
    State(observer): State<Observer>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = observer.next_id();
    request
        .extensions_mut()
        .insert(RequestId(id.as_str().into()));
    let method = method_label(request.method());
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
    let span = tracing::info_span!(
        "http", request_id = %id, method, %route, caller = tracing::field::Empty
    );
    let _in_flight = observer.metrics.http.begin();

    let mut response = next.run(request).instrument(span.clone()).await;

    let took = started.elapsed();
    let status = response.status().as_u16();
    observer.metrics.http.answered(method, &route, status, took);
    span.in_scope(|| {
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        // What broke here is told; what was refused, under load above all, must not fill the log.
        if status == StatusCode::INTERNAL_SERVER_ERROR.as_u16() {
            tracing::warn!(status, took_ms, "failed");
        } else {
            tracing::debug!(status, took_ms, "answered");
        }
    });
    Observer::mark(&mut response, &id);
    response
}

/// A method's name; `other` for what HTTP does not know, so that no caller makes labels.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
