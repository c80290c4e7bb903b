//! Runs the simulator's partner system and asks it what has arrived.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

const PAUSE: Duration = Duration::from_millis(20);

/// A partner that runs until this is dropped.
pub(super) struct Partner {
    child: Child,
    ask: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    /// Where it listens.
    pub(super) port: u16,
}

/// What has arrived at a partner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived {
    pub(super) received: u64,
    pub(super) duplicates: u64,
    pub(super) inversions: u64,
    pub(super) missing: u64,
}

impl Partner {
    /// Starts a partner that takes so long for each message.
    pub(super) fn start(program: &Path, port: u16, delay: Duration) -> Result<Self> {
        let mut child = Command::new(program)
            .args([format!("127.0.0.1:{port}"), delay.as_millis().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the partner")?;
        let ask = child.stdin.take().context("the partner has no input")?;
        let output = child.stdout.take().context("the partner has no output")?;
        let mut answers = BufReader::new(output).lines();
        let first = answers.next().transpose()?.unwrap_or_default();
        let address = first
            .strip_prefix("ready 127.0.0.1:")
            .context("the partner did not start")?;
        Ok(Self {
            child,
            ask,
            answers,
            port: address.parse()?,
        })
    }

    /// What has arrived so far.
    pub(super) fn arrived(&mut self) -> Result<Arrived> {
        self.ask.write_all(b"?\n")?;
        let line = self
            .answers
            .next()
            .transpose()?
            .context("the partner has ended")?;
        let counts: Value = serde_json::from_str(&line)?;
        let count = |name: &str| {
            counts
                .get(name)
                .and_then(Value::as_u64)
                .with_context(|| format!("no `{name}`"))
        };
        Ok(Arrived {
            received: count("received")?,
            duplicates: count("duplicates")?,
            inversions: count("inversions")?,
            missing: count("missing")?,
        })
    }

    /// Waits until so many different messages have arrived, and gives them with the time of the last.
    pub(super) fn await_messages(
        &mut self,
        count: u64,
        longest: Duration,
    ) -> Result<(Arrived, Instant)> {
        let deadline = Instant::now() + longest;
        loop {
            let arrived = self.arrived()?;
            if arrived.received.saturating_sub(arrived.duplicates) >= count {
                return Ok((arrived, Instant::now()));
            }
            if Instant::now() >= deadline {
                bail!(
                    "of {count} messages only {} arrived in time",
                    arrived.received
                );
            }
            std::thread::sleep(PAUSE);
        }
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
