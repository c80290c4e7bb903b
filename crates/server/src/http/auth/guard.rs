//! The one door: nothing behind a route runs before its caller was admitted here.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use wardline_access::guard::{Ask, Refused, Subject};
use wardline_access::model::{Action, Purpose, Role, TypeSet};
use wardline_access::policy::Reason;
use wardline_messaging::port::Clock;
use wardline_sessions::model::SessionToken;
use zeroize::Zeroizing;

use super::access::Access;
use super::caller::AskedWith;
use super::tokens::TokenProblem;
use super::{AccessTable, Caller, Scope, Tokens, Way, browser};
use crate::gate::{Closed, Gate};
use crate::http::limits::{PerCaller, until_sent};
use crate::http::problem::{Code, Problem, Unrecorded};

/// Says what something is done for, by its code in HL7 v3 PurposeOfUse.
const PURPOSE: HeaderName = HeaderName::from_static("wardline-purpose");
/// Carries the token of an emergency access.
const EMERGENCY: HeaderName = HeaderName::from_static("wardline-emergency");
/// Names one of several roles that an outside provider gives; it gives none itself.
const ROLE: HeaderName = HeaderName::from_static("wardline-role");
/// Says that a program asks by itself, so that nothing a person does keeps the session alive.
const PASSIVE: HeaderName = HeaderName::from_static("wardline-passive");

/// What the guard goes by.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) access: Arc<AccessTable>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Knows users and their keys. Without it only applications of the site are known.
    pub(crate) gate: Option<Arc<Gate>>,
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
    if *access == Access::Public {
        return Ok(next.run(request).await);
    }
    let is_stream = guard.streams.contains(&matched.as_str());
    let way = Way::of(request.extensions());
    let caller = guard.anybody(request.headers(), &way, is_stream).await?;
    let caller = caller.asking(asked_with(&request)?);
    tracing::Span::current().record("caller", caller.name());
    let place = if is_stream {
        None
    } else {
        Some(guard.per_caller.enter(caller.name())?)
    };
    let (method, changes) = (request.method().clone(), !request.method().is_safe());
    let response = match may(access, &caller) {
        Ok(()) => {
            if let (Access::Scopes(_), Some(gate)) = (access, &guard.gate) {
                gate.stands(&caller.principal(), changes).await?;
            }
            request.extensions_mut().insert(caller.clone());
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    };
    let response = match response.extensions().get::<Unrecorded>() {
        None => response,
        Some(Unrecorded(code)) => {
            let about = format!("{method} {}: {code}", matched.as_str());
            guard.record_refusal(&caller, changes, about).await?;
            response
        }
    };
    Ok(match place {
        Some(place) => until_sent(response, place),
        None => response,
    })
}

/// Whether the route is open to the caller.
fn may(access: &Access, caller: &Caller) -> Result<(), Problem> {
    match access {
        Access::Scopes(wanted) => check(caller, wanted),
        Access::Person if !caller.is_person() => Err(Problem::new(Code::PersonNeeded)),
        Access::Person | Access::Public => Ok(()),
    }
}

impl Guard {
    /// Whoever has the token: an application of the site, a person by its session, or a machine by its key.
    async fn anybody(
        &self,
        headers: &HeaderMap,
        way: &Way,
        is_stream: bool,
    ) -> Result<Caller, Problem> {
        let Some(gate) = &self.gate else {
            return self.caller(headers);
        };
        let presented = bearer(headers).or_else(|| in_cookie(headers));
        let token = presented.ok_or_else(|| Problem::new(Code::Unauthenticated))?;
        let identities = gate.identities();
        if SessionToken::read(token).is_ok() {
            // An open stream, a poll and a timer are nothing that a person does.
            let is_activity = !is_stream && !headers.contains_key(PASSIVE);
            let principal = identities.principal(token, is_activity).await?;
            return principal
                .map(|principal| Caller::person(principal, token))
                .ok_or_else(|| Problem::new(Code::SessionEnded));
        }
        // A provider's token comes with each request, never in a cookie that a browser sends by itself.
        if bearer(headers).is_some() && gate.may_be_outside(token) {
            let principal = gate.outside(token, role(headers)?, &way.0).await?;
            return Ok(Caller::person(principal, token));
        }
        match self.caller(headers) {
            Err(problem) if problem.is(Code::Unauthenticated) => {
                let principal = identities.principal_of_key(token).await?;
                principal.map(Caller::machine).ok_or(problem)
            }
            known => known,
        }
    }

    /// Puts a refusal into the trail that nobody else did: for a scope that is missing, or because no person asks.
    async fn record_refusal(
        &self,
        caller: &Caller,
        changes: bool,
        about: String,
    ) -> Result<(), Problem> {
        let ask = Ask {
            action: if changes { Action::Write } else { Action::Read },
            purpose: caller.purpose(),
            types: TypeSet::EMPTY,
            subject: Subject::NoPatient,
            emergency: None,
            about: Some(Arc::from(about)),
        };
        // An instance that stands by has no trail, and nothing of a patient.
        let Some(gate) = &self.gate else {
            return Ok(());
        };
        let principal = caller.principal();
        match gate.refuse(&principal, &ask, Reason::Role).await {
            Closed::Refused(Refused::Denied(_)) => Ok(()),
            closed => Err(closed.into()),
        }
    }

    /// The application of the site that has the token.
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

/// The role that is asked for.
fn role(headers: &HeaderMap) -> Result<Option<Role>, Problem> {
    let Some(word) = headers.get(&ROLE) else {
        return Ok(None);
    };
    let role = word.to_str().ok().and_then(|word| Role::parse(word).ok());
    let role = role.ok_or_else(|| Problem::invalid("Wardline-Role", "expected a role"));
    role.map(Some)
}

/// What comes with a request besides what it asks for.
fn asked_with(request: &Request) -> Result<AskedWith, Problem> {
    let headers = request.headers();
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().ok());
    let purpose = match text(&PURPOSE) {
        None => None,
        Some(word) => Some(word.and_then(|word| Purpose::parse(word).ok()).ok_or_else(|| {
            Problem::invalid(
                "Wardline-Purpose",
                "expected a purpose of use: TREAT, ETREAT, BTG, HPAYMT, HOPERAT, HRESCH, PATRQT, PUBHLTH or HLEGAL",
            )
        })?),
    };
    let emergency = text(&EMERGENCY);
    let emergency = emergency.map(|token| Zeroizing::new(token.unwrap_or_default().to_owned()));
    Ok(AskedWith {
        via: Way::of(request.extensions()).0,
        purpose,
        emergency,
    })
}

fn check(caller: &Caller, wanted: &[Scope]) -> Result<(), Problem> {
    match wanted.iter().find(|scope| !caller.may(**scope)) {
        None => Ok(()),
        Some(missing) => Err(Problem::new(Code::ScopeMissing)
            .detail(format!("this needs a token with the scope {missing}"))),
    }
}

/// The token that the console's browser keeps; a request that presents one itself means that one.
fn in_cookie(headers: &HeaderMap) -> Option<&str> {
    let presents = headers.contains_key(header::AUTHORIZATION);
    browser::token(headers).filter(|token| !presents && SessionToken::read(token).is_ok())
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
