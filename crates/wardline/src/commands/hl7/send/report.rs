//! What people and programs see of a sending: a line per message, a bar while it runs, a summary.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::answer::{AnswerResult, Answered};
use crate::exit::Outcome;
use crate::terminal::{harmless, stdout};

const BAR: &str = "{bar:30} {percent:>3}% {msg} {elapsed}";
const SPINNER: &str = "{spinner} {msg} {elapsed}";

/// Counts, times and shows the answers.
pub(super) struct Report {
    bar: ProgressBar,
    started: Instant,
    quiet: bool,
    json: bool,
    accepted: u64,
    refused: u64,
    unknown: u64,
    not_sent: u64,
    took: Vec<Duration>,
}

impl Report {
    /// A report of a sending that begins now; the bar shows on a terminal only.
    pub(super) fn new(total_bytes: Option<u64>, quiet: bool, json: bool) -> Self {
        let bar =
            ProgressBar::with_draw_target(total_bytes, ProgressDrawTarget::stderr_with_hz(10));
        let template = if total_bytes.is_some() { BAR } else { SPINNER };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar,
            started: Instant::now(),
            quiet,
            json,
            accepted: 0,
            refused: 0,
            unknown: 0,
            not_sent: 0,
            took: Vec::new(),
        }
    }

    /// Takes note of a message and shows it.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub(super) fn note(&mut self, answered: &Answered) -> io::Result<()> {
        match &answered.result {
            result if result.is_good() => self.accepted += 1,
            AnswerResult::Unknown(_) => self.unknown += 1,
            AnswerResult::NotSent(_) => self.not_sent += 1,
            _ => self.refused += 1,
        }
        if !matches!(answered.result, AnswerResult::NotSent(_)) {
            self.took.push(answered.took);
        }
        self.bar
            .inc(u64::try_from(answered.bytes).unwrap_or(u64::MAX));
        let rate = self.per_second();
        let bad = self.refused + self.unknown + self.not_sent;
        self.bar.set_message(format!(
            "{} sent, {bad} not accepted, {rate:.0}/s",
            self.answered()
        ));
        if self.quiet && answered.result.is_good() {
            return Ok(());
        }
        let line = self.line(answered);
        self.bar.suspend(|| {
            let mut out = stdout();
            out.write_all(line.as_bytes())?;
            out.flush()
        })
    }

    /// Whether no message was there.
    pub(super) fn is_empty(&self) -> bool {
        self.answered() + self.not_sent == 0
    }

    /// Takes note of messages that asked for an answer only if they are refused, and were.
    pub(super) fn note_late(&mut self, refused: u64) {
        self.refused += refused;
        self.accepted = self.accepted.saturating_sub(refused);
    }

    /// Shows the summary, and how the command ends.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub(super) fn finish(mut self, unsent: Option<&anyhow::Error>) -> io::Result<Outcome> {
        self.bar.finish_and_clear();
        self.took.sort_unstable();
        let complete = self.refused + self.unknown + self.not_sent == 0 && unsent.is_none();
        let mut out = stdout();
        if self.json {
            let summary = json!({
                "accepted": self.accepted,
                "refused": self.refused,
                "unknown": self.unknown,
                "not_sent": self.not_sent,
                "complete": complete,
                "per_second": self.per_second(),
                "p50_ms": millis(self.quantile(50)),
                "p99_ms": millis(self.quantile(99)),
                "max_ms": millis(self.quantile(100)),
            });
            writeln!(out, "{}", json!({ "summary": summary }))?;
        } else {
            writeln!(out, "{}", self.summary())?;
        }
        out.flush()?;
        Ok(if complete {
            Outcome::Done
        } else {
            Outcome::Partial
        })
    }

    fn line(&self, answered: &Answered) -> String {
        if self.json {
            return format!("{}\n", answered.to_json());
        }
        let line = format!(
            "{}  {}  {:.1} ms  {}  {}",
            answered.result.code(),
            harmless(&answered.control_id),
            millis(answered.took),
            answered.place,
            answered.result.text(),
        );
        format!("{}\n", line.trim_end())
    }

    fn summary(&self) -> String {
        let mut parts = vec![format!("{} accepted", self.accepted)];
        for (count, what) in [
            (self.refused, "refused"),
            (self.unknown, "without an answer that counts"),
            (self.not_sent, "not sent"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        let counts = parts.join(", ");
        if self.took.is_empty() {
            return counts;
        }
        format!(
            "{counts}; {:.1} a second, answers after {:.1} ms (half), {:.1} ms (99 of 100), {:.1} ms (slowest)",
            self.per_second(),
            millis(self.quantile(50)),
            millis(self.quantile(99)),
            millis(self.quantile(100)),
        )
    }

    fn answered(&self) -> u64 {
        self.accepted + self.refused + self.unknown
    }

    fn per_second(&self) -> f64 {
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        f64::from(u32::try_from(self.answered()).unwrap_or(u32::MAX)) / seconds
    }

    /// The time within which `percent` of the answers came. Times must be sorted.
    fn quantile(&self, percent: usize) -> Duration {
        let rank = (self.took.len() * percent).div_ceil(100);
        self.took
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
