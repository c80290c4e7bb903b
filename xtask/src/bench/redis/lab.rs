//! An estate of `wardline redis lab`, and `redis-benchmark` on its master.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::super::sessions::{self, Figures};
use crate::process;

/// Memory of each server: what is measured stays in it.
const MAX_MEMORY: &str = "4gb";

/// Servers that run until this is dropped.
pub(super) struct Lab {
    program: PathBuf,
    folder: PathBuf,
    /// What a Wardline on it finds in its environment.
    pub(super) environment: Vec<(String, String)>,
    master: (String, String),
    /// Whether its servers speak TLS.
    pub(super) tls: bool,
}

impl Lab {
    /// Raises a master with two replicas and three Sentinels.
    pub(super) fn up(program: &Path, folder: &Path, tls: bool) -> Result<Self> {
        let folder = folder.join("lab");
        let mut up = Command::new(program);
        up.args(["redis", "lab", "up", "--topology", "sentinel"]);
        if !tls {
            up.arg("--no-tls");
        }
        process::output(up.arg("--dir").arg(&folder))?;
        let mut lab = Self {
            program: program.to_owned(),
            folder,
            environment: Vec::new(),
            master: (String::new(), String::new()),
            tls,
        };
        lab.environment = lab.ask(&["env"])?.lines().filter_map(variable).collect();
        let status: Value = serde_json::from_str(&lab.ask(&["status", "--json"])?)?;
        let nodes = status.get("nodes").and_then(Value::as_array);
        for node in nodes.context("the lab has no nodes")? {
            let text = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default();
            let (host, port) = text("address").split_once(':').context("no address")?;
            let address = (host.to_owned(), port.to_owned());
            let mut set = lab.command("redis-cli", &address);
            process::output(set.args(["config", "set", "maxmemory", MAX_MEMORY]))?;
            if text("role") == "master" {
                lab.master = address;
            }
        }
        Ok(lab)
    }

    /// Puts lines of commands into the master, as its administrator.
    pub(super) fn fill(&self, lines: impl Iterator<Item = String>) -> Result<()> {
        let mut filling = self
            .command("redis-cli", &self.master)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut input = filling.stdin.take().context("no input")?;
        for line in lines {
            writeln!(input, "{line}")?;
        }
        drop(input);
        ensure!(filling.wait()?.success(), "redis-cli failed");
        Ok(())
    }

    /// One command again and again over 64 connections, each with one on its way; `__rand_int__` is one of so many.
    pub(super) fn measure(&self, keys: usize, command: &[&str]) -> Result<Figures> {
        let mut benchmark = self.command("redis-benchmark", &self.master);
        benchmark.args(["-P", "1", "-c", "64", "-n", "200000", "-r"]);
        benchmark.arg(keys.to_string()).arg("--csv").args(command);
        let printed = process::output(&mut benchmark)?;
        sessions::of_csv(&printed)
    }

    fn ask(&self, words: &[&str]) -> Result<String> {
        let mut ask = Command::new(&self.program);
        ask.args(["redis", "lab"]).args(words).arg("--dir");
        let answer = ask.arg(&self.folder).stderr(Stdio::inherit()).output()?;
        // A lab with something to look at ends `status` with another code; what it prints is whole all the same.
        Ok(String::from_utf8(answer.stdout)?)
    }

    /// A program of Redis's, signed in as administrator.
    fn command(&self, program: &str, (host, port): &(String, String)) -> Command {
        let mut command = Command::new(program);
        command.args(["-h", host, "-p", port, "--user", "admin"]);
        let password = std::fs::read_to_string(self.folder.join("secrets/admin"));
        let password = password.unwrap_or_default();
        if program == "redis-benchmark" {
            command.args(["-a", password.trim()]);
        } else {
            command.env("REDISCLI_AUTH", password.trim());
        }
        if self.tls {
            let clients = self.folder.join("nodes/clients");
            command
                .arg("--tls")
                .arg("--cacert")
                .arg(clients.join("ca.pem"));
            command.arg("--cert").arg(clients.join("admin.pem"));
            command.arg("--key").arg(clients.join("admin.key"));
        }
        command
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        drop(self.ask(&["down"]));
    }
}

/// Name and value in `export NAME='value'`.
fn variable(line: &str) -> Option<(String, String)> {
    let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
    Some((name.to_owned(), value.trim_matches('\'').to_owned()))
}
