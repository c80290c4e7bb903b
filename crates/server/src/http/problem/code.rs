//! Every kind of problem that the API answers with. The codes are part of the interface: programs go by them.

use axum::http::StatusCode;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident: $code:literal, $status:ident, $title:literal;)+) => {
        /// A kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// Every code.
            #[cfg(test)]
            pub(crate) const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name in answers.
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            pub(crate) fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// A sentence that is the same for every problem of this kind.
            pub(crate) fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
        }
    };
}

codes! {
    /// The header or body cannot be read at all.
    Malformed: "malformed", BAD_REQUEST, "The request cannot be read.";
    /// No token, or none that is known.
    Unauthenticated: "unauthenticated", UNAUTHORIZED,
        "Present a token in the header Authorization: Bearer.";
    /// The token's time is over.
    TokenExpired: "token_expired", UNAUTHORIZED, "The token has expired; ask for a new one.";
    /// The session has ended.
    SessionEnded: "session_ended", UNAUTHORIZED, "The session has ended; sign in again.";
    /// Login, password or code is not right.
    NotLetIn: "not_let_in", UNAUTHORIZED,
        "Login, password or code is not right, or too many attempts failed.";
    /// A second factor is missing.
    SecondFactorNeeded: "second_factor_needed", FORBIDDEN,
        "A second factor is needed: enrol one, then sign in with its code.";
    /// A browser without TLS would show its token to the network.
    TlsNeeded: "tls_needed", FORBIDDEN,
        "Open the console by https, or by localhost on the machine itself.";
    /// Only a person may do this.
    PersonNeeded: "person_needed", FORBIDDEN, "Only a person who signed in may do this.";
    /// The policy does not allow it.
    AccessDenied: "access_denied", FORBIDDEN, "The policy does not allow this.";
    /// The emergency access does not hold.
    EmergencyRefused: "emergency_refused", FORBIDDEN,
        "The emergency access does not hold for this; ask for one.";
    /// The token may not do this.
    ScopeMissing: "scope_missing", FORBIDDEN, "The token may not do this.";
    /// No such route or thing.
    NotFound: "not_found", NOT_FOUND, "There is no such thing here.";
    /// The route has no such method.
    MethodNotAllowed: "method_not_allowed", METHOD_NOT_ALLOWED,
        "This resource does not take this method.";
    /// The message is no dead letter there.
    NotDead: "not_dead", CONFLICT, "The message is no dead letter at this destination.";
    /// The message does not wait there.
    NotWaiting: "not_waiting", CONFLICT, "The message does not wait at this destination.";
    /// The job has ended.
    JobEnded: "job_ended", CONFLICT, "The job has ended already.";
    /// The session is locked.
    SessionLocked: "session_locked", CONFLICT, "The session is locked; unlock it first.";
    /// The user has as many sessions as are allowed.
    TooManySessions: "too_many_sessions", CONFLICT,
        "The user has as many live sessions as the role allows.";
    /// Somebody changed the thing meanwhile.
    VersionConflict: "version_conflict", PRECONDITION_FAILED,
        "Somebody changed this meanwhile; read it again, then repeat the change.";
    /// A change must name the version that it follows (RFC 6585 §3).
    VersionRequired: "version_required", PRECONDITION_REQUIRED,
        "Name the version that this change follows in If-Match, such as \"3\".";
    /// It cannot be done at this bed as things are.
    BedConflict: "bed_conflict", CONFLICT, "This cannot be done at this bed as things are.";
    /// It cannot be done with what is kept about the trail as things are.
    AuditConflict: "audit_conflict", CONFLICT, "This cannot be done with the audit trail as things are.";
    /// The record is in the archive only.
    AuditArchived: "audit_archived", GONE,
        "This record was archived and is kept here no more; read it from the archive.";
    /// As many beds, units or stays are kept as the configuration allows.
    LimitReached: "limit_reached", CONFLICT, "A limit of live beds is reached.";
    /// Another user has this login, or somebody changed the user meanwhile.
    IdentityConflict: "identity_conflict", CONFLICT,
        "Another user has this login, or somebody changed it meanwhile.";
    /// Another record has a medical record number.
    RecordNumberTaken: "record_number_taken", CONFLICT,
        "Another record has this medical record number; search for it.";
    /// The record was merged into another one.
    RecordMerged: "record_merged", CONFLICT, "The record was merged into another one.";
    /// A legal hold forbids it, or there is none to lift.
    LegalHold: "legal_hold", CONFLICT, "The record's legal hold does not allow this.";
    /// The key-encryption key cannot be changed from here as things are.
    KeyConflict: "key_conflict", CONFLICT, "The key-encryption key cannot be changed from here as things are.";
    /// No backup can be made from here as things are.
    BackupConflict: "backup_conflict", CONFLICT, "No backup can be made from here as things are.";
    /// Another person has to approve it, or there is nothing to approve.
    ApprovalNeeded: "approval_needed", CONFLICT,
        "Another person must approve this; see the detail.";
    /// An `Idempotency-Key` was used for another request.
    IdempotencyKeyReused: "idempotency_key_reused", CONFLICT,
        "This Idempotency-Key was used for another request.";
    /// The first request of an `Idempotency-Key` has not ended.
    IdempotencyKeyBusy: "idempotency_key_busy", CONFLICT,
        "The first request with this Idempotency-Key is still being worked on.";
    /// What an `Idempotency-Key` stands for was done, and its answer was too large to be kept.
    AnswerNotKept: "idempotency_answer_not_kept", CONFLICT,
        "What was asked under this Idempotency-Key was done; its answer was too large to be given again.";
    /// The body is too large.
    BodyTooLarge: "body_too_large", PAYLOAD_TOO_LARGE, "The body is larger than is taken here.";
    /// The body is of another media type.
    UnsupportedMediaType: "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE,
        "The body is of a media type that is not taken here.";
    /// A field of the request is wrong.
    Invalid: "invalid", UNPROCESSABLE_ENTITY, "A part of the request is not valid.";
    /// One caller asks too much at once.
    TooManyRequests: "too_many_requests", TOO_MANY_REQUESTS,
        "This token has too many requests under way; wait for some to end.";
    /// One caller has too many event streams.
    TooManyStreams: "too_many_streams", TOO_MANY_REQUESTS,
        "This token has too many event streams open; close one.";
    /// Too many keys are remembered.
    TooManyKeys: "too_many_idempotency_keys", TOO_MANY_REQUESTS,
        "This token, or all together, have too many Idempotency-Keys in use; try again later.";
    /// Something broke here.
    Internal: "internal", INTERNAL_SERVER_ERROR, "Something failed here; it was logged.";
    /// What is stored does not open.
    Unreadable: "unreadable", INTERNAL_SERVER_ERROR,
        "What is stored does not open: its key is missing or the store was altered.";
    /// One caller searched too often.
    TooManySearches: "too_many_searches", TOO_MANY_REQUESTS,
        "Too many searches by what identifies a patient; wait a moment.";
    /// All callers together ask too much.
    Overloaded: "overloaded", SERVICE_UNAVAILABLE, "There is too much to do now; try again.";
    /// There are as many sessions as may be.
    SessionsFull: "sessions_full", SERVICE_UNAVAILABLE,
        "There are as many live sessions as the configuration allows.";
    /// It took longer than a request may.
    TimedOut: "timed_out", SERVICE_UNAVAILABLE,
        "The request took too long; what it asked for may have been done.";
    /// The trail takes no records, so nothing is given out.
    AuditUnavailable: "audit_unavailable", SERVICE_UNAVAILABLE,
        "The audit trail cannot be written, so nothing is given out or changed.";
    /// What decisions rest on cannot be read.
    FactsUnavailable: "facts_unavailable", SERVICE_UNAVAILABLE,
        "What the decision rests on cannot be read now.";
    /// The store takes no writes.
    StoreUnavailable: "store_unavailable", SERVICE_UNAVAILABLE, "The store is not available.";
    /// The key service is away, and the key that is needed is not at hand.
    KeyServiceUnavailable: "key_service_unavailable", SERVICE_UNAVAILABLE,
        "The key service does not answer, and the key that is needed is not at hand.";
    /// The process ends.
    Stopping: "stopping", SERVICE_UNAVAILABLE, "The service is stopping.";
}

impl Code {
    /// Seconds after which trying again may help.
    pub(crate) fn retry_after_seconds(self) -> Option<u32> {
        match self {
            Self::TooManyRequests | Self::TooManyStreams | Self::Overloaded => Some(1),
            Self::TooManyKeys
            | Self::AuditUnavailable
            | Self::StoreUnavailable
            | Self::KeyServiceUnavailable
            | Self::Stopping => Some(5),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_named_once_and_has_the_status_of_an_error() {
        let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();

        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let status = code.status();
            assert!(
                status.is_client_error() || status.is_server_error(),
                "{code:?}"
            );
            assert!(code.title().ends_with('.'), "{code:?}");
        }
    }

    #[test]
    fn every_code_stands_in_the_guide() {
        let guide = include_str!("../../../../../docs/guides/http-api.md");

        for code in Code::ALL {
            assert!(guide.contains(&format!("`{}`", code.as_str())), "{code:?}");
        }
    }
}
