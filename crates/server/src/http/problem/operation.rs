//! What an operation's error is to the caller of the API.

use wardline_messaging::OperationError;
use wardline_messaging::port::StoreError;

use super::{Code, Problem};

impl From<OperationError> for Problem {
    fn from(error: OperationError) -> Self {
        let code = match &error {
            OperationError::NoSuchMessage(_)
            | OperationError::NoSuchChannel(_)
            | OperationError::NoSuchDestination(_)
            | OperationError::NoSuchJob(_) => Code::NotFound,
            OperationError::NotDead { .. } => Code::NotDead,
            OperationError::NotWaiting { .. } => Code::NotWaiting,
            OperationError::Invalid(_) => Code::Invalid,
            OperationError::Overloaded
            | OperationError::TooManyJobs { .. }
            | OperationError::JobsBusy => Code::Overloaded,
            OperationError::Stopping => Code::Stopping,
            OperationError::Key(error) if error.is_unavailable() => Code::KeyServiceUnavailable,
            OperationError::Store(StoreError::Full | StoreError::Unavailable(_)) => {
                Code::StoreUnavailable
            }
            OperationError::Store(StoreError::Corrupt(_))
            | OperationError::Sealed(_)
            | OperationError::Key(_) => Code::Unreadable,
        };
        match error {
            OperationError::Invalid(text) => invalid(text),
            // Names of files and what a driver said are for the log, not for the caller.
            OperationError::Store(_) | OperationError::Key(_) | OperationError::Sealed(_) => {
                tracing::error!(%error, "an operation failed");
                Self::new(code)
            }
            _ => Self::new(code).detail(error.to_string()),
        }
    }
}

/// Messages of the form `field: what is wrong` name the field.
fn invalid(text: String) -> Problem {
    let is_field = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    match text.split_once(": ").filter(|(name, _)| is_field(name)) {
        Some((field, detail)) => Problem::invalid(field.to_owned(), detail.to_owned()),
        None => Problem::new(Code::Invalid).detail(text),
    }
}

#[cfg(test)]
mod tests {
    use wardline_messaging::model::MessageId;
    use wardline_phi::ProviderError;

    use super::*;

    #[test]
    fn what_a_driver_said_is_not_told() {
        let said = StoreError::Unavailable("/var/lib/wardline: EVERYWOMAN".to_owned());

        let problem = Problem::from(OperationError::Store(said));

        assert_eq!(problem.code(), Code::StoreUnavailable);
        assert!(!format!("{problem:?}").contains("EVERYWOMAN"));
    }

    #[test]
    fn a_key_service_that_is_away_is_no_damage_of_the_message() {
        let away = ProviderError::unavailable("https://vault.internal: EVERYWOMAN");

        let problem = Problem::from(OperationError::Key(away.into()));

        assert_eq!(problem.code(), Code::KeyServiceUnavailable);
        assert!(!format!("{problem:?}").contains("EVERYWOMAN"));
    }

    #[test]
    fn who_waits_for_jobs_is_told_of_jobs_and_not_of_writes() {
        for waits in [
            OperationError::JobsBusy,
            OperationError::TooManyJobs { max: 64 },
        ] {
            let problem = Problem::from(waits);

            assert_eq!(problem.code(), Code::Overloaded);
            assert!(problem.detail.unwrap().contains("job"));
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let problem = Problem::from(OperationError::NoSuchMessage(MessageId(7)));

        assert_eq!(problem.code(), Code::NotFound);
    }
}
