//! What a drill found: for programs as JSON, for a ticket as Markdown, for people as a page with a picture.

mod page;
mod picture;

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::faults::Broken;
use super::traffic::UNCONFIRMED;
use super::{Drill, DrillSpec, Durability, Event, PatternVerdict};
use crate::description::{Settings, Topology};
use crate::lab::Lab;

/// What a drill found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// What was broken.
    pub drill: Drill,
    /// How, in words.
    pub method: String,
    /// How the servers stand to each other.
    pub topology: Topology,
    /// Data nodes.
    pub nodes: usize,
    /// Sentinels.
    pub sentinels: usize,
    /// Which server.
    pub server_version: String,
    /// What is the same on all servers.
    pub settings: Settings,
    /// When a write counted as acknowledged.
    pub durability: Durability,
    /// When it began, in milliseconds since 1970-01-01T00:00:00Z.
    pub began_at: UnixMillis,
    /// What happened when.
    pub timeline: Vec<Event>,
    /// What the clients of each pattern saw.
    pub patterns: Vec<PatternVerdict>,
    /// How long writers were paused, of a planned change, in milliseconds.
    pub paused_ms: Option<u64>,
    /// Writes that a master took which was none any more, from a client that never heard of the change.
    pub stale_writes: Option<u64>,
    /// Writes of these writers, who follow the change, that a master did after it had been cut off, or came back. What
    /// was on its way just then counts where it came later; more than one of a writer means that Wardline went on.
    #[serde(default)]
    pub own_stale_writes: Option<u64>,
    /// What a person should look at, in words; empty when every promise held.
    pub findings: Vec<String>,
}

impl Report {
    pub(super) fn new(
        lab: &Lab,
        spec: &DrillSpec,
        began_at: UnixMillis,
        timeline: Vec<Event>,
        broken: Broken,
        patterns: Vec<PatternVerdict>,
    ) -> Self {
        let estate = lab.estate();
        let mut report = Self {
            drill: spec.drill,
            method: broken.method,
            topology: estate.topology,
            nodes: estate.nodes.len(),
            sentinels: estate.sentinels.len(),
            server_version: estate.server_version.to_string(),
            settings: estate.settings.clone(),
            durability: spec.durability,
            began_at,
            timeline,
            patterns,
            paused_ms: broken.paused_ms,
            stale_writes: broken.stale_writes,
            own_stale_writes: broken.own_stale_writes,
            findings: Vec::new(),
        };
        report.findings = report.find();
        report
    }

    /// Acknowledged writes that are gone, of all patterns.
    pub fn lost(&self) -> u64 {
        self.patterns.iter().map(|pattern| pattern.lost).sum()
    }

    /// Writes of these writers that were sent and not confirmed, of all patterns: what a master that is lost may have
    /// taken of them. Each was tried again.
    pub fn unconfirmed(&self) -> u64 {
        let of = |pattern: &PatternVerdict| pattern.failures.get(UNCONFIRMED).copied();
        self.patterns.iter().filter_map(of).sum()
    }

    /// The longest outage of all patterns, in milliseconds.
    pub fn outage_ms(&self) -> u64 {
        let outages = self.patterns.iter().map(|pattern| pattern.outage_ms);
        outages.max().unwrap_or_default()
    }

    fn find(&self) -> Vec<String> {
        let mut findings = Vec::new();
        for pattern in &self.patterns {
            let name = pattern.pattern.name();
            for (count, what) in [
                (pattern.lost, "acknowledged writes are lost"),
                (pattern.duplicates, "messages are in the log twice"),
                (pattern.order_violations, "messages are out of order"),
            ] {
                if count > 0 {
                    findings.push(format!("{name}: {count} {what}"));
                }
            }
            if pattern.acknowledged == 0 {
                findings.push(format!("{name}: nothing was acknowledged"));
            }
        }
        let on_their_way = self.patterns.iter().map(|pattern| pattern.writers).sum();
        let own = self.own_stale_writes.filter(|own| *own > on_their_way);
        if let (Durability::Replicated, Some(own)) = (self.durability, own) {
            findings.push(format!(
                "a master that was none any more took {own} writes of {on_their_way} writers who had one on its way each"
            ));
        }
        if let Some(stale) = self.stale_writes.filter(|stale| *stale > 0) {
            findings.push(format!(
                "a master that was none any more took {stale} writes of a client that never heard of the change"
            ));
        }
        findings
    }

    /// When it began, as people write it.
    fn began(&self) -> String {
        i64::try_from(self.began_at)
            .ok()
            .and_then(|millis| Timestamp::from_millisecond(millis).ok())
            .map_or_else(String::new, |at| {
                at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
            })
    }

    /// What it was done with, as rows of a name and a value.
    fn circumstances(&self) -> Vec<(&'static str, String)> {
        let settings = &self.settings;
        let servers = match self.topology {
            Topology::Cluster => format!("cluster of {} nodes", self.nodes),
            _ => format!("{} nodes, {} Sentinels", self.nodes, self.sentinels),
        };
        let patience = match self.topology {
            Topology::Cluster => format!("node timeout {} ms", settings.node_timeout_ms),
            _ => format!("down after {} ms", settings.down_after_ms),
        };
        let acknowledged = match self.durability {
            Durability::Replicated => "when a replica has it (WAIT 1)",
            Durability::Memory => "when the master says so",
        };
        let unconfirmed = self.unconfirmed().to_string();
        let mut rows = vec![
            ("began", self.began()),
            (
                "servers",
                format!("{}, {servers}", server(&self.server_version)),
            ),
            (
                "transport",
                if settings.tls {
                    "TLS 1.3 with client certificates"
                } else {
                    "in clear"
                }
                .to_owned(),
            ),
            ("patience", patience),
            ("broken by", self.method.clone()),
            ("acknowledged", acknowledged.to_owned()),
            ("sent by these writers and not confirmed", unconfirmed),
        ];
        if let Some(paused) = self.paused_ms {
            rows.push(("the change took", format!("{paused} ms")));
        }
        if let Some(own) = self.own_stale_writes {
            rows.push((
                "taken of these writers by a master that was none",
                own.to_string(),
            ));
        }
        if let Some(stale) = self.stale_writes {
            let what = "taken of a client that hears of no change, by a master that was none";
            rows.push((what, stale.to_string()));
        }
        rows
    }

    /// As JSON over several lines.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which would be a defect.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("# Drill: {}\n\n", self.drill.name());
        text.push_str(&self.conclusion());
        text.push_str("\n\n| | |\n| --- | --- |\n");
        for (name, value) in self.circumstances() {
            // Writing to a string cannot fail; the same below.
            let _ok = writeln!(text, "| {name} | {value} |");
        }
        text.push_str(
            "\n## What clients saw\n\n| pattern | writers | acknowledged | lost | twice | out of order | longest outage | \
             least outage | median | p99 |\n| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |\n",
        );
        for pattern in &self.patterns {
            let _ok = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {} ms | {} ms | {} ms | {} ms |",
                pattern.pattern.name(),
                pattern.writers,
                pattern.acknowledged,
                pattern.lost,
                pattern.duplicates,
                pattern.order_violations,
                pattern.outage_ms,
                pattern.least_outage_ms,
                pattern.median_ms,
                pattern.p99_ms,
            );
        }
        text.push_str("\n## Attempts that were not acknowledged\n\n");
        for pattern in &self.patterns {
            let _ok = writeln!(text, "- {}: {}", pattern.pattern.name(), failures(pattern));
        }
        text.push_str("\n## Timeline\n\n| at | what |\n| --: | --- |\n");
        for event in &self.timeline {
            let _ok = writeln!(text, "| {} ms | {} |", event.at_ms, event.what);
        }
        text
    }

    /// As a page with a picture, complete in one file.
    pub fn html(&self) -> String {
        page::page(self)
    }

    /// The result in a sentence or two.
    fn conclusion(&self) -> String {
        let outage = format!(
            "The longest time in which a client had nothing acknowledged was {} ms.",
            self.outage_ms()
        );
        if self.findings.is_empty() {
            format!("{outage} Nothing acknowledged was lost, doubled or out of order.")
        } else {
            format!("{outage} Found: {}.", self.findings.join("; "))
        }
    }
}

/// Attempts that were not acknowledged, in words.
fn failures(pattern: &PatternVerdict) -> String {
    if pattern.failures.is_empty() {
        return "none".to_owned();
    }
    let said = pattern.failures.iter();
    said.map(|(said, times)| format!("{said} ({times})"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A server by name and version.
fn server(version: &str) -> String {
    match version.strip_prefix("valkey-") {
        Some(number) => format!("Valkey {number}"),
        None => format!("Redis {version}"),
    }
}
