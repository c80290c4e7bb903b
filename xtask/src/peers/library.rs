//! One library that is not ours, with its programs in `tests-peers`: one that sends, one that receives.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::install::Tools;
use super::{free_port, make_folder};
use crate::{process, workspace};

/// A library, and where its programs listen, are sent to, and put what they receive.
pub(super) struct Library {
    pub(super) name: &'static str,
    /// Where Wardline listens for its sender.
    pub(super) inbound_port: u16,
    /// Where its receiver listens for Wardline.
    pub(super) receiver_port: u16,
    /// Where its receiver puts messages.
    pub(super) received: PathBuf,
    runtime: PathBuf,
    programs: &'static str,
    ending: &'static str,
}

/// What the sender was answered for one file: MSA-1 of each answer.
pub(super) struct Answers {
    pub(super) file: PathBuf,
    pub(super) codes: Vec<String>,
}

/// A receiver that runs until this is dropped.
pub(super) struct Receiver(Child);

impl Library {
    pub(super) fn python_hl7(tools: &Tools, folder: &Path) -> Result<Self> {
        Ok(Self {
            name: "python-hl7",
            inbound_port: free_port()?,
            receiver_port: free_port()?,
            received: make_folder(folder, "received-by-python-hl7")?,
            runtime: tools.python.clone(),
            programs: "tests-peers/python",
            ending: "py",
        })
    }

    pub(super) fn medplum_hl7(folder: &Path) -> Result<Self> {
        Ok(Self {
            name: "medplum-hl7",
            inbound_port: free_port()?,
            receiver_port: free_port()?,
            received: make_folder(folder, "received-by-medplum-hl7")?,
            runtime: PathBuf::from("node"),
            programs: "tests-peers/node",
            ending: "mjs",
        })
    }

    /// Starts the receiver and waits until it listens.
    pub(super) fn receive(&self) -> Result<Receiver> {
        let mut child = self
            .program("receive")
            .arg(self.receiver_port.to_string())
            .arg(&self.received)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start the receiver of {}", self.name))?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let receiver = Receiver(child);
        let first = lines.next().transpose()?;
        ensure!(
            first.as_deref() == Some("ready"),
            "the receiver of {} did not start",
            self.name
        );
        // Read on, or the receiver would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(receiver)
    }

    /// Sends files to Wardline, one after the other.
    pub(super) fn send(&self, files: &[PathBuf]) -> Result<Vec<Answers>> {
        let mut sender = self.program("send");
        sender
            .args(["127.0.0.1", &self.inbound_port.to_string()])
            .args(files);
        process::output(&mut sender)?
            .lines()
            .map(|line| answers(line).with_context(|| format!("{} printed {line}", self.name)))
            .collect()
    }

    fn program(&self, name: &str) -> Command {
        let file = workspace::root()
            .join(self.programs)
            .join(name)
            .with_extension(self.ending);
        let mut command = Command::new(&self.runtime);
        command.arg(file);
        command
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        if self.0.wait().is_err() {
            crate::say::line("a receiver could not be waited for");
        }
    }
}

fn answers(line: &str) -> Option<Answers> {
    let line: Value = serde_json::from_str(line).ok()?;
    let codes = line.get("codes")?.as_array()?.iter();
    Some(Answers {
        file: PathBuf::from(line.get("file")?.as_str()?),
        codes: codes
            .map(|code| Some(code.as_str()?.to_owned()))
            .collect::<Option<_>>()?,
    })
}
