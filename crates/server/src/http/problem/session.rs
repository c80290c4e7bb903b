//! What an error of an operation on sessions is to the caller of the API.

use wardline_kernel::StoreError;
use wardline_sessions::OperationError;

use super::{Code, Problem};

impl From<OperationError> for Problem {
    fn from(error: OperationError) -> Self {
        let code = match &error {
            OperationError::NoSuchSession(_) => Code::NotFound,
            OperationError::NoSuchRole(_)
            | OperationError::Fact(_)
            | OperationError::Name { .. }
            | OperationError::Limit { .. }
            | OperationError::TooMany { .. } => Code::Invalid,
            OperationError::TooManySessions { .. } => Code::TooManySessions,
            OperationError::Full => Code::SessionsFull,
            OperationError::Locked(_) => Code::SessionLocked,
            OperationError::Conflict { .. } => Code::VersionConflict,
            OperationError::KeyServiceUnavailable(_) => Code::KeyServiceUnavailable,
            OperationError::Store(StoreError::Full | StoreError::Unavailable(_)) => {
                Code::StoreUnavailable
            }
            OperationError::Store(StoreError::Corrupt(_))
            | OperationError::Key(_)
            | OperationError::Sealed(_) => Code::Unreadable,
        };
        let problem = Self::new(code);
        match error {
            // Names of files and what a driver said are for the log, not for the caller.
            OperationError::Store(_)
            | OperationError::KeyServiceUnavailable(_)
            | OperationError::Key(_)
            | OperationError::Sealed(_) => {
                tracing::error!(%error, "an operation on sessions failed");
                problem
            }
            // The name is the caller's text.
            OperationError::NoSuchRole(_) => Self::invalid(
                "role",
                "this role is not configured; add it to the roles file",
            ),
            OperationError::Fact(fact) => of_field(&fact.to_string(), problem),
            OperationError::Name { field, source } => Self::invalid(field, source.to_string()),
            OperationError::Limit { field, max_seconds } => Self::invalid(
                field,
                format!("expected 1 to {max_seconds}: what the role allows"),
            ),
            OperationError::TooMany { field, max } => {
                Self::invalid(field, format!("expected at most {max}"))
            }
            _ => problem.detail(error.to_string()),
        }
    }
}

/// Messages of the form `field: what is wrong` name the field.
fn of_field(text: &str, problem: Problem) -> Problem {
    match text.split_once(": ") {
        Some((field, detail)) => Problem::invalid(field.to_owned(), detail.to_owned()),
        None => problem.detail(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use wardline_phi::ProviderError;
    use wardline_sessions::model::{RoleName, UserName};

    use super::*;

    #[test]
    fn a_fact_that_is_refused_is_named_and_not_repeated() {
        let refused = UserName::new("").unwrap_err();

        let problem = Problem::from(OperationError::Fact(refused));

        assert_eq!(problem.code(), Code::Invalid);
        assert_eq!(problem.field.as_deref(), Some("user"));
    }

    #[test]
    fn a_key_service_that_is_away_is_no_damage_of_the_session() {
        let away = ProviderError::unavailable("https://vault.internal: EVERYWOMAN");

        let problem = Problem::from(OperationError::KeyServiceUnavailable(away.into()));

        assert_eq!(problem.code(), Code::KeyServiceUnavailable);
        assert!(!format!("{problem:?}").contains("EVERYWOMAN"));
    }

    #[test]
    fn what_the_caller_or_a_driver_said_is_not_told() {
        let role = RoleName::new("EVERYWOMAN").unwrap();
        let said = StoreError::Unavailable("/var/lib/wardline: EVERYWOMAN".to_owned());

        for error in [
            OperationError::NoSuchRole(role),
            OperationError::Store(said),
        ] {
            let problem = Problem::from(error);
            assert!(!format!("{problem:?}").contains("EVERYWOMAN"));
        }
    }
}
