//! `cargo xtask peers`: the real `wardline serve` between programs that others wrote.
//!
//! python-hl7 and @medplum/hl7 each send every message of `testdata/hl7` into Wardline and receive what it
//! delivers; Prometheus scrapes it meanwhile and knows every metric that the dashboards and alerts ask for.
//! `library` is a peer's two programs, `wardline` the process under test, `mail` what was sent and what came.

pub(crate) mod install;
mod library;
mod mail;
mod prometheus;
mod wardline;
mod web;

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::{say, workspace};
use library::Library;
use mail::Mail;
use prometheus::Prometheus;
use wardline::Wardline;

/// Builds the binary, then [`check`]s it.
///
/// # Errors
/// See [`check`].
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("usage: cargo xtask peers");
    }
    say::step("build", || {
        process::run(&mut cargo(&["build", "--package", "wardline"]))
    })?;
    check()
}

/// Puts the binary that was built last between the peers.
///
/// # Errors
/// Something is missing, an answer is not as it must be, or what came is not what was sent.
pub(crate) fn check() -> Result<()> {
    let folder = empty_folder()?;
    let tools = say::step("python-hl7, @medplum/hl7, Prometheus", install::tools)?;
    let wardline = Wardline::initialise(&folder)?;
    let mail = Mail::of_the_samples(&folder)?;
    let libraries = [
        Library::python_hl7(&tools, &folder)?,
        Library::medplum_hl7(&folder)?,
    ];

    say::step("messages through Wardline", || {
        let receivers = libraries
            .iter()
            .map(Library::receive)
            .collect::<Result<Vec<_>>>()?;
        let running = wardline.serve(&libraries)?;
        let prometheus = Prometheus::start(&tools, &folder, &wardline)?;
        for library in &libraries {
            mail.check_answers(library.name, &library.send(mail.files())?)?;
            say::line(&format!("{}: {} messages sent", library.name, mail.len()));
        }
        for library in &libraries {
            mail.await_delivery(&library.received, libraries.len())?;
            say::line(&format!(
                "{}: each message received from both senders",
                library.name
            ));
        }
        prometheus.check_metrics(&wardline)?;
        running.stop()?;
        drop(receivers);
        Ok(())
    })?;
    say::step("alert rules", || prometheus::check_rules(&tools))
}

fn empty_folder() -> Result<PathBuf> {
    let folder = workspace::target().join("peers/run");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A port that nobody listens on at the moment.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn make_folder(above: &Path, name: &str) -> Result<PathBuf> {
    let folder = above.join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
