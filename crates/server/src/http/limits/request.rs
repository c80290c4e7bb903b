//! The limits of a request: how many at once, and how long one may take.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::until_sent;
use crate::http::problem::{Code, Problem};

/// How many requests there may be at once, and for how long.
#[derive(Clone, Debug)]
pub(crate) struct InFlight {
    places: Arc<Semaphore>,
    timeout: Duration,
    /// Route templates that answer as long as the caller listens, or that must answer under any load.
    unlimited: &'static [&'static str],
}

impl InFlight {
    pub(crate) fn new(most: usize, timeout: Duration, unlimited: &'static [&'static str]) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most)),
            timeout,
            unlimited,
        }
    }
}

impl InFlight {
    /// Takes a place for a request.
    pub(crate) fn enter(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map_err(|_| Problem::new(Code::Overloaded))
    }

    /// How long a request may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }
}

/// Answers 503 at once when too many requests are under way, or when one takes too long.
pub(crate) async fn limit(
    State(in_flight): State<InFlight>,
    matched: MatchedPath,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if in_flight.unlimited.contains(&matched.as_str()) {
        return Ok(next.run(request).await);
    }
    let place = in_flight.enter()?;
    let response = tokio::time::timeout(in_flight.timeout, next.run(request))
        .await
        .map_err(|_| Problem::new(Code::TimedOut))?;
    Ok(until_sent(response, place))
}
