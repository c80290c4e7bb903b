//! A report: what every control came to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Technical controls as one instance saw them at one time. No certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ComplianceReport)]
pub struct Report {
    /// When they were looked at.
    #[schema(format = DateTime)]
    pub checked_at: String,
    /// The name of this installation's audit trail.
    pub trail: String,
    /// Which version of Wardline runs.
    pub version: String,
    /// What the report is, and what it is not.
    pub notice: String,
    /// How many controls came to what.
    pub totals: Totals,
    /// Every control.
    pub controls: Vec<ControlResult>,
    /// What no software can show.
    pub outside: Vec<Outside>,
}

/// How many controls came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ComplianceTotals)]
pub struct Totals {
    /// What is asked for holds.
    pub pass: usize,
    /// It does not.
    pub fail: usize,
    /// It cannot be known from inside.
    pub unknown: usize,
    /// There is nothing here that it is about.
    pub not_applicable: usize,
}

/// What a control came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ComplianceStatus)]
pub enum Status {
    /// What is asked for holds.
    Pass,
    /// It does not.
    Fail,
    /// It cannot be known from inside.
    Unknown,
    /// There is nothing here that it is about.
    NotApplicable,
}

impl Status {
    /// The words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::NotApplicable => "not applicable",
        }
    }
}

/// A control, and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ComplianceControl)]
pub struct ControlResult {
    /// Its name, which stays.
    #[schema(example = "trail.intact")]
    pub id: String,
    /// What holds when it passes.
    pub title: String,
    /// Standards and specifications of 45 CFR Part 164 that it serves.
    #[schema(example = json!(["164.312(b)"]))]
    pub citations: Vec<String>,
    /// What it came to.
    pub status: Status,
    /// What was found. Nothing of a patient, no secret.
    pub evidence: Vec<String>,
    /// What to do, or where to look; absent when there is nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_do: Option<String>,
}

/// What the rule asks for and no software can show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ComplianceOutside)]
pub struct Outside {
    /// The standard or specification of 45 CFR Part 164.
    pub citation: String,
    /// What it asks for.
    pub what: String,
}

impl Totals {
    pub(super) fn of(controls: &[ControlResult]) -> Self {
        let of = |status| controls.iter().filter(|it| it.status == status).count();
        Self {
            pass: of(Status::Pass),
            fail: of(Status::Fail),
            unknown: of(Status::Unknown),
            not_applicable: of(Status::NotApplicable),
        }
    }
}
