//! A `redis-server` of a test's own: in a folder of its own, on a free port, ended with the test.

use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use wardline_estate::server_program;
use wardline_store_redis::{Address, Durability, Redis, Settings, Tag, Topology, command};

const INSTALL: &str = "redis-server is needed: run `apt-get install redis-server`";

/// A port on which nobody listens.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A server.
pub(crate) struct Server {
    pub(crate) port: u16,
    folder: TempDir,
    arguments: Vec<String>,
    child: Option<Child>,
}

impl Server {
    /// Starts one; `arguments` are added to those of every test.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut server = Self {
            port: free_port(),
            folder: tempfile::tempdir().unwrap(),
            arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
            child: None,
        };
        server.start_again();
        server
    }

    /// Starts it again on the same data and port.
    pub(crate) fn start_again(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log())
            .unwrap();
        let child = Command::new(server_program())
            .current_dir(self.folder.path())
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args([
                "--save",
                "",
                "--appendonly",
                "yes",
                "--repl-diskless-sync-delay",
                "0",
            ])
            .args(&self.arguments)
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .expect(INSTALL);
        self.child = Some(child);
    }

    pub(crate) fn address(&self) -> Address {
        Address::new("127.0.0.1", self.port)
    }

    /// Settings that connect to it alone.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::new(Topology::Standalone {
            address: self.address(),
        });
        settings.durability = Durability::Memory;
        settings
    }

    /// Waits until it answers, and loads the functions.
    pub(crate) async fn load_functions(&self) {
        Redis::load_functions(self.settings()).await.unwrap();
    }

    /// What an administrator says to it.
    pub(crate) fn cli(&self, words: &[&str]) {
        let said = Command::new("redis-cli")
            .args(["-e", "-p", &self.port.to_string()])
            .args(words)
            .output()
            .expect(INSTALL);
        assert!(said.status.success(), "{words:?}: {said:?}");
    }

    pub(crate) fn freeze(&self) {
        kill_process(self.pid(), Signal::STOP).unwrap();
    }

    pub(crate) fn thaw(&self) {
        kill_process(self.pid(), Signal::CONT).unwrap();
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn pid(&self) -> Pid {
        let child = self.child.as_ref().unwrap();
        Pid::from_child(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.log()).unwrap_or_default();
            println!("--- server {}\n{log}", self.port);
        }
        self.kill();
    }
}

/// How often a command was called, as the server counts.
pub(crate) async fn calls_of(redis: &Redis, name: &str) -> u64 {
    let mut stats = command("INFO");
    stats.arg("commandstats");
    let said = redis.read(&Tag::new("any"), stats).await.unwrap();
    let text = said.text().unwrap();
    let line = text.lines().find_map(|line| {
        let line = line.strip_prefix("cmdstat_")?.strip_prefix(name)?;
        line.strip_prefix(":calls=")
    });
    line.and_then(|rest| rest.split(',').next())
        .map_or(0, |calls| calls.parse().unwrap())
}

/// Waits until something holds.
pub(crate) async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let patience = Duration::from_mins(2);
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(patience, waiting).await;
    assert!(waited.is_ok(), "never came true: {what}");
}
