//! The name of every metric, as Prometheus shows it (<https://prometheus.io/docs/practices/naming/>): one prefix,
//! base units, `_total` on what only grows. Dashboards and alerts use these names; a change breaks them.
//! No label ever holds anything of a patient.

macro_rules! names {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)+) => {
        $($(#[doc = $doc])+ pub const $name: &str = $text;)+

        /// Every name with what it says, for the reference and its test.
        pub const ALL: &[(&str, &str)] = &[$(($text, concat!($($doc),+))),+];
    };
}

names! {
    /// Always 1; the label `version` tells the version that runs.
    BUILD_INFO = "wardline_build_info";
    /// Unix time at which the process started, in seconds.
    START_TIME = "wardline_start_time_seconds";
    /// Whether messages can be taken (1) or are answered AE (0).
    READY = "wardline_ready";
    /// Bytes that the store takes on its disk.
    STORE_USED = "wardline_store_used_bytes";
    /// Bytes that are free on the store's disk. Below `store.min_free_bytes` no messages are taken.
    STORE_FREE = "wardline_store_free_bytes";
    /// Whether the store can be reached (1) or not (0).
    STORE_UP = "wardline_store_up";
    /// Seconds for which the store could not be reached; 0 while it can.
    STORE_AWAY = "wardline_store_away_seconds";
    /// Replicas that are in line, of the master that has the fewest. Only with Redis.
    STORE_REPLICAS = "wardline_store_replicas";
    /// Bytes that the best replica of a master is behind, of the master where that is most. Only with Redis.
    STORE_LAG = "wardline_store_replica_lag_bytes";
    /// Sentinels that look at their master seldom: after their start nobody told them how often to
    /// (`wardline redis quicken`). Only with Redis under Sentinels.
    STORE_SENTINELS_SELDOM = "wardline_store_sentinels_looking_seldom";
    /// Messages stored and acknowledged on a channel.
    MESSAGES_RECEIVED = "wardline_messages_received_total";
    /// Repeats on a channel that got the stored answer.
    MESSAGES_DUPLICATE = "wardline_messages_duplicate_total";
    /// Messages on a channel that could not be read.
    MESSAGES_QUARANTINED = "wardline_messages_quarantined_total";
    /// Messages on a channel that no destination wanted.
    MESSAGES_UNROUTED = "wardline_messages_unrouted_total";
    /// Messages on a channel since the process started that name no character set and are not UTF-8: they are read as Windows-1252.
    MESSAGES_CHARSET_GUESSED = "wardline_messages_character_set_guessed_total";
    /// Messages on a channel since the process started that are read as UTF-8 and are not throughout: what is not is shown as
    /// replacements.
    MESSAGES_TEXT_BROKEN = "wardline_messages_text_broken_total";
    /// Unix time of the last message on a channel, in seconds.
    LAST_RECEIVED = "wardline_last_message_received_timestamp_seconds";
    /// Messages that a destination took.
    DELIVERED = "wardline_messages_delivered_total";
    /// Messages that wait for a destination.
    WAITING = "wardline_messages_waiting";
    /// How long the message that waits longest for a destination has waited, in seconds.
    OLDEST_WAITING = "wardline_oldest_waiting_message_age_seconds";
    /// Messages at a destination that wait for a person's decision.
    DEAD_LETTERS = "wardline_dead_letters";
    /// Messages at a destination that a person gave up.
    DISCARDED = "wardline_messages_discarded_total";
    /// Messages that went out more than once because an answer was lost.
    RESENT = "wardline_messages_resent_total";
    /// Attempts to deliver since the process started, by how they ended.
    ATTEMPTS = "wardline_delivery_attempts_total";
    /// Seconds that attempts to deliver took together since the process started.
    ATTEMPT_SECONDS = "wardline_delivery_attempt_seconds_total";
    /// Messages on their way to a destination.
    IN_FLIGHT = "wardline_deliveries_in_flight";
    /// Whether a destination was given up on for a while (1) or not (0).
    CIRCUIT_OPEN = "wardline_destination_circuit_open";
    /// Unix time of the last delivery that a destination took, in seconds.
    LAST_DELIVERED = "wardline_last_message_delivered_timestamp_seconds";
    /// MLLP connections that are open.
    MLLP_CONNECTIONS = "wardline_mllp_connections";
    /// MLLP connections that were let in since the process started.
    MLLP_ACCEPTED = "wardline_mllp_connections_accepted_total";
    /// MLLP connections that were turned away, by reason.
    MLLP_REJECTED = "wardline_mllp_connections_rejected_total";
    /// Whole MLLP frames received.
    MLLP_FRAMES = "wardline_mllp_frames_received_total";
    /// Acknowledgements written to MLLP senders.
    MLLP_ANSWERS = "wardline_mllp_acknowledgements_sent_total";
    /// Messages over MLLP that were taken and that nothing was sent back for, as MSH-15 and MSH-16 ask.
    MLLP_UNANSWERED = "wardline_mllp_unanswered_messages_total";
    /// Faults in senders' framing, by kind.
    MLLP_FAULTS = "wardline_mllp_framing_faults_total";
    /// Bytes outside MLLP frames, other than blanks.
    MLLP_GARBAGE = "wardline_mllp_garbage_bytes_total";
    /// Bytes received over MLLP.
    MLLP_BYTES_IN = "wardline_mllp_received_bytes_total";
    /// Bytes sent over MLLP.
    MLLP_BYTES_OUT = "wardline_mllp_sent_bytes_total";
    /// Requests to the HTTP API by method, route template and status.
    HTTP_REQUESTS = "wardline_http_requests_total";
    /// Seconds until the head of an answer of the HTTP API, by route template.
    HTTP_DURATION = "wardline_http_request_duration_seconds";
    /// Requests to the HTTP API that are under way.
    HTTP_IN_FLIGHT = "wardline_http_requests_in_flight";
    /// Event streams that are open.
    EVENT_STREAMS = "wardline_event_streams";
    /// Sessions that live.
    SESSIONS_LIVE = "wardline_sessions_live";
    /// Checks of sessions since the process started, by result.
    SESSION_CHECKS = "wardline_session_checks_total";
    /// Live sessions that this instance remembers, to answer checks of them without asking Redis.
    SESSIONS_REMEMBERED = "wardline_sessions_remembered";
    /// Checks of sessions since the process started that were answered from memory.
    SESSION_CHECKS_REMEMBERED = "wardline_session_checks_from_memory_total";
    /// Whether this instance hears of every change of a session just now (1), so that it may answer from memory, or not (0).
    SESSIONS_HEARD = "wardline_session_changes_heard";
    /// Seconds for which what happened to sessions at any instance may not have been told, as the log of it could not be
    /// brought up to date; 0 in order, and on the embedded store.
    SESSION_LOG_BEHIND = "wardline_session_log_behind_seconds";
    /// What happened to sessions since the process started, by event and cause.
    SESSION_EVENTS = "wardline_session_events_total";
    /// Beds by what is going on in them.
    BEDS = "wardline_beds";
    /// Beds at which something does not fit together.
    BEDS_CONTRADICTED = "wardline_beds_contradicted";
    /// Patients in beds by the band of their score that stands.
    BED_BANDS = "wardline_bed_bands";
    /// Patients in beds whose band is medium or high and acknowledged by nobody.
    BED_BANDS_OPEN = "wardline_bed_bands_unacknowledged";
    /// Patients in beds whose score lacks a value or has a stale one.
    BED_SCORES_INCOMPLETE = "wardline_bed_scores_incomplete";
    /// Values shown at beds that are too old to count.
    BED_VALUES_STALE = "wardline_bed_values_stale";
    /// Vital signs that came in since the process started, by what became of them.
    BED_OBSERVATIONS = "wardline_bed_observations_total";
    /// What happened at beds since the process started, by kind.
    BED_EVENTS = "wardline_bed_events_total";
    /// Changes of a score's band since the process started, by the new band.
    BED_BAND_CHANGES = "wardline_bed_band_changes_total";
    /// Events recorded in the audit trail since the process started.
    AUDIT_RECORDED = "wardline_audit_events_recorded_total";
    /// Events that the audit trail did not take since the process started: what they were about was refused.
    AUDIT_REFUSED = "wardline_audit_events_refused_total";
    /// Seconds that callers waited together for their records to be durable, since the process started.
    AUDIT_WAITED = "wardline_audit_wait_seconds_total";
    /// Unix time at which a checkpoint last covered all records of the audit trail, in seconds; 0 before the first.
    AUDIT_SIGNED = "wardline_audit_signed_timestamp_seconds";
    /// Alerts of the audit trail of the last 31 days that nobody closed.
    AUDIT_ALERTS = "wardline_audit_alerts_open";
    /// Whether the key service answered when it was last asked: 1 or 0; 1 where the keys are in a file.
    KEY_SERVICE_AVAILABLE = "wardline_key_service_available";
    /// Calls of the key service since the process started.
    KEY_SERVICE_CALLS = "wardline_key_service_calls_total";
    /// Calls of the key service for which it was not available, since the process started.
    KEY_SERVICE_FAILURES = "wardline_key_service_unavailable_total";
    /// Keys of months by who holds the key-encryption key that wraps them, and its version.
    DATA_KEYS = "wardline_data_keys";
    /// Streams of beds that are open.
    BED_STREAMS = "wardline_bed_streams";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_keep_the_conventions() {
        let distinct: BTreeSet<&str> = ALL.iter().map(|(name, _)| *name).collect();
        assert_eq!(distinct.len(), ALL.len());

        for (name, help) in ALL {
            assert!(name.starts_with("wardline_"), "{name}");
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{name}"
            );
            let stem = name.trim_end_matches("_total");
            for (unit, word) in [("_seconds", "econds"), ("_bytes", "ytes ")] {
                assert_eq!(stem.ends_with(unit), help.contains(word), "{name}: {help}");
            }
            assert!(help.trim().ends_with('.'), "{name}: {help}");
        }
    }
}
