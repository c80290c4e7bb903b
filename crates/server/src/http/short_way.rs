//! The short way of `POST /v1/sessions/check`: what an application asks at every request of its users.
//!
//! It does what the router's way does for a request that has nothing special, with the same parts: the guard, the
//! limits, the operation, the observer. Whatever is not plain, or would be refused, is handed to the router as it
//! came, so that there is one way only to say no. Why: docs/decisions/0010-session-check.md.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::OwnedSemaphorePermit;
use tower_service::Service as _;

use super::api::Api;
use super::auth::{Guard, Scope};
use super::extract::Object;
use super::limits::{InFlight, Place};
use super::observe::Observer;
use super::problem::{Code, Problem};
use super::v1::{CheckBody, check};
use crate::metrics::HotRoute;

/// The route.
pub(super) const ROUTE: &str = "/v1/sessions/check";
/// Bytes of a body at most: a token and a permission take some 200.
const LONGEST_BODY: u64 = 4 * 1024;

/// The whole API: every route behind its guard. Copies are cheap.
#[derive(Clone)]
pub struct HttpApi {
    router: Router,
    short: Option<Arc<ShortWay>>,
}

/// What the short way is made of.
pub(super) struct ShortWay {
    pub(super) api: Api,
    pub(super) guard: Guard,
    pub(super) in_flight: InFlight,
    pub(super) observer: Observer,
    pub(super) figures: HotRoute,
}

/// A caller's places, given back when dropped.
type Places = (Place, OwnedSemaphorePermit);
/// An answer on its way.
type Answering = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

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

impl hyper::service::Service<hyper::Request<Incoming>> for HttpApi {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: hyper::Request<Incoming>) -> Answering {
        let mut router = self.router.clone();
        let short = self.short.as_ref();
        match short.and_then(|short| Some((short, short.admit(&request)?))) {
            Some((short, places)) => {
                let short = Arc::clone(short);
                Box::pin(async move { short.answer(request, places, router).await })
            }
            None => Box::pin(router.call(request.map(Body::new))),
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
        request: hyper::Request<Incoming>,
        places: Places,
        mut router: Router,
    ) -> Result<Response, Infallible> {
        let started = Instant::now();
        let (parts, body) = request.into_parts();
        // Whoever sends the rest of a body late must not keep a place for ever.
        let body = match tokio::time::timeout(self.in_flight.timeout(), body.collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(_)) => return Ok(Problem::new(Code::Malformed).into_response()),
            Err(_) => return Ok(Problem::new(Code::TimedOut).into_response()),
        };
        let Ok(Object(asked)) = serde_json::from_slice::<Object<CheckBody>>(&body) else {
            drop(places);
            return router
                .call(Request::from_parts(parts, Body::from(body)))
                .await;
        };
        let _in_flight = self.api.metrics.http.begin();
        let checking = tokio::time::timeout(self.in_flight.timeout(), check(&self.api, &asked));
        let mut response = match checking.await {
            Ok(Ok(text)) => json(text.into()),
            Ok(Err(problem)) => problem.into_response(),
            Err(_) => Problem::new(Code::TimedOut).into_response(),
        };
        let status = response.status();
        if status == hyper::StatusCode::OK {
            self.figures.answered(started.elapsed());
        } else {
            let took = started.elapsed();
            let metrics = &self.api.metrics.http;
            metrics.answered("POST", ROUTE, status.as_u16(), took);
        }
        let id = self.observer.next_id();
        Observer::mark(&mut response, &id);
        Ok(response)
    }
}

fn json(text: Bytes) -> Response {
    let mut response = Response::new(Body::from(text));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
