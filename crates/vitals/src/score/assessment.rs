//! What comes out of a score.

use serde::{Deserialize, Serialize};

use crate::observation::Parameter;

/// The outcome of scoring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Assessment {
    /// The score is not made for this patient.
    NotApplicable(NotApplicable),
    /// Something is missing or stale: there is no total.
    Incomplete(Incomplete),
    /// Everything is there and fresh.
    Complete(Complete),
}

impl Assessment {
    /// The band of a complete score.
    pub fn band(&self) -> Option<Band> {
        match self {
            Self::Complete(complete) => Some(complete.band),
            Self::Incomplete(_) | Self::NotApplicable(_) => None,
        }
    }

    /// The total of a complete score.
    pub fn total(&self) -> Option<u8> {
        match self {
            Self::Complete(complete) => Some(complete.total),
            Self::Incomplete(_) | Self::NotApplicable(_) => None,
        }
    }

    /// The parts that are known.
    pub fn parts(&self) -> &[Part] {
        match self {
            Self::Complete(complete) => &complete.parts,
            Self::Incomplete(incomplete) => &incomplete.parts,
            Self::NotApplicable(_) => &[],
        }
    }
}

/// A score with nothing missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Complete {
    /// The sum of all parts.
    pub total: u8,
    /// What it asks for.
    pub band: Band,
    /// Whether one parameter alone scores 3.
    pub single_three: bool,
    /// Nobody knows the patient's age, so nobody knows that the score is made for this patient.
    pub age_unknown: bool,
    /// The points of each parameter.
    pub parts: Vec<Part>,
}

/// A score that lacks something. It has no total, and 0 would be a lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Incomplete {
    /// Never observed in this stay, or withdrawn.
    pub missing: Vec<Parameter>,
    /// Too old to count.
    pub stale: Vec<Parameter>,
    /// The points of the parameters that are known.
    pub parts: Vec<Part>,
    /// The band that the known parts reach by themselves, if it is above the lowest: the whole score could only
    /// be higher.
    pub at_least: Option<Band>,
    /// As in [`Complete`].
    pub age_unknown: bool,
}

/// The points of one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Which one.
    pub parameter: Parameter,
    /// Its points, 0 to 3 in NEWS2.
    pub points: u8,
}

/// Why a score is not made for a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum NotApplicable {
    /// Younger than 16.
    UnderSixteen,
    /// Pregnant.
    Pregnant,
}

/// What a score asks for, from least to most urgent. The names are those of NEWS2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// 0 to 4: ward-based response.
    Low,
    /// 3 in one parameter: urgent ward-based response.
    LowMedium,
    /// 5 or 6: key threshold for urgent response.
    Medium,
    /// 7 or more: urgent or emergency response.
    High,
}

impl Band {
    /// All of them, from least to most urgent.
    pub const ALL: [Self; 4] = [Self::Low, Self::LowMedium, Self::Medium, Self::High];

    /// Its name in JSON and metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::LowMedium => "low_medium",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}
