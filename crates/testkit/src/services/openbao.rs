//! A real OpenBao, in memory, with a Transit engine.

use std::path::PathBuf;
use std::process::Command;

use super::process::{Program, free_ports, listens, program, until};

/// Who may do everything.
pub const BAO_ROOT_TOKEN: &str = "root-token-of-a-test";

/// An OpenBao of a test.
pub struct OpenBao {
    process: Program,
    folder: tempfile::TempDir,
    port: u16,
    tls: bool,
}

impl OpenBao {
    /// Starts one, with Transit mounted.
    pub fn start() -> Self {
        Self::launch(false)
    }

    /// Starts one that speaks TLS; [`OpenBao::ca_file`] signed its certificate.
    pub fn start_tls() -> Self {
        Self::launch(true)
    }

    fn launch(tls: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [port] = free_ports();
        let process = serve(&folder, port, tls);
        let bao = Self {
            process,
            folder,
            port,
            tls,
        };
        bao.is_up();
        bao.run(&["secrets", "enable", "transit"]);
        bao
    }

    fn is_up(&self) {
        listens(self.port);
        until("it is unsealed", || {
            self.command(&["status"]).output().unwrap().status.success()
        });
    }

    /// Makes a key as Wardline wants it.
    pub fn make_key(&self, name: &str) {
        self.run(&[
            "write",
            "-f",
            &format!("transit/keys/{name}"),
            "derived=true",
        ]);
    }

    /// Its address.
    pub fn url(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// The authority of its certificate, when it speaks TLS.
    pub fn ca_file(&self) -> PathBuf {
        let names = ["vault-ca.pem", "bao-ca.pem"];
        let paths = names.map(|name| self.folder.path().join(name));
        let found = paths.into_iter().find(|path| path.exists());
        found.expect("`-dev-tls` writes the certificate of its authority")
    }

    /// Runs `bao` with these arguments as root and gives what it prints.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "bao {arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Seals it: it answers and does nothing.
    pub fn seal(&self) {
        self.run(&["operator", "seal"]);
    }

    /// Ends it; what it held is lost, as it holds everything in memory.
    pub fn stop(&mut self) {
        self.process.stop();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("bao"));
        command
            .args(arguments)
            .env("BAO_ADDR", self.url())
            .env("BAO_TOKEN", BAO_ROOT_TOKEN)
            .env("HOME", self.folder.path());
        if self.tls {
            command.env("BAO_CACERT", self.ca_file());
        }
        command
    }
}

fn serve(folder: &tempfile::TempDir, port: u16, tls: bool) -> Program {
    let mut command = Command::new(program("bao"));
    command
        .args(["server", "-dev", "-dev-no-store-token"])
        .arg(format!("-dev-root-token-id={BAO_ROOT_TOKEN}"))
        .arg(format!("-dev-listen-address=127.0.0.1:{port}"))
        .env("HOME", folder.path());
    if tls {
        let mut certificates = std::ffi::OsString::from("-dev-tls-cert-dir=");
        certificates.push(folder.path());
        command.arg("-dev-tls").arg(certificates);
    }
    Program::start(&mut command, &folder.path().join("log"))
}
