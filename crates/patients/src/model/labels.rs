//! Security labels of a value: what restricts it beyond its data type.

use std::collections::BTreeSet;

use wardline_access::model::{ItemFacts, Purpose, UserId};

/// Labels of a value, and what lifts them. They stand in the sealed manifest, so they are known before the value is
/// opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// A psychotherapy note (45 CFR 164.501).
    pub is_psychotherapy_note: bool,
    /// Of a programme for substance use disorders (42 CFR Part 2).
    pub is_part2: bool,
    /// Who wrote it.
    pub author: Option<UserId>,
    /// Purposes for which the patient's consent covers it (42 CFR 2.31).
    pub consented: BTreeSet<Purpose>,
}

impl Labels {
    /// Whether a decision on the data type alone is not enough.
    pub fn restrict(&self) -> bool {
        self.is_psychotherapy_note || self.is_part2
    }

    /// What a decision needs to know of them.
    pub fn facts(&self) -> ItemFacts {
        ItemFacts {
            is_psychotherapy_note: self.is_psychotherapy_note,
            is_part2: self.is_part2,
            author: self.author,
            consented: self.consented.clone(),
        }
    }
}
