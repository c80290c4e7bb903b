//! `Idempotency-Key`: a creating call that is sent again is answered as the first time, and not done again.
//!
//! A key belongs to the token that sent it and is kept for a day in memory (for five minutes where calls are
//! frequent or the answer holds a secret): it covers a caller that lost an answer, not a restart of the service. Jobs are durable rows; after a restart, list them before asking again.

mod store;

use std::sync::Arc;

use aws_lc_rs::digest;
use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::LengthLimitError;
use wardline_messaging::port::Clock;

use super::auth::Caller;
use super::problem::{Code, Problem};
use super::to_its_end::to_its_end;
pub(crate) use store::Keys;
use store::{Begun, Fingerprint, Kept};

/// The header that carries the key (draft-ietf-httpapi-idempotency-key-header).
pub(crate) const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is the stored one.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LONGEST_KEY: usize = 128;
/// Answers of creating calls are small; a larger one is not kept, but that its work is done is.
const LARGEST_ANSWER: usize = 64 * 1024;

/// What the middleware goes by.
#[derive(Clone)]
pub(crate) struct Idempotency {
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) body_limit: usize,
}

impl Idempotency {
    /// The same with keys of its own that are kept for five minutes, for calls that are frequent or whose answers hold
    /// a secret.
    pub(crate) fn kept_shortly(&self) -> Self {
        Self {
            keys: Arc::new(Keys::kept_shortly()),
            ..self.clone()
        }
    }
}

/// Lets the first request of a key through and answers the others from what it answered.
pub(crate) async fn once(
    State(idempotency): State<Idempotency>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let Some(key) = request.headers().get(HEADER) else {
        return Ok(next.run(request).await);
    };
    let key = checked(key)?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, idempotency.body_limit)
        .await
        .map_err(|error| unreadable(&error))?;
    let fingerprint = fingerprint(parts.method.as_str(), parts.uri.path(), &body);
    let now = idempotency.clock.now();
    let slot = match idempotency
        .keys
        .begin((caller.name(), &key), fingerprint, now)?
    {
        Begun::Answered(kept) => return Ok(replay(kept)),
        Begun::First(slot) => slot,
    };
    // A caller that goes away must not leave the work half done and unanswered.
    to_its_end(async move {
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        Ok(keep(response, slot).await)
    })
    .await
}

/// The body is too large, or did not arrive whole.
fn unreadable(error: &axum::Error) -> Problem {
    let source = std::error::Error::source(error);
    let too_large = source.is_some_and(<dyn std::error::Error>::is::<LengthLimitError>);
    Problem::new(if too_large {
        Code::BodyTooLarge
    } else {
        Code::Malformed
    })
}

fn checked(key: &HeaderValue) -> Result<String, Problem> {
    let text = key
        .to_str()
        .ok()
        .filter(|text| (1..=LONGEST_KEY).contains(&text.len()));
    text.map(str::to_owned).ok_or_else(|| {
        Problem::invalid(
            "idempotency-key",
            "expected 1 to 128 visible ASCII characters",
        )
    })
}

fn fingerprint(method: &str, path: &str, body: &[u8]) -> Fingerprint {
    let mut hash = digest::Context::new(&digest::SHA256);
    for part in [method.as_bytes(), path.as_bytes(), body] {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finish()
        .as_ref()
        .first_chunk()
        .copied()
        .unwrap_or_default()
}

/// Keeps what was answered, unless it was a failure here: then the caller may try again. What was done is never done
/// again, also when its answer cannot be kept.
async fn keep(response: Response, slot: store::Slot) -> Response {
    if response.status().is_server_error() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let location = parts.headers.get(header::LOCATION).cloned();
    let size = body.size_hint().upper();
    if size.is_none_or(|bytes| bytes > LARGEST_ANSWER as u64) {
        slot.fill(not_kept(location).await);
        return Response::from_parts(parts, body);
    }
    let Ok(body) = to_bytes(body, LARGEST_ANSWER).await else {
        slot.fill(not_kept(location).await);
        return Problem::new(Code::Internal).into_response();
    };
    slot.fill(Kept {
        status: parts.status,
        content_type: parts.headers.get(header::CONTENT_TYPE).cloned(),
        location,
        body: body.clone(),
    });
    Response::from_parts(parts, Body::from(body))
}

/// What is answered later in the place of an answer that is not kept.
async fn not_kept(location: Option<HeaderValue>) -> Kept {
    let (parts, body) = Problem::new(Code::AnswerNotKept)
        .into_response()
        .into_parts();
    Kept {
        status: parts.status,
        content_type: parts.headers.get(header::CONTENT_TYPE).cloned(),
        location,
        body: to_bytes(body, LARGEST_ANSWER).await.unwrap_or_default(),
    }
}

fn replay(kept: Kept) -> Response {
    let Kept {
        status,
        content_type,
        location,
        body,
    } = kept;
    let mut response = (status, Bytes::clone(&body)).into_response();
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    for (name, value) in [
        (header::CONTENT_TYPE, content_type),
        (header::LOCATION, location),
    ] {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    async fn answered_with(body_bytes: usize) -> (Response, Response) {
        let keys = Arc::new(Keys::default());
        let Ok(Begun::First(slot)) = keys.begin(("ward", "k"), [1; 32], 0) else {
            panic!("expected the first");
        };
        let location = [(header::LOCATION, "/v1/jobs/7")];
        let answer = (StatusCode::CREATED, location, vec![b'x'; body_bytes]).into_response();
        let first = keep(answer, slot).await;
        match keys.begin(("ward", "k"), [1; 32], 1) {
            Ok(Begun::Answered(kept)) => (first, replay(kept)),
            other => panic!("expected that it is not done again: {other:?}"),
        }
    }

    #[tokio::test]
    async fn the_largest_answer_that_is_kept_is_given_again() {
        let (first, again) = answered_with(LARGEST_ANSWER).await;

        assert_eq!(first.status(), StatusCode::CREATED);
        assert_eq!(again.status(), StatusCode::CREATED);
    }

    #[tokio::test]
    async fn a_larger_answer_is_given_once_and_its_work_is_not_done_again() {
        let (first, again) = answered_with(LARGEST_ANSWER + 1).await;

        let body = to_bytes(first.into_body(), usize::MAX).await.unwrap();
        assert_eq!(body.len(), LARGEST_ANSWER + 1);
        assert_eq!(again.status(), StatusCode::CONFLICT);
        assert_eq!(again.headers()[header::LOCATION], "/v1/jobs/7");
    }
}
