//! Runs the simulator's load generator and reads its report.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::process;

/// Load on one server.
pub(super) struct Load<'a> {
    /// The program.
    pub(super) program: &'a PathBuf,
    /// Where the server listens on this machine.
    pub(super) port: u16,
    /// Tells this run's control ids and patients from those of other runs.
    pub(super) run: u64,
    /// Connections at once.
    pub(super) connections: u64,
    /// Messages on their way on each connection.
    pub(super) depth: u64,
    /// Patients that the messages are about.
    pub(super) patients: u64,
}

/// How long, or how many messages.
#[derive(Clone, Copy)]
pub(super) enum Until {
    Seconds(u64),
    Messages(u64),
}

/// What the load reports.
#[derive(Clone, Debug)]
pub(super) struct Report {
    /// Acknowledged messages a second.
    pub(super) rate: f64,
    /// Acknowledged messages.
    pub(super) acknowledged: u64,
    /// Whatever else was answered, or was not.
    pub(super) not_acknowledged: u64,
    /// Everything that the load printed.
    printed: String,
    /// Milliseconds to an acknowledgement: median, 99 of 100, longest.
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) max_ms: f64,
    /// A few of the messages: control id and MRN.
    pub(super) samples: Vec<(String, String)>,
}

impl Load<'_> {
    /// Puts the load on and waits for its end.
    pub(super) fn put(&self, until: Until) -> Result<Report> {
        let until = match until {
            Until::Seconds(seconds) => format!("seconds={seconds}"),
            Until::Messages(messages) => format!("messages={messages}"),
        };
        let printed = process::output(Command::new(self.program).args([
            format!("address=127.0.0.1:{}", self.port),
            format!("connections={}", self.connections),
            format!("depth={}", self.depth),
            format!("patients={}", self.patients),
            format!("run={}", self.run),
            until,
        ]))?;
        Report::read(&printed).with_context(|| format!("the load printed {printed}"))
    }
}

impl Report {
    /// Checks that so many messages were acknowledged, and nothing else happened.
    pub(super) fn must_acknowledge(&self, messages: u64) -> Result<()> {
        ensure!(
            self.acknowledged == messages && self.not_acknowledged == 0,
            "of {messages} messages {} were acknowledged: {}",
            self.acknowledged,
            self.printed
        );
        Ok(())
    }

    fn read(printed: &str) -> Option<Self> {
        let report: Value = serde_json::from_str(printed).ok()?;
        let count = |name: &str| report.get(name)?.as_u64();
        let milliseconds = |name: &str| Some(report.get(name)?.as_f64()? / 1_000.0);
        let samples = report.get("samples")?.as_array()?.iter();
        let sample = |pair: &Value| {
            let text = |place: usize| Some(pair.get(place)?.as_str()?.to_owned());
            Some((text(0)?, text(1)?))
        };
        Some(Self {
            rate: report.get("rate")?.as_f64()?,
            acknowledged: count("acknowledged")?,
            not_acknowledged: count("try_later")? + count("refused")? + count("unanswered")?,
            p50_ms: milliseconds("p50_us")?,
            p99_ms: milliseconds("p99_us")?,
            max_ms: milliseconds("max_us")?,
            printed: printed.chars().take(400).collect(),
            samples: samples.map(sample).collect::<Option<_>>()?,
        })
    }
}
