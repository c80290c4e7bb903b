//! An event, as a caller tells it. It has no id and no time: those are the trail's own.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use super::{
    ApplicationName, DataType, EventKind, GrantRef, Note, Outcome, PatientId, PolicyName, Purpose,
    RequestId, RoleName, SessionRef, UserName,
};

/// Patients of one event at most. An event with more than [`PATIENTS_PER_LEAF`](super::PATIENTS_PER_LEAF) becomes
/// several records, which are stored together.
pub const MAX_PATIENTS: usize = 65_536;
/// Data types of one event at most.
pub const MAX_DATA_TYPES: usize = 64;
/// Policies of one event at most.
pub const MAX_POLICIES: usize = 32;

/// Who did something, and from where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The user or service account.
    pub user: UserName,
    /// As what.
    pub role: Option<RoleName>,
    /// In which session.
    pub session: Option<SessionRef>,
    /// What for.
    pub purpose: Option<Purpose>,
    /// From which address.
    pub address: Option<IpAddr>,
    /// Through which application.
    pub application: Option<ApplicationName>,
    /// As part of which request.
    pub request: Option<RequestId>,
}

impl Origin {
    /// A user, with nothing else known.
    pub fn of(user: UserName) -> Self {
        Self {
            user,
            role: None,
            session: None,
            purpose: None,
            address: None,
            application: None,
            request: None,
        }
    }
}

/// How much left in bulk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount {
    /// Records.
    pub records: u64,
    /// Bytes.
    pub bytes: u64,
}

/// How a refusal that comes again and again stands in the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Repeats {
    /// From here on the same refusal is counted, and a record with the number follows.
    CountedFromHere,
    /// It came so often more. What comes within the next minute is counted as well.
    Counted {
        /// How often.
        times: u64,
        /// The first of these, by the trail's clock.
        first_at: UnixMillis,
        /// The last of these.
        last_at: UnixMillis,
    },
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// How it ended.
    pub outcome: Outcome,
    /// Who, and from where.
    pub by: Origin,
    /// Every patient that it concerns; of a search, all that it returned.
    pub patients: Vec<PatientId>,
    /// Which parts of their records.
    pub data_types: Vec<DataType>,
    /// Why, as a person or the policy said.
    pub reason: Option<Note>,
    /// Which policies decided.
    pub policies: Vec<PolicyName>,
    /// The emergency grant that it was done on.
    pub grant: Option<GrantRef>,
    /// To whom records were disclosed: name, and address if known (45 CFR 164.528(b)(2)(ii)).
    pub recipient: Option<Note>,
    /// How much left in bulk.
    pub amount: Option<Amount>,
    /// Of a refusal that came again and again: that it is counted, or how often it came.
    pub repeats: Option<Repeats>,
    /// Blind tokens of the user's surname, address, telephone. Not stored; alert rules compare them.
    pub user_marks: Vec<Token>,
    /// The same of the patient. Not stored.
    pub patient_marks: Vec<Token>,
}

/// Why an event cannot be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what}: at most {max} in one event; tell it as several events")]
pub struct EventError {
    /// Of what.
    pub what: &'static str,
    /// The limit.
    pub max: usize,
}

impl Event {
    /// An event with nothing but this known.
    pub fn new(kind: EventKind, outcome: Outcome, by: Origin) -> Self {
        Self {
            kind,
            outcome,
            by,
            patients: Vec::new(),
            data_types: Vec::new(),
            reason: None,
            policies: Vec::new(),
            grant: None,
            recipient: None,
            amount: None,
            repeats: None,
            user_marks: Vec::new(),
            patient_marks: Vec::new(),
        }
    }

    /// How often it happened: once, unless it was counted.
    pub fn times(&self) -> u64 {
        times(self.repeats)
    }

    /// Whether it is within the limits.
    ///
    /// # Errors
    /// [`EventError`] naming what there is too much of.
    pub fn check(&self) -> Result<(), EventError> {
        let counts = [
            ("patients", self.patients.len(), MAX_PATIENTS),
            ("data types", self.data_types.len(), MAX_DATA_TYPES),
            ("policies", self.policies.len(), MAX_POLICIES),
        ];
        for (what, count, max) in counts {
            if count > max {
                return Err(EventError { what, max });
            }
        }
        Ok(())
    }
}

/// How often something happened of which a record says this.
pub(crate) fn times(repeats: Option<Repeats>) -> u64 {
    match repeats {
        Some(Repeats::Counted { times, .. }) => times,
        Some(Repeats::CountedFromHere) | None => 1,
    }
}
