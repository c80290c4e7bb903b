//! A redis-server of the test's own, with Wardline's functions, that can be killed and started again on its data.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use wardline_estate::server_program;
use wardline_store_redis::{Address, Durability, Holder, Lease, Redis, Settings, Tag, Topology};

/// How long the lease of a test lasts, unless it is about that.
pub(crate) const LEASE: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(20);

/// A server. It ends with the test.
pub(crate) struct Server {
    folder: TempDir,
    port: u16,
    options: Vec<String>,
    process: Option<Child>,
}

impl Server {
    /// One that syncs each write to its disk before it answers.
    pub(crate) fn start() -> Self {
        Self::start_with(&["--appendonly", "yes", "--appendfsync", "always"])
    }

    pub(crate) fn start_with(options: &[&str]) -> Self {
        let mut server = Self {
            folder: tempfile::tempdir().unwrap(),
            port: 0,
            options: options.iter().map(|&option| option.to_owned()).collect(),
            process: None,
        };
        // Another test may take the port in between.
        for _ in 0..5 {
            server.port = free_port();
            server.run();
            if server.answers() {
                server.load_functions();
                return server;
            }
            server.kill();
        }
        panic!("redis-server does not start; is it installed?");
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends it as a loss of power does, but for the disk's own cache.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.kill());
            drop(process.wait());
        }
    }

    /// Stops it without ending it: its connections stay open, and nothing answers.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let process = Pid::from_child(self.process.as_ref().unwrap());
        kill_process(process, signal).unwrap();
    }

    /// Starts it again on its data.
    pub(crate) fn start_again(&mut self) {
        self.run();
        assert!(self.answers(), "redis-server does not start again");
    }

    fn run(&mut self) {
        let port = self.port.to_string();
        let process = Command::new(server_program())
            .args([
                "--port",
                &port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--rdbcompression",
                "no",
            ])
            .args([
                "--repl-diskless-sync-delay",
                "0",
                "--repl-ping-replica-period",
                "1",
            ])
            .arg("--dir")
            .arg(self.folder.path())
            .args(&self.options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.process = Some(process.expect("redis-server can be run"));
    }

    fn answers(&mut self) -> bool {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if self.cli(&["PING"]).contains("PONG") {
                return true;
            }
            let ended = self.process.as_mut().map(Child::try_wait);
            if !matches!(ended, Some(Ok(None))) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    pub(crate) fn load_functions(&self) {
        self.load(&wardline_store_redis::library::source());
    }

    /// Has it know these functions, and no others.
    pub(crate) fn load(&self, source: &str) {
        let port = self.port.to_string();
        let mut cli = Command::new("redis-cli")
            .args(["-p", &port, "-x", "FUNCTION", "LOAD", "REPLACE"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        cli.stdin
            .take()
            .unwrap()
            .write_all(source.as_bytes())
            .unwrap();
        let said = cli.wait_with_output().unwrap().stdout;
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("wardline"), "{said}");
    }

    /// What `redis-cli` says to a command.
    pub(crate) fn cli(&self, arguments: &[&str]) -> String {
        let port = self.port.to_string();
        let mut cli = Command::new("redis-cli");
        let output = cli.args(["-p", &port]).args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Waits until `redis-cli` says this to a command.
    pub(crate) fn wait_until_it_says(&self, arguments: &[&str], words: &str) {
        let began = Instant::now();
        while !self.cli(arguments).contains(words) {
            assert!(began.elapsed() < PATIENCE, "{arguments:?}: no {words}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// A connection that gives a server up only when it hangs: a busy disk may take longer than Wardline waits.
    pub(crate) async fn connect(&self) -> Redis {
        let mut settings = settings(self.port, Durability::FSYNC);
        settings.timeouts.connect = PATIENCE;
        settings.timeouts.response = PATIENCE;
        Redis::connect(settings).await.unwrap()
    }

    /// A connection as Wardline's own.
    pub(crate) async fn connect_as_wardline(&self) -> Redis {
        connect(self.port, Durability::FSYNC).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// As Wardline does.
pub(crate) async fn connect(port: u16, durability: Durability) -> Redis {
    Redis::connect(settings(port, durability)).await.unwrap()
}

fn settings(port: u16, durability: Durability) -> Settings {
    let address = Address::new("127.0.0.1", port);
    let mut settings = Settings::new(Topology::Standalone { address });
    settings.durability = durability;
    settings
}

/// A lease that nobody else holds.
pub(crate) async fn lease(redis: &Redis, tag: &Tag, holder: Holder) -> Lease {
    Lease::wait(redis, tag, holder, LEASE).await
}

/// Runs it to its end within a test's future: a store under test is reopened from code that is not async.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(future))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
