//! What an error of live beds is to the caller of the API.

use wardline_kernel::StoreError;
use wardline_vitals::OperationError;
use wardline_vitals::operations::VitalsError;

use super::{Code, Problem};

impl From<OperationError> for Problem {
    fn from(error: OperationError) -> Self {
        let code = match &error {
            OperationError::NoSuchBed | OperationError::NoSuchStay => Code::NotFound,
            OperationError::Conflict(_) => Code::BedConflict,
            OperationError::NursesChanged => Code::VersionConflict,
            OperationError::Invalid(_) => Code::Invalid,
            OperationError::Full(_) => Code::LimitReached,
            OperationError::Store(StoreError::Full | StoreError::Unavailable(_)) => {
                Code::StoreUnavailable
            }
            OperationError::KeyServiceUnavailable(_) => Code::KeyServiceUnavailable,
            OperationError::Store(StoreError::Corrupt(_)) | OperationError::Seal(_) => {
                Code::Unreadable
            }
        };
        match error {
            // Names of files and what a driver said are for the log, not for the caller.
            OperationError::Store(_)
            | OperationError::Seal(_)
            | OperationError::KeyServiceUnavailable(_) => {
                tracing::error!(%error, "an operation of live beds failed");
                Self::new(code)
            }
            _ => Self::new(code).detail(error.to_string()),
        }
    }
}

impl From<VitalsError> for Problem {
    fn from(error: VitalsError) -> Self {
        match error {
            VitalsError::Operation(error) => error.into(),
            error => Self::invalid("items", error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use wardline_phi::ProviderError;

    use super::*;

    #[test]
    fn what_a_driver_said_of_beds_is_not_told() {
        let said = StoreError::Unavailable("/var/lib/wardline: EVERYWOMAN".to_owned());

        let problem = Problem::from(OperationError::Store(said));

        assert_eq!(problem.code(), Code::StoreUnavailable);
        assert!(!format!("{problem:?}").contains("EVERYWOMAN"));
    }

    #[test]
    fn a_key_service_that_is_away_is_no_damage_of_beds() {
        let away = ProviderError::unavailable("https://vault.internal: EVERYWOMAN");

        let problem = Problem::from(OperationError::KeyServiceUnavailable(away.into()));

        assert_eq!(problem.code(), Code::KeyServiceUnavailable);
        assert!(!format!("{problem:?}").contains("EVERYWOMAN"));
    }
}
