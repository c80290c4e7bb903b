//! `cargo xtask console`: the web console, from its source to a browser.
//!
//! What the server embeds is committed, so that building Wardline needs no Node. Here it is built again and compared:
//! what is committed is what the source says.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process::{self, cargo};
use crate::{say, system_packages, workspace};

/// What Vite asks for; Debian 12 has an older one.
const OLDEST_NODE: (u32, u32) = (20, 19);
/// The one that is installed into the target folder where that is missing.
const NODE: &str = "node@22";
/// Where the built files are.
const BUILT: &str = "crates/server/console";

/// Runs the task.
///
/// # Errors
/// A check finds something, a test fails, or the built files are not those that are committed.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => check(),
        [what] if what == "build" => build(),
        [what] if what == "screenshots" => screenshots(),
        _ => bail!("usage: cargo xtask console [build|screenshots]"),
    }
}

fn check() -> Result<()> {
    system_packages::install_missing()?;
    build()?;
    say::step("what is committed is what was built", committed)?;
    say::step("the program", program)?;
    say::step("browser tests", || npm(&["run", "--silent", "test"]))
}

fn build() -> Result<()> {
    say::step("packages", || {
        npm(&["ci", "--silent", "--no-audit", "--no-fund"])
    })?;
    say::step("type check against the API's description", || {
        npm(&["run", "--silent", "check"])
    })?;
    say::step("build", || npm(&["run", "--silent", "build"]))
}

fn screenshots() -> Result<()> {
    build()?;
    say::step("the program", program)?;
    say::step("screenshots", || npm(&["run", "--silent", "screenshots"]))
}

fn committed() -> Result<()> {
    let changed = process::output(
        Command::new("git")
            .args(["status", "--porcelain", "--", BUILT])
            .current_dir(workspace::root()),
    )?;
    if changed.trim().is_empty() {
        return Ok(());
    }
    bail!("run `cargo xtask console build` and commit what it writes:\n{changed}")
}

/// The program, and what alters a record of its trail for a test.
fn program() -> Result<()> {
    process::run(&mut cargo(&["build", "--quiet", "-p", "wardline"]))?;
    process::run(&mut cargo(&[
        "build",
        "--quiet",
        "-p",
        "wardline-store-embedded",
        "--example",
        "alter_audit_record",
    ]))
}

/// What the page of the board comes to with many beds that all change every second, as one line of JSON. Builds what is
/// measured first.
///
/// # Errors
/// Something cannot be built, or the board was not live to the end.
pub(crate) fn measure_board(beds: u64, seconds: u64) -> Result<String> {
    system_packages::install_missing()?;
    build()?;
    program()?;
    let (beds, seconds) = (beds.to_string(), seconds.to_string());
    process::output(&mut tool(
        "node",
        &["tests/measure-board.mjs", &beds, &seconds],
    )?)
}

/// `npm` in the console's folder.
fn npm(arguments: &[&str]) -> Result<()> {
    process::run(&mut tool("npm", arguments)?)
}

/// A program of Node's in the console's folder, with a Node that is new enough.
fn tool(name: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(name);
    let binary = workspace::target().join("debug/wardline");
    command
        .args(arguments)
        .current_dir(workspace::root().join("console"))
        .env("WARDLINE_BINARY", binary);
    if let Some(folder) = own_node()? {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(folder).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(folders)?);
    }
    Ok(command)
}

/// The folder of a Node that was installed for this, where the machine's is too old.
fn own_node() -> Result<Option<PathBuf>> {
    let version = process::output(Command::new("node").arg("--version"))?;
    if is_new_enough(&version) {
        return Ok(None);
    }
    let folder = workspace::target().join("node");
    let bin = folder.join("node_modules/.bin");
    if !bin.join("node").exists() {
        let mut install = Command::new("npm");
        install
            .args(["install", "--silent", "--no-save", NODE, "--prefix"])
            .arg(&folder);
        process::run(&mut install)
            .with_context(|| format!("Node {} is too old", version.trim()))?;
    }
    Ok(Some(bin))
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim().trim_start_matches('v').split('.');
    let mut number = || numbers.next().and_then(|text| text.parse::<u32>().ok());
    match (number(), number()) {
        (Some(major), Some(minor)) => (major, minor) >= OLDEST_NODE,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_new_enough_from_the_named_one_on() {
        for (version, enough) in [
            ("v18.20.4\n", false),
            ("v20.18.9", false),
            ("v20.19.0", true),
            ("v22.1.0", true),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), enough, "{version}");
        }
    }
}
