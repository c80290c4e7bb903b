//! Puts the peers where the tests find them: below `target/`, at pinned versions, nothing of the system changed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{process, system_packages, workspace};

/// Where the peers' programs are.
pub(super) struct Tools {
    /// A Python that has python-hl7.
    pub(super) python: PathBuf,
    /// The `prometheus` program.
    pub(super) prometheus: PathBuf,
    /// The `promtool` program.
    pub(super) promtool: PathBuf,
}

/// Installs what is not there yet.
pub(super) fn tools() -> Result<Tools> {
    system_packages::install_missing()?;
    let folder = workspace::target().join("peers");
    std::fs::create_dir_all(&folder)?;
    let python = python_hl7(&folder)?;
    medplum_hl7()?;
    let programs = prometheus(&folder)?;
    Ok(Tools {
        python,
        prometheus: programs.join("prometheus"),
        promtool: programs.join("promtool"),
    })
}

pub(crate) fn python_hl7(folder: &Path) -> Result<PathBuf> {
    let requirements = workspace::root().join("tests-peers/python/requirements.txt");
    let python = folder.join("venv/bin/python");
    if !python.exists() {
        process::run(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(folder.join("venv")),
        )?;
    }
    process::run(
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(["--require-hashes", "--no-deps", "--requirement"])
            .arg(requirements),
    )?;
    Ok(python)
}

pub(crate) fn medplum_hl7() -> Result<()> {
    let folder = workspace::root().join("tests-peers/node");
    process::run(
        Command::new("npm")
            // The library asks for a later Node than Debian has; what is used of it runs on this one.
            .args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(folder),
    )
}

/// Debian's package unpacked, not installed: an installed one would start a service.
fn prometheus(folder: &Path) -> Result<PathBuf> {
    if process::is_on_path("prometheus") && process::is_on_path("promtool") {
        return Ok(PathBuf::from(""));
    }
    let unpacked = folder.join("prometheus");
    let programs = unpacked.join("usr/bin");
    if programs.join("promtool").exists() {
        return Ok(programs);
    }
    if !process::is_on_path("apt-get") {
        bail!("this test needs `prometheus` and `promtool` on the search path");
    }
    std::fs::create_dir_all(&unpacked)?;
    let download = || {
        process::run(
            Command::new("apt-get")
                .args(["download", "-qq", "prometheus"])
                .current_dir(folder),
        )
    };
    if download().is_err() {
        system_packages::update_lists()?;
        download().context("run: sudo apt-get install prometheus")?;
    }
    let package = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .context("apt-get downloaded no package")?;
    process::run(
        Command::new("dpkg-deb")
            .arg("--extract")
            .arg(package)
            .arg(&unpacked),
    )?;
    Ok(programs)
}
