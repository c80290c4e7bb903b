//! The server under test: the release binary with a configuration of its own and one channel.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::{free_port, machine};
use crate::process;

const LONGEST_START: Duration = Duration::from_mins(2);
const LONGEST_STOP: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(5);

/// A configured Wardline.
pub(super) struct Wardline {
    program: PathBuf,
    folder: PathBuf,
    /// Where its API listens.
    pub(super) http_port: u16,
    /// Where its channel listens.
    pub(super) mllp_port: u16,
    token: String,
}

/// A Wardline that runs; killed when it is dropped.
pub(super) struct Running {
    child: Child,
    /// From the start of the process until it was ready.
    pub(super) ready_after: Duration,
}

/// Where a channel delivers to.
#[derive(Clone, Copy)]
pub(super) struct Destination {
    pub(super) port: u16,
    /// Patients, and connections, at once.
    pub(super) parallel: u64,
}

impl Wardline {
    /// Has the binary write a configuration, and adds one channel with these destinations.
    pub(super) fn initialise(program: &Path, folder: &Path, to: &[Destination]) -> Result<Self> {
        let folder = folder.join("wardline");
        process::output(Command::new(program).arg("init").arg(&folder))?;
        let channels = folder.join("channels");
        std::fs::remove_dir_all(&channels)?;
        std::fs::create_dir(&channels)?;
        let mllp_port = free_port()?;
        std::fs::write(channels.join("bench.toml"), channel(mllp_port, to))?;
        let token = std::fs::read_to_string(folder.join("admin.token"))?
            .trim()
            .to_owned();
        let (program, http_port) = (program.to_owned(), free_port()?);
        Ok(Self {
            program,
            folder,
            http_port,
            mllp_port,
            token,
        })
    }

    /// Makes another token of the API.
    pub(super) fn make_token(&self, name: &str, scopes: &str) -> Result<String> {
        let file = self.folder.join(format!("{name}.token"));
        let mut create = Command::new(&self.program);
        create.args(["token", "create", name, "--scope", scopes, "--write"]);
        create.arg(&file).arg("--config");
        process::output(create.arg(self.folder.join("wardline.toml")))?;
        Ok(std::fs::read_to_string(file)?.trim().to_owned())
    }

    /// Starts it, and waits until it is ready.
    pub(super) fn start(&self) -> Result<Running> {
        self.start_below(&mut Command::new(&self.program))
    }

    /// Starts it below another program, whose command takes the rest of a command line.
    pub(super) fn start_below(&self, command: &mut Command) -> Result<Running> {
        let log = self.folder.join("log");
        let began = Instant::now();
        let child = command
            .args(["serve", "--log-level", "warn", "--config"])
            .arg(self.folder.join("wardline.toml"))
            .env(
                "WARDLINE_HTTP__ADDRESS",
                format!("127.0.0.1:{}", self.http_port),
            )
            .current_dir(&self.folder)
            .stderr(File::create(&log)?)
            .spawn()
            .context("cannot start wardline")?;
        let mut running = Running {
            child,
            ready_after: Duration::ZERO,
        };
        while began.elapsed() < LONGEST_START {
            if let Some(status) = running.child.try_wait()? {
                bail!("wardline ended with {status}; see {}", log.display());
            }
            if self.is_ready() {
                running.ready_after = began.elapsed();
                return Ok(running);
            }
            std::thread::sleep(PAUSE);
        }
        bail!("wardline is not ready; see {}", log.display())
    }

    /// The program, to be started below another.
    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    /// Searches messages, and gives how many the first page holds and how long it took.
    pub(super) fn search(&self, field: &str, value: &str) -> Result<(usize, Duration)> {
        let body = serde_json::json!({ "filter": { field: value } }).to_string();
        let began = Instant::now();
        let answer = self.request("POST", "/v1/messages/search", &body)?;
        let took = began.elapsed();
        let page: Value = serde_json::from_str(&answer)?;
        let items = page
            .get("items")
            .and_then(Value::as_array)
            .context("a page has no items")?;
        Ok((items.len(), took))
    }

    /// Bytes of everything in the data directory.
    pub(super) fn data_bytes(&self) -> Result<u64> {
        let printed = process::output(
            Command::new("du")
                .args(["-sb"])
                .arg(self.folder.join("data")),
        )?;
        let first = printed.split_whitespace().next().unwrap_or_default();
        Ok(first.parse()?)
    }

    fn is_ready(&self) -> bool {
        self.request("GET", "/readyz", "").is_ok()
            && TcpStream::connect(("127.0.0.1", self.mllp_port)).is_ok()
    }

    /// The body of an answer with 200. HTTP/1.0, so the body ends with the connection.
    fn request(&self, method: &str, path: &str, body: &str) -> Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.http_port))?;
        stream.set_read_timeout(Some(LONGEST_STOP))?;
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.http_port,
            self.token,
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .context("an answer without headers")?;
        let status = head.lines().next().unwrap_or_default();
        ensure!(
            status.split(' ').nth(1) == Some("200"),
            "{path} is answered with {status}"
        );
        Ok(body.to_owned())
    }
}

impl Running {
    /// The process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The most memory that it has held so far, in bytes.
    pub(super) fn peak_memory_bytes(&self) -> Result<u64> {
        machine::peak_memory_bytes(self.id())
    }

    /// Ends it at once, as a power cut would end it.
    pub(super) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Stops it as a service manager does.
    pub(super) fn stop(mut self) -> Result<()> {
        process::run(Command::new("kill").arg(self.child.id().to_string()))?;
        let deadline = Instant::now() + LONGEST_STOP;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "wardline ended with {status}");
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        bail!("wardline does not stop")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After a stop there is nothing left to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn channel(port: u16, to: &[Destination]) -> String {
    let listener = format!("[listener]\naddress = \"127.0.0.1:{port}\"\nmax_connections = 1024\n");
    let destinations = to.iter().enumerate().map(|(place, Destination { port, parallel })| {
        format!(
            "\n[[destination]]\nname = \"partner-{place}\"\nkind = \"mllp\"\naddress = \"127.0.0.1:{port}\"\n\
             parallel_patients = {parallel}\nconnections = {parallel}\n"
        )
    });
    std::iter::once(listener).chain(destinations).collect()
}
