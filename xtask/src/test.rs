//! `cargo xtask test`: every test, after installing what they need.

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::{peers, say, system_packages};

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
    say::step("documentation tests", || {
        process::run(&mut cargo(&["test", "--workspace", "--doc", "--quiet"]))
    })?;
    say::step("unit and integration tests", || {
        if process::succeeds(&mut cargo(&["nextest", "--version"])) {
            let profile = if std::env::var_os("CI").is_some() {
                "ci"
            } else {
                "default"
            };
            process::run(&mut cargo(&[
                "nextest",
                "run",
                "--workspace",
                "--profile",
                profile,
            ]))
        } else {
            process::run(&mut cargo(&[
                "test",
                "--workspace",
                "--lib",
                "--bins",
                "--tests",
            ]))
        }
    })?;
    peers::check()
}
