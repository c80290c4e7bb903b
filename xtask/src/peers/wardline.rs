//! The process under test: the real binary with a configuration of its own, as `wardline init` writes it.

use std::fs::File;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use super::free_port;
use super::library::Library;
use super::web;
use crate::process;
use crate::workspace;

const START: Duration = Duration::from_secs(30);
const STOP: Duration = Duration::from_secs(40);
const PAUSE: Duration = Duration::from_millis(50);

/// A configured Wardline.
pub(super) struct Wardline {
    program: PathBuf,
    folder: PathBuf,
    /// Where its API listens.
    pub(super) http_port: u16,
}

/// A Wardline that runs; killed when it is dropped before it was stopped.
pub(super) struct Running {
    child: Child,
    log: PathBuf,
}

impl Wardline {
    /// Has the binary write a configuration below `folder`.
    pub(super) fn initialise(folder: &Path) -> Result<Self> {
        let wardline = Self {
            program: workspace::target().join("debug/wardline"),
            folder: folder.join("wardline"),
            http_port: free_port()?,
        };
        process::output(
            Command::new(&wardline.program)
                .arg("init")
                .arg(&wardline.folder),
        )?;
        Ok(wardline)
    }

    /// The file that holds the API token which `wardline init` made.
    pub(super) fn token_file(&self) -> PathBuf {
        self.folder.join("admin.token")
    }

    /// Starts it with a channel for each library, which delivers to all of them.
    pub(super) fn serve(&self, libraries: &[Library]) -> Result<Running> {
        let channels = self.folder.join("channels");
        std::fs::remove_dir_all(&channels)?;
        std::fs::create_dir(&channels)?;
        for library in libraries {
            let file = channels.join(library.name).with_extension("toml");
            std::fs::write(file, channel(library, libraries))?;
        }
        let log = self.folder.join("log");
        let child = Command::new(&self.program)
            .arg("serve")
            .arg("--config")
            .arg(self.folder.join("wardline.toml"))
            .env(
                "WARDLINE_HTTP__ADDRESS",
                format!("127.0.0.1:{}", self.http_port),
            )
            .current_dir(&self.folder)
            .stderr(File::create(&log)?)
            .spawn()
            .context("cannot start wardline")?;
        let mut running = Running { child, log };
        running.await_ready(self.http_port)?;
        for library in libraries {
            ensure!(
                TcpStream::connect(("127.0.0.1", library.inbound_port)).is_ok(),
                "wardline does not listen for {}",
                library.name
            );
        }
        Ok(running)
    }
}

impl Running {
    fn await_ready(&mut self, port: u16) -> Result<()> {
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                bail!("wardline ended with {status}; see {}", self.log.display());
            }
            if web::get(port, "/readyz", None).is_ok() {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        bail!("wardline is not ready; see {}", self.log.display())
    }

    /// Stops it as a service manager does, and checks that it ended well.
    pub(super) fn stop(mut self) -> Result<()> {
        process::run(Command::new("kill").arg(self.child.id().to_string()))?;
        let deadline = Instant::now() + STOP;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                ensure!(
                    status.success(),
                    "wardline ended with {status}; see {}",
                    self.log.display()
                );
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        bail!("wardline does not stop; see {}", self.log.display())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After a stop there is nothing left to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn channel(library: &Library, libraries: &[Library]) -> String {
    let listener = format!(
        "[listener]\naddress = \"127.0.0.1:{}\"\n",
        library.inbound_port
    );
    let destinations = libraries.iter().map(|destination| {
        format!(
            "\n[[destination]]\nname = \"{}\"\nkind = \"mllp\"\naddress = \"127.0.0.1:{}\"\n",
            destination.name, destination.receiver_port
        )
    });
    std::iter::once(listener).chain(destinations).collect()
}
