//! Reports of drills: what was broken on purpose, what happened when, what clients saw.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_kernel::UnixMillis;

/// The longest name of a report.
const MAX_DRILL_NAME_BYTES: usize = 64;

/// The name of a report: lower-case letters, digits and hyphens. It can be no path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(pattern = "^[a-z0-9][a-z0-9-]{0,63}$", example = "drill-failover")]
pub struct DrillName(String);

/// A text is no name of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected lower-case letters, digits and hyphens, 64 at most")]
pub struct NoDrillName;

impl FromStr for DrillName {
    type Err = NoDrillName;

    fn from_str(text: &str) -> Result<Self, NoDrillName> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = (1..=MAX_DRILL_NAME_BYTES).contains(&text.len());
        (fits && !text.starts_with('-') && text.chars().all(is_plain))
            .then(|| Self(text.to_owned()))
            .ok_or(NoDrillName)
    }
}

impl TryFrom<String> for DrillName {
    type Error = NoDrillName;

    fn try_from(text: String) -> Result<Self, NoDrillName> {
        text.parse()
    }
}

impl DrillName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The newest reports.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(as = Drills)]
pub struct DrillShelf {
    /// Whether a folder of reports is configured (`redis.drill_reports`).
    pub is_configured: bool,
    /// The newest first.
    pub items: Vec<DrillHead>,
    /// Files beside them that are no report, or too large for one, or more than are listed.
    pub left_out: usize,
}

/// What a drill came to.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Drill)]
pub struct DrillHead {
    /// The name of its report.
    pub name: DrillName,
    /// What was broken: `failover`, `partition` and others.
    pub drill: String,
    /// When it began.
    #[serde(serialize_with = "super::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub began_at: UnixMillis,
    /// How the servers stand to each other.
    pub topology: String,
    /// The longest outage of all patterns, in milliseconds.
    pub outage_ms: u64,
    /// Acknowledged writes that are gone.
    pub lost: u64,
    /// What a person should look at; empty when every promise held.
    pub findings: Vec<String>,
}

/// What a drill found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DrillReport {
    /// What it came to.
    #[serde(flatten)]
    pub head: DrillHead,
    /// How it was broken, in words.
    pub method: String,
    /// Data nodes.
    pub nodes: usize,
    /// Sentinels.
    pub sentinels: usize,
    /// Which server.
    pub server_version: String,
    /// When a write counted as acknowledged: `replicated` or `memory`.
    pub durability: String,
    /// How long writers were paused, of a planned change, in milliseconds.
    pub paused_ms: Option<u64>,
    /// Writes that a master took which was none any more.
    pub stale_writes: Option<u64>,
    /// What happened when.
    pub timeline: Vec<DrillEvent>,
    /// What the clients of each pattern saw.
    pub patterns: Vec<DrillPattern>,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DrillEvent {
    /// Milliseconds from the start.
    pub at_ms: u64,
    /// What, in words.
    pub what: String,
}

/// What the clients of one pattern saw.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DrillPattern {
    /// Which: sessions, HL7, vitals.
    pub name: String,
    /// Clients that wrote.
    pub writers: u64,
    /// Writes that were acknowledged.
    pub acknowledged: u64,
    /// Acknowledged writes that the survivors do not hold.
    pub lost: u64,
    /// Messages that are there more than once.
    pub duplicates: u64,
    /// Messages that are behind one that came after them.
    pub order_violations: u64,
    /// The longest time in which a client had nothing acknowledged, in milliseconds.
    pub outage_ms: u64,
    /// When that began, in milliseconds from the start.
    pub outage_from_ms: u64,
    /// From a write to its acknowledgement: the median, in milliseconds.
    pub median_ms: u64,
    /// The same, 99th of 100.
    pub p99_ms: u64,
    /// Attempts that were not acknowledged.
    pub failures: u64,
    /// Acknowledged writes in each tenth of a second.
    pub per_tenth_second: Vec<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_no_path() {
        for text in [
            "",
            "..",
            "a/b",
            "../a",
            "a.json",
            "-a",
            "A",
            "a b",
            "a\0",
            &"a".repeat(65),
        ] {
            assert_eq!(text.parse::<DrillName>(), Err(NoDrillName), "{text}");
        }
        for text in ["drill-failover", "drill-failover-01", "0", &"a".repeat(64)] {
            assert_eq!(text.parse::<DrillName>().unwrap().as_str(), text);
        }
    }
}
