//! The short way of `POST /v1/sessions/check`: what an application asks at every request of its users.
//!
//! It does what the router's way does for a request that has nothing special, with the same parts: the guard, the
//! limits, the operation, the observer. Whatever is not plain, or would be refused, is handed to the router as it
//! came, so that there is one way only to say no. Why: docs/decisions/0010-session-check.md.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tower_service::Service as _;

use super::auth::{Guard, Scope};
use super::extract::Object;
use super::limits::{InFlight, Place};
use super::listen::Peer;
use super::observe::Observer;
use super::problem::{Code, Problem};
use super::v1::{CheckBody, Checks, check};
use crate::metrics::HotRoute;
use crate::threads::elsewhere;

/// The route.
pub(super) const ROUTE: &str = "/v1/sessions/check";
/// What the path of one bed begins with.
const BEDS: &str = "/v1/beds/";
/// Bytes of a body at most: a token and a permission take some 200.
const LONGEST_BODY: u64 = 4 * 1024;
/// Headers of an answer, with those that the connection adds.
const HEADERS: usize = 6;

/// The whole API: every route behind its guard. Copies are cheap.
#[derive(Clone)]
pub struct HttpApi {
    router: Router,
    short: Option<Arc<ShortWay>>,
}

/// What the short way is made of.
pub(super) struct ShortWay {
    pub(super) checks: Checks,
    pub(super) guard: Guard,
    pub(super) in_flight: InFlight,
    pub(super) observer: Observer,
    pub(super) figures: HotRoute,
}

/// A caller's places, given back when dropped.
type Places = (Place, OwnedSemaphorePermit);
/// An answer on its way.
pub(super) type Answering = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

impl HttpApi {
    pub(super) fn new(router: Router, short: ShortWay) -> Self {
        Self {
            router,
            short: Some(Arc::new(short)),
        }
    }
}

/// A router with nothing beside it.
impl From<Router> for HttpApi {
    fn from(router: Router) -> Self {
        Self {
            router,
            short: None,
        }
    }
}

impl HttpApi {
    /// Answers a request that came from `peer`: at once what is a look into memory, everything else by the house's
    /// runtime.
    pub(super) fn call(
        &self,
        mut request: hyper::Request<Incoming>,
        peer: Peer,
        house: &Handle,
    ) -> Answering {
        let mut router = self.router.clone();
        let short = self.short.as_ref();
        if let Some((short, places)) = short.and_then(|it| Some((it, it.admit(&request)?))) {
            let short = Arc::clone(short);
            Box::pin(async move { Ok(short.answer((request, peer), places, router).await) })
        } else {
            request.extensions_mut().insert(peer);
            let is_at_hand = is_at_hand(request.method(), request.uri().path());
            let answer = router.call(request.map(Body::new));
            if is_at_hand {
                return Box::pin(answer);
            }
            let house = house.clone();
            Box::pin(async move {
                let answer = elsewhere(&house, answer).await;
                answer.unwrap_or_else(|| Ok(Problem::new(Code::Internal).into_response()))
            })
        }
    }
}

impl ShortWay {
    /// The caller's places, when the request is a plain one of a caller who may.
    fn admit(&self, request: &hyper::Request<Incoming>) -> Option<Places> {
        if request.uri().path() != ROUTE || request.method() != Method::POST {
            return None;
        }
        let headers = request.headers();
        let length = headers.get(header::CONTENT_LENGTH)?.to_str().ok()?;
        let is_plain = headers.get(header::CONTENT_TYPE)?.as_bytes() == b"application/json"
            && length
                .parse::<u64>()
                .is_ok_and(|length| length <= LONGEST_BODY)
            && !headers.contains_key(header::EXPECT);
        if !is_plain {
            return None;
        }
        let caller = self.guard.caller(headers).ok()?;
        if !caller.may(Scope::SessionsCheck) {
            return None;
        }
        let place = self.guard.per_caller.enter(caller.name()).ok()?;
        Some((place, self.in_flight.enter().ok()?))
    }

    async fn answer(
        &self,
        (request, peer): (hyper::Request<Incoming>, Peer),
        places: Places,
        mut router: Router,
    ) -> Response {
        let started = Instant::now();
        let timeout = self.in_flight.timeout();
        let (parts, body) = request.into_parts();
        // Whoever sends the rest of a body late must not keep a place for ever.
        let body = match within(timeout, whole(body)).await {
            Some(Ok(body)) => body,
            Some(Err(_)) => return Problem::new(Code::Malformed).into_response(),
            None => return Problem::new(Code::TimedOut).into_response(),
        };
        let Ok(Object(asked)) = serde_json::from_slice::<Object<CheckBody>>(&body) else {
            drop(places);
            let mut request = Request::from_parts(parts, Body::from(body));
            request.extensions_mut().insert(peer);
            let Ok(response) = Box::pin(router.call(request)).await;
            return response;
        };
        let _in_flight = self.checks.metrics.http.begin();
        let mut response = match within(timeout, check(&self.checks, &asked)).await {
            Some(Ok(text)) => json(text.into()),
            Some(Err(problem)) => problem.into_response(),
            None => Problem::new(Code::TimedOut).into_response(),
        };
        let status = response.status();
        if status == hyper::StatusCode::OK {
            self.figures.answered(started.elapsed());
        } else {
            let took = started.elapsed();
            let metrics = &self.checks.metrics.http;
            metrics.answered("POST", ROUTE, status.as_u16(), took);
        }
        let id = self.observer.next_id();
        Observer::mark(&mut response, &id);
        response
    }
}

/// Whether the answer is some microseconds' work on what is in memory: a bed, which boards ask for again and again.
fn is_at_hand(method: &Method, path: &str) -> bool {
    let bed = path.strip_prefix(BEDS).filter(|_| method == Method::GET);
    bed.is_some_and(|bed| !bed.contains('/'))
}

/// A body's bytes, without a copy when they came in one piece.
async fn whole(mut body: Incoming) -> Result<Bytes, hyper::Error> {
    let mut first = Bytes::new();
    if let Some(frame) = body.frame().await
        && let Ok(data) = frame?.into_data()
    {
        first = data;
    }
    if body.is_end_stream() {
        return Ok(first);
    }
    let rest = body.collect().await?.to_bytes();
    Ok([first, rest].concat().into())
}

/// What becomes of `work` within this time. A timer is only made for what does not end at once, and nearly everything
/// does here.
async fn within<T>(time: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let at_once = poll_fn(|context| Poll::Ready(work.as_mut().poll(context)));
    match at_once.await {
        Poll::Ready(done) => Some(done),
        Poll::Pending => tokio::time::timeout(time, work).await.ok(),
    }
}

fn json(text: Bytes) -> Response {
    let mut response = Response::new(Body::from(text));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().reserve(HEADERS);
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
