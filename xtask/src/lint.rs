//! `cargo xtask lint`: format, clippy, documentation and dependencies.

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::{say, workspace};

const CARGO_DENY_VERSION: &str = "0.20.2";

/// Runs the checks that cargo's own tools make.
///
/// # Errors
/// A check finds something, or cargo-deny cannot be installed.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => {}
        [flag] if flag == "--install" => say::step("cargo-deny", install_cargo_deny)?,
        _ => bail!("usage: cargo xtask lint [--install]"),
    }
    say::step("format", format)?;
    say::step("clippy", clippy)?;
    say::step("documentation", documentation)?;
    say::step("dependencies", dependencies)
}

fn install_cargo_deny() -> Result<()> {
    if cargo_deny_is_installed() {
        return Ok(());
    }
    process::run(&mut cargo(&[
        "install",
        "cargo-deny",
        "--quiet",
        "--locked",
        "--version",
        CARGO_DENY_VERSION,
    ]))
}

fn format() -> Result<()> {
    process::run(&mut cargo(&["fmt", "--all", "--", "--check"]))?;
    for manifest in workspace::manifests_outside_the_workspace()? {
        process::run(
            cargo(&["fmt", "--manifest-path"])
                .arg(manifest)
                .args(["--", "--check"]),
        )?;
    }
    Ok(())
}

fn clippy() -> Result<()> {
    process::run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn documentation() -> Result<()> {
    process::run(
        cargo(&["doc", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn dependencies() -> Result<()> {
    if !cargo_deny_is_installed() {
        say::line("cargo-deny is not installed, so dependencies are not checked here;");
        say::line("`cargo xtask lint --install` installs it, and CI always runs it");
        return Ok(());
    }
    process::run(&mut cargo(&[
        "deny", "check", "bans", "licenses", "sources",
    ]))
}

fn cargo_deny_is_installed() -> bool {
    process::succeeds(&mut cargo(&["deny", "--version"]))
}
