//! Who makes a request, once its token was checked.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Scope;
use crate::http::problem::{Code, Problem};

/// Who makes a request. Only the guard makes one, so a handler that asks for it runs for nobody else.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    name: Arc<str>,
    scopes: Arc<[Scope]>,
}

impl Caller {
    pub(super) fn new(name: Arc<str>, scopes: &[Scope]) -> Self {
        Self {
            name,
            scopes: scopes.into(),
        }
    }

    /// The name of the token.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn may(&self, wanted: Scope) -> bool {
        self.scopes.iter().any(|scope| scope.covers(wanted))
    }

    /// Whether bodies and identifiers may be shown.
    pub(crate) fn sees_phi(&self) -> bool {
        self.may(Scope::Phi)
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
