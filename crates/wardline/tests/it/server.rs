//! A real `wardline serve` in a folder of its own, on ports that the system chooses.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ended, wardline, wardline_with};

/// Longer than any of it takes; only a failure waits that long.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server; killed when dropped.
pub(crate) struct Server {
    pub(crate) folder: TempDir,
    child: Child,
    http: String,
    /// Where the channel `adt-in` listens.
    pub(crate) mllp: String,
    log: mpsc::Receiver<Value>,
    notified: UnixDatagram,
}

/// What `wardline init` writes, with a channel on a port of the system's choice that delivers to `partner`.
pub(crate) fn initialised(partner: Option<&str>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(wardline(folder.path(), &["init"]).code, 0);
    write_channel(&folder, partner);
    folder
}

fn write_channel(folder: &TempDir, partner: Option<&str>) {
    let destination = partner.map(|address| {
        format!(
            "[[destination]]\nname = \"ehr\"\nkind = \"mllp\"\naddress = \"{address}\"\n\
             retry = {{ max_attempts = 1 }}\n"
        )
    });
    let listener = "[listener]\naddress = \"127.0.0.1:0\"\n";
    let text = format!("{listener}{}", destination.unwrap_or_default());
    fs::write(folder.path().join("channels/adt-in.toml"), text).unwrap();
}

impl Server {
    /// Starts it and waits until it takes messages.
    pub(crate) fn start(partner: Option<&str>) -> Self {
        Self::start_in(initialised(partner))
    }

    /// The same in a folder that is there already.
    pub(crate) fn start_in(folder: TempDir) -> Self {
        let socket = folder.path().join("notify");
        let notified = UnixDatagram::bind(&socket).unwrap();
        notified.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_wardline"))
            .arg("serve")
            .current_dir(folder.path())
            .env("NOTIFY_SOCKET", &socket)
            .env("WARDLINE_HTTP__ADDRESS", "127.0.0.1:0")
            .env("WARDLINE_STORE__MIN_FREE_BYTES", "16777216")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, log) = mpsc::channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // A panic's message is no JSON; it belongs into the test's output.
                match serde_json::from_str(&line) {
                    Ok(value) => drop(sender.send(value)),
                    Err(_) => eprintln!("{line}"),
                }
            }
        });
        let (http, mllp) = (String::new(), String::new());
        let mut server = Self {
            folder,
            child,
            http,
            mllp,
            log,
            notified,
        };
        server.mllp = server.logged("listening for MLLP", "address");
        server.http = server.logged("wardline takes messages", "http");
        server
    }

    /// The field of the next log line with this message.
    pub(crate) fn logged(&self, message: &str, field: &str) -> String {
        loop {
            let line = self.log.recv_timeout(PATIENCE).expect(message);
            if line["message"] == message {
                return line[field].as_str().unwrap_or_default().to_owned();
            }
        }
    }

    /// The next log line in which this stands.
    pub(crate) fn logged_with(&self, text: &str) -> String {
        loop {
            let line = self.log.recv_timeout(PATIENCE).expect(text).to_string();
            if line.contains(text) {
                return line;
            }
        }
    }

    /// The next thing that the service manager is told.
    pub(crate) fn notified(&self) -> String {
        let mut datagram = [0; 4096];
        let bytes = self.notified.recv(&mut datagram).unwrap();
        String::from_utf8(datagram[..bytes].to_vec()).unwrap()
    }

    /// Where its API is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// Runs a command against it with a token.
    pub(crate) fn ask_as(&self, token: &str, arguments: &[&str], input: &[u8]) -> Ended {
        let server = self.url();
        let token = self.path(token).display().to_string();
        let variables = [
            ("WARDLINE_SERVER", server.as_str()),
            ("WARDLINE_TOKEN_FILE", &token),
        ];
        wardline_with(self.folder.path(), arguments, &variables, input)
    }

    /// Runs a command against it with the first token, and expects success.
    pub(crate) fn ask(&self, arguments: &[&str]) -> String {
        let ended = self.ask_as("admin.token", arguments, b"");
        assert_eq!(
            ended.code, 0,
            "{arguments:?}: {}{}",
            ended.stdout, ended.stderr
        );
        ended.stdout
    }

    /// The same, as values of the JSON lines that are printed.
    pub(crate) fn ask_json(&self, arguments: &[&str]) -> Vec<Value> {
        let lines = self.ask(&[arguments, &["--json"]].concat());
        serde_json::Deserializer::from_str(&lines)
            .into_iter()
            .map(Result::unwrap)
            .collect()
    }

    /// Asks until the answer is as wanted, and gives it.
    pub(crate) fn ask_until(
        &self,
        arguments: &[&str],
        wanted: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        let started = Instant::now();
        loop {
            let answer = self.ask_json(arguments);
            if wanted(&answer) {
                return answer;
            }
            assert!(started.elapsed() < PATIENCE, "{arguments:?}: {answer:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Sends it a message over MLLP, and gives how that ended.
    pub(crate) fn send(&self, message: &str) -> Ended {
        let arguments = ["hl7", "send", &self.mllp];
        wardline_with(self.folder.path(), &arguments, &[], message.as_bytes())
    }

    /// A file of its folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Sends it a signal, such as `HUP`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let killed = Command::new("kill")
            .args(["-s", name, &pid])
            .status()
            .unwrap();
        assert!(killed.success());
    }

    /// Waits for its end.
    pub(crate) fn exit_code(&mut self) -> i32 {
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended, and then there is nothing to do.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
