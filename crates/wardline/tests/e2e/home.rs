//! A Wardline of its own: `wardline init` in a fresh folder, and the process that serves from it.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::http::{self, Response};
use crate::wait::{LONGEST, until};

/// A configuration with keys, a token and channels.
pub(crate) struct Home {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    pub(crate) data: PathBuf,
    pub(crate) http: SocketAddr,
    pub(crate) token: String,
}

/// A process that serves. Killed when it is dropped.
pub(crate) struct Node {
    child: Child,
    pub(crate) http: SocketAddr,
    token: String,
}

impl Home {
    /// A fresh one, without channels; its data lies beside its configuration.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let init = program(folder.path()).arg("init").output().await.unwrap();
        assert!(init.status.success(), "{init:?}");
        fs::remove_file(folder.path().join("channels/adt-in.toml")).unwrap();
        let token = fs::read_to_string(folder.path().join("admin.token")).unwrap();
        let data = folder.path().join("data");
        let http = free_address();
        let mut home = Self {
            folder,
            settings: Vec::new(),
            data,
            http,
            token: token.trim().to_owned(),
        };
        home.set("WARDLINE_HTTP__ADDRESS", &http.to_string());
        // The disk of whoever runs the tests may have less room than a hospital's.
        home.set("WARDLINE_STORE__MIN_FREE_BYTES", "16777216");
        home.keep_data_in(&home.data.clone());
        home.set("WARDLINE_LOG__FORMAT", "json");
        home
    }

    /// Where its configuration is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The binary, in its folder.
    pub(crate) fn command(&self) -> Command {
        program(self.folder.path())
    }

    /// Keeps its data elsewhere.
    pub(crate) fn keep_data_in(&mut self, data: &Path) {
        data.clone_into(&mut self.data);
        self.set("WARDLINE_STORE__DIRECTORY", data.to_str().unwrap());
    }

    /// Serves HTTP elsewhere.
    pub(crate) fn listen_on(&mut self, http: SocketAddr) {
        self.http = http;
        self.set("WARDLINE_HTTP__ADDRESS", &http.to_string());
    }

    /// Gives a setting by its variable; the last one counts.
    pub(crate) fn set(&mut self, variable: &'static str, value: &str) {
        self.settings.push((variable, value.to_owned()));
    }

    /// Writes a channel's file.
    pub(crate) fn channel(&self, name: &str, text: &str) {
        let path = self.folder.path().join(format!("channels/{name}.toml"));
        fs::write(path, text).unwrap();
    }

    /// Makes another token, with these scopes.
    pub(crate) async fn make_token(&self, scopes: &str) -> String {
        let mut create = program(self.folder.path());
        create.args(["token", "create", "another", "--scope", scopes]);
        let made = create.args(["--write", "another.token"]).output().await;
        assert!(made.as_ref().unwrap().status.success(), "{made:?}");
        let token = fs::read_to_string(self.folder.path().join("another.token")).unwrap();
        token.trim().to_owned()
    }

    /// Runs a command in its folder.
    pub(crate) async fn run(&self, args: &[&str]) -> std::process::Output {
        program(self.folder.path())
            .args(args)
            .output()
            .await
            .unwrap()
    }

    /// Starts serving, and waits until it is ready.
    ///
    /// # Panics
    /// When it ends instead.
    pub(crate) async fn start(&self) -> Node {
        let mut node = self.spawn();
        match node.ready_or_ended().await {
            None => node,
            Some(status) => panic!("it ended with {status}:\n{}", self.log()),
        }
    }

    /// Starts serving; gives the node once it is ready, or how it ended.
    pub(crate) async fn try_start(&self) -> Result<Node, ExitStatus> {
        let mut node = self.spawn();
        match node.ready_or_ended().await {
            None => Ok(node),
            Some(status) => Err(status),
        }
    }

    /// All that its processes have written to standard error and standard output.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// Where that is written.
    pub(crate) fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Forgets what was written so far.
    pub(crate) fn clear_log(&self) {
        fs::write(self.log_path(), "").unwrap();
    }

    /// Starts serving, and does not wait.
    pub(crate) fn spawn(&self) -> Node {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .unwrap();
        let child = program(self.folder.path())
            .arg("serve")
            .envs(self.settings.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Node {
            child,
            http: self.http,
            token: self.token.clone(),
        }
    }
}

impl Node {
    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// `kill -9`.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Sends a signal by its name, as an operator would.
    pub(crate) async fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().await;
        assert!(sent.unwrap().success());
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(mut self) -> ExitStatus {
        let ended = timeout(LONGEST, self.child.wait()).await;
        ended.expect("it ends").unwrap()
    }

    /// SIGTERM, and waits for the end.
    pub(crate) async fn stop(self) {
        self.signal("TERM").await;
        let status = self.ended().await;
        assert!(status.success(), "{status}");
    }

    /// A request with the first token.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<&str>) -> Response {
        http::request(self.http, Some(&self.token), method, path, body)
            .await
            .unwrap()
    }

    /// The status of `/readyz`.
    pub(crate) async fn readiness(&self) -> u16 {
        let asked = http::request(self.http, None, "GET", "/readyz", None).await;
        asked.map_or(0, |response| response.status)
    }

    /// A channel as the API shows it.
    pub(crate) async fn channel(&self, name: &str) -> Value {
        let path = format!("/v1/channels/{name}");
        self.ask("GET", &path, None).await.json()
    }

    /// Waits until nothing waits for any destination of a channel.
    pub(crate) async fn drained(&self, channel: &str) {
        until("nothing waits any more", async || {
            let channel = self.channel(channel).await;
            let destinations = channel["destinations"].as_array().unwrap();
            destinations.iter().all(|it| it["waiting"] == 0)
        })
        .await;
    }

    async fn ready_or_ended(&mut self) -> Option<ExitStatus> {
        let end = tokio::time::Instant::now() + LONGEST;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            if self.readiness().await == 200 {
                return None;
            }
            assert!(tokio::time::Instant::now() < end, "it does not get ready");
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        }
    }
}

/// The binary, in a folder, with nothing of this process's environment that concerns it.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardline"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WARDLINE_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder);
    command
}

/// An address of this machine that nobody listens on, and that the system gives to no outgoing connection: else
/// a client that tries a stopped server again could connect to itself.
pub(crate) fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 300).unwrap() * 64;
    loop {
        let port = 10_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
