//! Figures of all rounds, and the table that compares their medians.

use std::collections::BTreeMap;

/// Marks a figure on a phase's standard output.
const MARK: &str = "figure\t";

/// What is measured: key, words for people, whether more is better.
const MEASURES: &[(&str, &str, bool)] = &[
    (
        "accept_rate",
        "Durable accepts, 64 producers (messages/s)",
        true,
    ),
    ("accept_p50_ms", "… median answer (ms)", false),
    ("accept_p99_ms", "… 99th percentile answer (ms)", false),
    ("accept_max_ms", "… slowest answer (ms)", false),
    (
        "deliver_rate",
        "Durable accepts while two deliveries each finish (messages/s)",
        true,
    ),
    ("deliver_p99_ms", "… 99th percentile answer (ms)", false),
    (
        "deliver_written",
        "… bytes written to the disk per message",
        false,
    ),
    ("deliver_cpu", "… CPU seconds per 100,000 messages", false),
    (
        "queue_first",
        "Steady queue: first third (messages/s)",
        true,
    ),
    ("queue_last", "… last third (messages/s)", true),
    ("queue_kept_pace", "… last third over first", true),
    (
        "queue_first_cpu",
        "… first third: CPU seconds per 100,000 messages",
        false,
    ),
    (
        "queue_last_cpu",
        "… last third: CPU seconds per 100,000 messages",
        false,
    ),
    ("queue_mid_disk", "… disk at half time (MiB)", false),
    ("queue_end_disk", "… disk at the end (MiB)", false),
    ("queue_rss", "… resident memory, most (MiB)", false),
    (
        "queue_head_us",
        "… read the queue's head from its first key (µs)",
        false,
    ),
    ("load_rate", "Load, groups of 1,000 (messages/s)", true),
    ("load_disk", "… bytes on disk per message", false),
    ("bodies", "Random bodies read (1/s)", true),
    ("headers", "Random headers read (1/s)", true),
    (
        "searches",
        "Searches for a token of one message (1/s)",
        true,
    ),
    ("misses", "Look-ups of absent duplicate keys (1/s)", true),
    ("read_rss", "… resident memory, most (MiB)", false),
    ("reopen_ms", "Open after `kill -9` under load (ms)", false),
    ("reopen_lost", "… acknowledged messages lost or torn", false),
    (
        "damage_told",
        "Log damaged in 15 ways after a kill: an error tells",
        true,
    ),
    (
        "damage_silent",
        "… opens, with acknowledged messages silently gone",
        false,
    ),
    (
        "scan_beside",
        "Accept rate beside whole-store snapshot scans, over alone",
        true,
    ),
    ("scan_ms", "… slowest consistent scan (ms)", false),
    (
        "prune_rate",
        "Retention removes nine in ten (messages/s)",
        true,
    ),
    (
        "prune_left",
        "… share of the disk still held 10 s later (%)",
        false,
    ),
    (
        "prune_reclaimed",
        "… after explicit compaction or vacuum (%)",
        false,
    ),
    (
        "build_cpu",
        "Clean release build, engine alone (CPU s)",
        false,
    ),
    ("build_wall", "… wall time with two jobs (s)", false),
    (
        "binary_kib",
        "Stripped binary, over one without an engine (KiB)",
        false,
    ),
    ("crates", "Crates it adds", false),
];

/// Prints a figure for the parent to collect.
pub fn figure(key: &str, value: f64) {
    println!("{MARK}{key}\t{value}");
}

/// All figures: measure, engine, one value for each round.
#[derive(Default)]
pub struct Report {
    values: BTreeMap<String, BTreeMap<String, Vec<f64>>>,
}

impl Report {
    /// Takes a phase's output apart: figures are kept, other lines are shown.
    pub fn take(&mut self, engine: &str, output: &str) {
        for line in output.lines() {
            match line
                .strip_prefix(MARK)
                .and_then(|rest| rest.split_once('\t'))
            {
                Some((key, value)) => {
                    let value = value.parse().unwrap_or(f64::NAN);
                    self.add(engine, key, value);
                }
                None => println!("{engine:9} {line}"),
            }
        }
    }

    /// Keeps one figure.
    pub fn add(&mut self, engine: &str, key: &str, value: f64) {
        println!("{engine:9} {key} = {}", short(value));
        let of_key = self.values.entry(key.to_owned()).or_default();
        of_key.entry(engine.to_owned()).or_default().push(value);
    }

    /// Prints medians, each with its ratio to the first engine's.
    pub fn print(&self, engines: &[&str]) {
        println!("\n| Median of the rounds | {} |", engines.join(" | "));
        println!("|---|{}", "---:|".repeat(engines.len()));
        for (key, words, more_is_better) in MEASURES {
            let Some(of_key) = self.values.get(*key) else {
                continue;
            };
            let middle = |engine: &str| of_key.get(engine).map(|v| median(v));
            let first = engines.first().and_then(|e| middle(e));
            let cells: Vec<_> = engines.iter().map(|e| cell(middle(e), first)).collect();
            let arrow = if *more_is_better { '↑' } else { '↓' };
            println!("| {words} {arrow} | {} |", cells.join(" | "));
        }
        println!(
            "\n↑ more is better, ↓ less is better; in brackets the ratio to the first column."
        );
    }
}

fn cell(value: Option<f64>, first: Option<f64>) -> String {
    match (value, first) {
        (Some(value), Some(first)) if first > 0.0 => {
            format!("{} ({:.2}×)", short(value), value / first)
        }
        (Some(value), _) => short(value),
        (None, _) => "–".into(),
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        1 => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}

fn short(value: f64) -> String {
    match value {
        0.0 => "0".into(),
        v if v.abs() < 10.0 => format!("{v:.2}"),
        v if v.abs() < 100.0 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    }
}
