//! What an error of an operation on the audit trail is to the caller of the API.

use wardline_audit::{NotRecorded, OperationError};
use wardline_kernel::StoreError;

use super::{Code, Problem};

impl From<NotRecorded> for Problem {
    fn from(error: NotRecorded) -> Self {
        let code = match &error {
            NotRecorded::Event(_) | NotRecorded::TooMany(_) => Code::Invalid,
            NotRecorded::Overloaded
            | NotRecorded::Closed
            | NotRecorded::Store(_)
            | NotRecorded::Key(_) => Code::AuditUnavailable,
        };
        // What a driver said is for the log.
        tracing::error!(%error, "the audit trail took no record, so nothing was given out");
        Self::new(code)
    }
}

impl From<OperationError> for Problem {
    fn from(error: OperationError) -> Self {
        let code = match &error {
            OperationError::NotRecorded(_) => Code::AuditUnavailable,
            OperationError::Store(StoreError::Full | StoreError::Unavailable(_)) => {
                Code::StoreUnavailable
            }
            OperationError::Store(StoreError::Corrupt(_))
            | OperationError::Key(_)
            | OperationError::Damaged(_) => Code::Unreadable,
            OperationError::NoSuchRecord(..) | OperationError::NoSuch(_) => Code::NotFound,
            OperationError::Dropped(_) => Code::AuditArchived,
            OperationError::Size { .. } | OperationError::TooMany { .. } => Code::Invalid,
            OperationError::State(_) => Code::AuditConflict,
            OperationError::Archive(_) => Code::Internal,
        };
        match error {
            OperationError::NotRecorded(error) => error.into(),
            OperationError::Store(_) | OperationError::Key(_) | OperationError::Archive(_) => {
                tracing::error!(%error, "an operation on the audit trail failed");
                Self::new(code)
            }
            OperationError::TooMany { field, max } => {
                Self::invalid(field, format!("expected at most {max}"))
            }
            OperationError::Size { .. } => Self::invalid("size", error.to_string()),
            // Places of records and fixed sentences: nothing of a person.
            error => Self::new(code).detail(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use wardline_audit::model::Seq;

    use super::*;

    #[test]
    fn a_trail_that_takes_no_record_is_no_error_of_the_caller_and_tells_nothing_of_the_store() {
        let said = StoreError::Unavailable("/var/lib/wardline: EVERYWOMAN".to_owned());

        let problem = Problem::from(OperationError::NotRecorded(NotRecorded::Store(said)));

        assert_eq!(problem.code(), Code::AuditUnavailable);
        assert!(!format!("{problem:?}").contains("EVERYWOMAN"));
    }

    #[test]
    fn a_record_that_was_archived_is_told_from_one_that_never_was() {
        let archived = Problem::from(OperationError::Dropped(Seq(7)));
        let never = Problem::from(OperationError::NoSuchRecord(Seq(7), 3));

        assert_eq!(archived.code(), Code::AuditArchived);
        assert_eq!(never.code(), Code::NotFound);
    }
}
