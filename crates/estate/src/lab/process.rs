//! One server process of a lab: started, frozen, killed. Only ever the one that was started here.
//!
//! A process is known by its id and the time it started (field 22 of `/proc/PID/stat`), so that an id that the system
//! has given to somebody else meanwhile is left alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use crate::EstateError;

/// Lines of a log that an error shows.
const TAIL_LINES: usize = 12;
/// How long a server may take to end by itself.
const STOP: Duration = Duration::from_secs(15);
/// How often is looked whether it has.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A process that cannot be mistaken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The process's id.
    pub id: i32,
    /// When it started, in clock ticks since the machine did.
    pub started: u64,
}

impl Identity {
    /// The process that has this id now.
    pub fn of(id: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The second field is a name in parentheses that may hold blanks.
        let (_, fields) = stat.rsplit_once(") ")?;
        let mut fields = fields.split(' ');
        if fields.next() == Some("Z") {
            return None;
        }
        Some(Self {
            id,
            started: fields.nth(18)?.parse().ok()?,
        })
    }

    /// Whether it still runs.
    pub fn is_alive(self) -> bool {
        Self::of(self.id) == Some(self)
    }

    /// Sends it a signal; `false` when it is not there any more.
    pub fn signal(self, signal: Signal) -> bool {
        self.is_alive() && Pid::from_raw(self.id).is_some_and(|id| kill_process(id, signal).is_ok())
    }
}

/// A server of a lab.
#[derive(Debug)]
pub(super) struct Process {
    /// The server's name.
    pub(super) name: String,
    arguments: Vec<String>,
    log: PathBuf,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    identity: Option<Identity>,
    /// There when we are its parent, and must take note of its end.
    child: Option<Child>,
}

impl Process {
    /// A server that does not run yet. `arguments` begin with the program.
    pub(super) fn new(name: &str, arguments: Vec<String>, log: &Path) -> Self {
        Self {
            name: name.to_owned(),
            arguments,
            log: log.to_owned(),
            running: Mutex::default(),
        }
    }

    /// Takes over a server that another command started.
    pub(super) fn adopt(&self, identity: Identity) {
        self.running().identity = Some(identity).filter(|identity| identity.is_alive());
    }

    /// Starts it, with files for its owner only, in a group of its own so that it outlives a terminal.
    pub(super) fn start(&self) -> Result<(), EstateError> {
        use std::os::unix::process::CommandExt as _;

        let child = Command::new("/bin/sh")
            .args(["-c", "umask 077 && exec \"$@\"", "sh"])
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|source| EstateError::NoServer {
                program: "/bin/sh".to_owned(),
                source,
            })?;
        let identity = i32::try_from(child.id()).ok().and_then(Identity::of);
        *self.running() = Running {
            identity,
            child: Some(child),
        };
        Ok(())
    }

    /// Its process, while it runs.
    pub(super) fn identity(&self) -> Option<Identity> {
        let mut running = self.running();
        if let Some(child) = &mut running.child
            && child.try_wait().is_ok_and(|ended| ended.is_some())
        {
            *running = Running::default();
        }
        running.identity.filter(|identity| identity.is_alive())
    }

    /// Sends it a signal; `false` when it does not run.
    pub(super) fn signal(&self, signal: Signal) -> bool {
        self.identity()
            .is_some_and(|identity| identity.signal(signal))
    }

    /// Ends it at once, as a power failure would, and waits until it is gone.
    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
        let mut running = self.running();
        if let Some(mut child) = running.child.take() {
            // It was killed: there is nothing to learn from how it ended.
            drop(child.wait());
        }
        running.identity = None;
    }

    /// Asks it to end, with everything written; ends it at once when it takes too long.
    pub(super) async fn stop(&self) {
        self.signal(Signal::TERM);
        let deadline = Instant::now() + STOP;
        while self.identity().is_some() && Instant::now() < deadline {
            sleep(LOOK_AGAIN).await;
        }
        self.kill();
    }

    /// The end of its log.
    pub(super) fn ended(&self) -> EstateError {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(TAIL_LINES)..);
        EstateError::Ended {
            node: self.name.clone(),
            log: self.log.clone(),
            tail: tail.unwrap_or_default().join("\n"),
        }
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
