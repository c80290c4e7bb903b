//! What a refusal of the gate is to the caller of the API. It tells what is true of the caller, and nothing of what
//! there is behind the gate.

use wardline_access::AccessError;
use wardline_access::approvals::ApprovalRefused;
use wardline_access::guard::Refused;
use wardline_access::policy::told_to_the_user;
use wardline_kernel::StoreError;

use super::{Code, Problem};
use crate::gate::{Closed, NotLetIn, NotOutside, NotSignedOut};
use crate::oidc::TokenRefused;

impl From<Closed> for Problem {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Emergency => Self::new(Code::EmergencyRefused).recorded(),
            Closed::Refused(Refused::Denied(decision)) => Self::new(Code::AccessDenied)
                .detail(told_to_the_user(&decision).join("; "))
                .recorded(),
            Closed::Refused(Refused::Unrecorded(error)) => unrecorded(&error),
            Closed::Refused(Refused::Facts(error)) => {
                tracing::error!(%error, "an access was refused");
                Self::new(Code::FactsUnavailable)
            }
            Closed::TooOften(seconds) => Self::new(Code::TooManySearches).retry_after(seconds),
            Closed::Access(error) => error.into(),
        }
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        let code = match &error {
            AccessError::NotFound(_) => Code::NotFound,
            AccessError::LoginTaken | AccessError::Conflict => Code::IdentityConflict,
            AccessError::Value { .. } | AccessError::RolesApart => Code::Invalid,
            AccessError::Busy => Code::Overloaded,
            AccessError::NotAuthorised => Code::AccessDenied,
            AccessError::Unrecorded(error) => return unrecorded(error),
            AccessError::Store(StoreError::Full | StoreError::Unavailable(_)) => {
                Code::StoreUnavailable
            }
            AccessError::KeyServiceUnavailable(_) => Code::KeyServiceUnavailable,
            AccessError::Store(StoreError::Corrupt(_))
            | AccessError::Key(_)
            | AccessError::Sealed(_)
            | AccessError::Random(_) => Code::Unreadable,
        };
        match error {
            // What a driver said is for the log, not for the caller.
            AccessError::Store(_)
            | AccessError::Key(_)
            | AccessError::KeyServiceUnavailable(_)
            | AccessError::Sealed(_)
            | AccessError::Random(_) => {
                tracing::error!(%error, "an operation on identities failed");
                Self::new(code)
            }
            AccessError::Value { field, expected } => {
                Self::invalid(field, format!("expected {expected}"))
            }
            error => Self::new(code).detail(error.to_string()),
        }
    }
}

impl From<NotLetIn> for Problem {
    fn from(error: NotLetIn) -> Self {
        match error {
            NotLetIn::Refused => Self::new(Code::NotLetIn),
            NotLetIn::NoSecondFactor => Self::new(Code::SecondFactorNeeded),
            NotLetIn::WhichRole => Self::invalid("role", "expected one of your roles"),
            NotLetIn::Access(error) => error.into(),
            NotLetIn::Session(error) => error.into(),
            NotLetIn::Unrecorded(error) => unrecorded(&error),
        }
    }
}

impl From<NotOutside> for Problem {
    fn from(error: NotOutside) -> Self {
        match error {
            NotOutside::Token(TokenRefused::Expired) => Self::new(Code::TokenExpired),
            NotOutside::Token(TokenRefused::NoKeys) => {
                tracing::error!("a person was refused: the outside provider's keys cannot be had");
                Self::new(Code::FactsUnavailable)
            }
            // Which of it, only the trail says.
            NotOutside::Token(_) => Self::new(Code::Unauthenticated),
            NotOutside::Account => Self::new(Code::NotLetIn),
            NotOutside::WhichRole => {
                Self::invalid("Wardline-Role", "you have several roles: name one of them")
            }
            NotOutside::Access(error) => error.into(),
            NotOutside::Unrecorded(error) => unrecorded(&error),
        }
    }
}

impl From<ApprovalRefused> for Problem {
    fn from(refused: ApprovalRefused) -> Self {
        Self::new(Code::ApprovalNeeded).detail(refused.to_string())
    }
}

impl From<NotSignedOut> for Problem {
    fn from(error: NotSignedOut) -> Self {
        match error {
            NotSignedOut::Access(error) => error.into(),
            NotSignedOut::Session(error) => error.into(),
        }
    }
}

fn unrecorded(error: &wardline_access::port::RecordError) -> Problem {
    tracing::error!(%error, "an access was refused: it could not be recorded");
    Problem::new(Code::AuditUnavailable)
}
