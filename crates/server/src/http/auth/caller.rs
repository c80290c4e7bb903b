//! Who makes a request, once its token was checked.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::Extensions;
use axum::http::request::Parts;
use wardline_access::model::{Principal, Purpose, Via};
use zeroize::Zeroizing;

use super::{Scope, roles};
use crate::http::listen::Peer;
use crate::http::observe::RequestId;
use crate::http::problem::{Code, Problem};

/// Who makes a request. Only the guard makes one, so a handler that asks for it runs for nobody else.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    name: Arc<str>,
    scopes: Arc<[Scope]>,
    principal: Arc<Principal>,
    /// The token of its session; a person's alone.
    session_token: Option<Arc<Zeroizing<String>>>,
    asked: Arc<AskedWith>,
}

/// What came with a request besides what it asks for.
#[derive(Debug, Default)]
pub(super) struct AskedWith {
    pub(super) via: Via,
    pub(super) purpose: Option<Purpose>,
    pub(super) emergency: Option<Zeroizing<String>>,
}

impl Caller {
    /// An application of the site, by a token of its file.
    pub(super) fn application(
        name: Arc<str>,
        scopes: Arc<[Scope]>,
        principal: Arc<Principal>,
    ) -> Self {
        Self {
            name,
            scopes,
            principal,
            session_token: None,
            asked: Arc::default(),
        }
    }

    /// A person, by the token of its session.
    pub(super) fn person(principal: Principal, token: &str) -> Self {
        Self {
            session_token: Some(Arc::new(Zeroizing::new(token.to_owned()))),
            ..Self::machine(principal)
        }
    }

    /// A machine, by its key. Logs and limits know users by their ids.
    pub(super) fn machine(principal: Principal) -> Self {
        Self {
            name: format!("user:{}", principal.user()).into(),
            scopes: roles::scopes(principal.roles()).into(),
            session_token: None,
            principal: Arc::new(principal),
            asked: Arc::default(),
        }
    }

    pub(super) fn asking(self, asked: AskedWith) -> Self {
        Self {
            asked: Arc::new(asked),
            ..self
        }
    }

    /// The name of the token, or the id of the user. It may stand in logs.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a person, who acts by its own session.
    pub(crate) fn is_person(&self) -> bool {
        self.session_token.is_some()
    }

    /// The token by which a person acts.
    pub(crate) fn session_token(&self) -> Option<Arc<Zeroizing<String>>> {
        self.session_token.clone()
    }

    /// Whether it acts by a token of the site's file.
    pub(crate) fn is_application(&self) -> bool {
        use wardline_access::model::{Role, RoleSet};
        self.principal.roles() == RoleSet::one(Role::Application)
    }

    /// Who acts, on the way on which it asks.
    pub(crate) fn principal(&self) -> Principal {
        let principal = Principal::clone(&self.principal);
        principal.via(self.asked.via.clone())
    }

    /// What it does it for: as it says, else break-glass with the token of an emergency access, else what its role is
    /// for.
    pub(crate) fn purpose(&self) -> Purpose {
        let usual = || match self.asked.emergency {
            Some(_) => Purpose::BreakGlass,
            None => roles::usual_purpose(self.principal.roles()),
        };
        self.asked.purpose.unwrap_or_else(usual)
    }

    /// The token of an emergency access that came along.
    pub(crate) fn emergency(&self) -> Option<&str> {
        self.asked.emergency.as_ref().map(|token| token.as_str())
    }

    /// The same, as it would ask without an emergency access.
    pub(crate) fn without_emergency(&self) -> Self {
        let purpose = self.asked.purpose;
        let asked = AskedWith {
            via: self.asked.via.clone(),
            purpose: purpose.filter(|purpose| *purpose != Purpose::BreakGlass),
            emergency: None,
        };
        self.clone().asking(asked)
    }

    /// Which routes are open to it.
    pub(crate) fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    pub(crate) fn may(&self, wanted: Scope) -> bool {
        self.scopes.iter().any(|scope| scope.covers(wanted))
    }

    /// Whether bodies and identifiers may be shown, as far as the policy lets.
    pub(crate) fn sees_phi(&self) -> bool {
        self.may(Scope::Phi)
    }

    /// Whether the fields of sessions may be shown, as far as the policy lets.
    pub(crate) fn sees_session_fields(&self) -> bool {
        self.sees_phi() && roles::sees_session_fields(self.principal.roles())
    }

    /// Refuses what asks for a scope beyond that of the route, naming what asks for it.
    pub(crate) fn must(&self, wanted: Scope, field: &str) -> Result<(), Problem> {
        if self.may(wanted) {
            return Ok(());
        }
        Err(Problem::new(Code::ScopeMissing)
            .detail(format!(
                "this part of the request needs a token with the scope {wanted}"
            ))
            .field(field.to_owned()))
    }
}

/// On which way a request came that needs no token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way(pub(crate) Via);

impl Way {
    pub(super) fn of(extensions: &Extensions) -> Self {
        let peer = extensions.get::<Peer>();
        let id = extensions.get::<RequestId>();
        Self(Via {
            address: peer.map(|peer| peer.0),
            request: id.map(|id| id.0.clone()),
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Way {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Self, std::convert::Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem::new(Code::Unauthenticated))
    }
}
