//! The one door: nothing behind a route runs before its caller was admitted here.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use wardline_messaging::port::Clock;

use super::access::Access;
use super::tokens::TokenProblem;
use super::{AccessTable, Caller, Scope, Tokens};
use crate::http::limits::{PerCaller, until_sent};
use crate::http::problem::{Code, Problem};

/// What the guard goes by.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) access: Arc<AccessTable>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) per_caller: PerCaller,
    /// Route templates that are counted as streams, not as requests.
    pub(crate) streams: &'static [&'static str],
}

/// Lets a request through to its route, with its [`Caller`] attached, or answers for it.
pub(crate) async fn admit(
    State(guard): State<Guard>,
    matched: MatchedPath,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let Some(access) = guard.access.get(request.method(), matched.as_str()) else {
        let documented = guard.access.knows_path(matched.as_str());
        return Err(Problem::new(if documented {
            Code::MethodNotAllowed
        } else {
            Code::NotFound
        }));
    };
    let Access::Scopes(wanted) = access else {
        return Ok(next.run(request).await);
    };
    let caller = guard.caller(request.headers())?;
    check(&caller, wanted)?;
    tracing::Span::current().record("caller", caller.name());
    if guard.streams.contains(&matched.as_str()) {
        request.extensions_mut().insert(caller);
        return Ok(next.run(request).await);
    }
    let place = guard.per_caller.enter(caller.name())?;
    request.extensions_mut().insert(caller);
    Ok(until_sent(next.run(request).await, place))
}

impl Guard {
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        let token = bearer(headers).ok_or_else(|| Problem::new(Code::Unauthenticated))?;
        self.tokens
            .caller(token, self.clock.now())
            .map_err(|problem| match problem {
                TokenProblem::Unknown => Problem::new(Code::Unauthenticated),
                TokenProblem::Expired => Problem::new(Code::TokenExpired),
            })
    }
}

fn check(caller: &Caller, wanted: &[Scope]) -> Result<(), Problem> {
    match wanted.iter().find(|scope| !caller.may(**scope)) {
        None => Ok(()),
        Some(missing) => Err(Problem::new(Code::ScopeMissing)
            .detail(format!("this needs a token with the scope {missing}"))),
    }
}

/// The token of the one `Authorization: Bearer` header (RFC 6750 §2.1). Tokens in a query are not taken: queries
/// end up in logs.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
