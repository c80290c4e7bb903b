//! What an error of keys is to the caller of the API.

use wardline_phi::ProviderError;

use super::{Code, Problem};
use crate::keys::KeysError;

impl From<KeysError> for Problem {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::Provider(error) => of_provider(&error),
            KeysError::Patients(error) => error.into(),
            KeysError::Stopping => Self::new(Code::Stopping),
            KeysError::Audit(error) => {
                tracing::error!(%error, "a change of keys was made and could not be recorded to its end");
                Self::new(Code::AuditUnavailable)
            }
            KeysError::Name(_) => Self::new(Code::Internal),
        }
    }
}

fn of_provider(error: &ProviderError) -> Problem {
    match error {
        ProviderError::Unavailable(_) => {
            tracing::warn!(%error, "keys could not be changed");
            Problem::new(Code::KeyServiceUnavailable)
        }
        ProviderError::CannotRotate(_) | ProviderError::Forbidden(_) => {
            Problem::new(Code::KeyConflict).detail(error.to_string())
        }
        error => {
            tracing::error!(%error, "keys could not be changed");
            Problem::new(Code::Internal)
        }
    }
}
