//! What a decision needs to know of a patient, and of the item that is asked for.

use std::collections::BTreeSet;

use super::{Purpose, UserId};

/// What is true of a patient now. Comes from the port [`CareFacts`](crate::port::CareFacts), never from a caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatientFacts {
    /// Who treats the patient, and other staff that was put in charge by name.
    pub care_team: BTreeSet<UserId>,
    /// Departments that care for the patient now: where it lies, and services with open orders for it.
    pub departments: BTreeSet<String>,
    /// A person of public interest.
    pub vip: bool,
    /// Works here.
    pub employee: bool,
    /// Asked for, or was given, special confidentiality.
    pub confidential: bool,
}

/// What is true of the item: its security labels, and what lifts them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemFacts {
    /// A psychotherapy note (45 CFR 164.501).
    pub is_psychotherapy_note: bool,
    /// Of a programme for substance use disorders (42 CFR Part 2).
    pub is_part2: bool,
    /// Who wrote it.
    pub author: Option<UserId>,
    /// Purposes for which the patient's consent covers it (42 CFR 2.31).
    pub consented: BTreeSet<Purpose>,
}
