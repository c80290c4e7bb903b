//! `cargo xtask test`: every test, after installing what they need.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::{peers, say, services, system_packages, workspace};

/// Documentation tests, unit and integration tests, then the peers with the binary that those built.
///
/// # Errors
/// A package is missing and cannot be installed, or a test fails.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(unknown) = arguments.first() {
        bail!(
            "`cargo xtask test` takes no argument `{unknown}`; to run one test: cargo test -p CRATE NAME"
        );
    }
    say::step("Debian packages", system_packages::install_missing)?;
    say::step("services that tests start", services::install)?;
    say::step("documentation tests", || {
        process::run(&mut cargo(&["test", "--workspace", "--doc", "--quiet"]))
    })?;
    say::step("unit and integration tests", || {
        let profile = if std::env::var_os("CI").is_some() {
            "ci"
        } else {
            "default"
        };
        let mut tests = if process::succeeds(&mut cargo(&["nextest", "--version"])) {
            cargo(&["nextest", "run", "--workspace", "--profile", profile])
        } else {
            cargo(&["test", "--workspace", "--lib", "--bins", "--tests"])
        };
        if !system_packages::is_root() {
            tests = where_mounting_is_allowed(&tests);
        }
        process::run(&mut tests)
    })?;
    peers::check()
}

/// The same command in a user namespace of its own: tests of a full disk mount a small one.
fn where_mounting_is_allowed(command: &Command) -> Command {
    let mut inside = Command::new("unshare");
    inside
        .args(["--user", "--map-root-user", "--mount"])
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(workspace::root());
    inside
}
