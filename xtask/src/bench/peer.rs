//! Servers of other libraries that answer and keep nothing (`tests-peers`).

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::free_port;
use crate::peers::install;
use crate::workspace;

/// A server that runs until this is dropped.
pub(super) struct Peer {
    child: Child,
    pub(super) port: u16,
}

impl Peer {
    /// The server of @medplum/hl7.
    pub(super) fn medplum_hl7() -> Result<Self> {
        install::medplum_hl7()?;
        Self::start(PathBuf::from("node"), "tests-peers/node/answer.mjs")
    }

    /// The server of python-hl7.
    pub(super) fn python_hl7() -> Result<Self> {
        let folder = workspace::target().join("peers");
        std::fs::create_dir_all(&folder)?;
        Self::start(
            install::python_hl7(&folder)?,
            "tests-peers/python/answer.py",
        )
    }

    /// The process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    fn start(runtime: PathBuf, program: &str) -> Result<Self> {
        let port = free_port()?;
        let mut child = Command::new(runtime)
            .arg(workspace::root().join(program))
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        let output = child.stdout.take().context("no output")?;
        let peer = Self { child, port };
        let first = BufReader::new(output).lines().next().transpose()?;
        ensure!(first.as_deref() == Some("ready"), "{program} did not start");
        Ok(peer)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
