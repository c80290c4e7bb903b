//! A control, and what a look at it finds.

use super::facts::{Facts, Seen};
use super::report::{ControlResult, Status};

/// A control.
pub(super) struct Control {
    /// Its name, which stays: `group.what`.
    pub(super) id: &'static str,
    /// What holds when it passes.
    pub(super) title: &'static str,
    /// Standards and specifications of 45 CFR Part 164 that it serves.
    pub(super) citations: &'static [&'static str],
    /// What to do, or where to look, when it does not pass.
    pub(super) to_do: &'static str,
    /// Looks at it.
    pub(super) check: fn(&Facts) -> Found,
}

impl Control {
    pub(super) fn look(&self, facts: &Facts) -> ControlResult {
        let Found { status, evidence } = (self.check)(facts);
        let is_open = matches!(status, Status::Fail | Status::Unknown);
        ControlResult {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            citations: self.citations.iter().map(|it| (*it).to_owned()).collect(),
            status,
            evidence,
            to_do: is_open.then(|| self.to_do.to_owned()),
        }
    }
}

/// What was found.
pub(super) struct Found {
    status: Status,
    evidence: Vec<String>,
}

impl Found {
    pub(super) fn pass(evidence: impl Into<String>) -> Self {
        Self::of(Status::Pass, evidence)
    }

    pub(super) fn fail(evidence: impl Into<String>) -> Self {
        Self::of(Status::Fail, evidence)
    }

    pub(super) fn unknown(evidence: impl Into<String>) -> Self {
        Self::of(Status::Unknown, evidence)
    }

    pub(super) fn not_applicable(evidence: impl Into<String>) -> Self {
        Self::of(Status::NotApplicable, evidence)
    }

    /// Fails when `is_bad`, else passes.
    pub(super) fn unless(is_bad: bool, evidence: impl Into<String>) -> Self {
        let status = if is_bad { Status::Fail } else { Status::Pass };
        Self::of(status, evidence)
    }

    /// The same with something more to say.
    #[must_use]
    pub(super) fn and(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// Unknown instead of passed, when not all was looked at: what was not may fail.
    #[must_use]
    pub(super) fn unless_cut(mut self, is_cut: bool) -> Self {
        if is_cut && self.status == Status::Pass {
            self.status = Status::Unknown;
            return self.and("there are more than were looked at");
        }
        self
    }

    fn of(status: Status, evidence: impl Into<String>) -> Self {
        Self {
            status,
            evidence: vec![evidence.into()],
        }
    }
}

/// What is made of facts, or unknown where they could not be had.
pub(super) fn given<T>(seen: &Seen<T>, judge: impl FnOnce(&T) -> Found) -> Found {
    match seen {
        Ok(facts) => judge(facts),
        Err(why) => Found::unknown(why.as_str()),
    }
}
