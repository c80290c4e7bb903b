//! The trail as the server tells of it.

use serde::Deserialize;

/// A record.
#[derive(Deserialize)]
pub(super) struct Record {
    pub(super) record: u64,
    pub(super) at: String,
    pub(super) kind: String,
    pub(super) outcome: String,
    pub(super) patient_count: u64,
    pub(super) user: Option<String>,
    pub(super) role: Option<String>,
    pub(super) purpose: Option<String>,
    pub(super) patients: Option<Vec<String>>,
    /// Of refusals that were counted: how often the same came.
    pub(super) times: Option<u64>,
}

/// An alert.
#[derive(Deserialize)]
pub(super) struct Alert {
    pub(super) id: String,
    pub(super) rule: String,
    pub(super) state: String,
    pub(super) at: String,
    pub(super) record: u64,
}

/// A hold.
#[derive(Deserialize)]
pub(super) struct Hold {
    pub(super) id: u64,
    pub(super) patient_pseudonym: Option<String>,
    pub(super) user_pseudonym: Option<String>,
    pub(super) from: Option<String>,
    pub(super) until: Option<String>,
    pub(super) placed_at: String,
    pub(super) released_at: Option<String>,
}

/// A line of a verification.
#[derive(Deserialize)]
pub(super) struct Line {
    pub(super) records: u64,
    pub(super) of: Option<u64>,
    pub(super) verified: Option<bool>,
    pub(super) archived: Option<u64>,
    pub(super) checkpoints: Option<u64>,
    pub(super) finding: Option<Finding>,
    pub(super) failed: Option<String>,
}

/// What is wrong, and where.
#[derive(Deserialize)]
pub(super) struct Finding {
    pub(super) from: u64,
    pub(super) through: u64,
    pub(super) fault: String,
}

/// Disclosures of a patient's records.
#[derive(Deserialize)]
pub(super) struct Accounting {
    pub(super) disclosures: Vec<Disclosure>,
    pub(super) exempt: u64,
    pub(super) unreadable: u64,
    pub(super) cut: bool,
}

/// Disclosures to one recipient for one purpose.
#[derive(Deserialize)]
pub(super) struct Disclosure {
    pub(super) recipient: Option<String>,
    pub(super) purpose: Option<String>,
    pub(super) count: u64,
    pub(super) first_at: String,
    pub(super) last_at: String,
    pub(super) data_types: Vec<String>,
}
