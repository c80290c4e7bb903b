//! The Debian packages that the tests use, installed when that is allowed and named when it is not.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{process, say};

/// A command that works only where a Debian package is installed, and what the package is for.
struct Needed {
    program: &'static str,
    arguments: &'static [&'static str],
    package: &'static str,
    purpose: &'static str,
}

const NEEDED: &[Needed] = &[
    Needed {
        program: "python3",
        arguments: &["-c", "import ensurepip, venv"],
        package: "python3-venv",
        purpose: "python-hl7 as a peer",
    },
    Needed {
        program: "node",
        arguments: &["--version"],
        package: "nodejs",
        purpose: "@medplum/hl7 as a peer, and the example application",
    },
    Needed {
        program: "npm",
        arguments: &["--version"],
        package: "npm",
        purpose: "installs @medplum/hl7",
    },
    Needed {
        program: "chromium",
        arguments: &["--version"],
        package: "chromium",
        purpose: "the web console, as people see it",
    },
    Needed {
        program: "redis-benchmark",
        arguments: &["--version"],
        package: "redis",
        purpose: "HGETALL as the measure of a check",
    },
    Needed {
        // `wrk -v` ends with 1.
        program: "sh",
        arguments: &["-c", "command -v wrk"],
        package: "wrk",
        purpose: "the load of HTTP",
    },
    Needed {
        program: "sh",
        arguments: &["-c", "ls /usr/lib/postgresql/*/bin/pgbench"],
        package: "postgresql",
        purpose: "a table as the measure of a bed",
    },
];

impl Needed {
    fn is_there(&self) -> bool {
        process::succeeds(Command::new(self.program).args(self.arguments))
    }
}

/// Installs the packages that are not there.
///
/// # Errors
/// Something is missing and cannot be installed: the error has the command that a person can run.
pub(crate) fn install_missing() -> Result<()> {
    let missing: Vec<&Needed> = NEEDED.iter().filter(|needed| !needed.is_there()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for needed in &missing {
        say::line(&format!(
            "{} is missing ({})",
            needed.package, needed.purpose
        ));
    }
    let packages: Vec<&str> = missing.iter().map(|needed| needed.package).collect();
    let by_hand = format!(
        "sudo apt-get install --no-install-recommends {}",
        packages.join(" ")
    );
    let Some(apt) = apt_get() else {
        bail!("these tests need Debian packages that are not installed; run: {by_hand}");
    };
    process::run(apt().args(["update", "-qq"])).with_context(|| format!("run: {by_hand}"))?;
    process::run(
        apt()
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(&packages),
    )
    .with_context(|| format!("run: {by_hand}"))
}

/// Brings the lists of packages up to date.
///
/// # Errors
/// That is not allowed here: the error has the command that a person can run.
pub(crate) fn update_lists() -> Result<()> {
    let apt = apt_get().context("run: sudo apt-get update")?;
    process::run(apt().args(["update", "-qq"]))
}

/// Whether this is the user `root`.
pub(crate) fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// How to call `apt-get` with the right to install, without ever asking for a password.
fn apt_get() -> Option<fn() -> Command> {
    if !process::is_on_path("apt-get") {
        return None;
    }
    if is_root() {
        return Some(|| {
            let mut apt = Command::new("apt-get");
            apt.env("DEBIAN_FRONTEND", "noninteractive");
            apt
        });
    }
    if process::succeeds(Command::new("sudo").args(["-n", "true"])) {
        return Some(|| {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            sudo
        });
    }
    None
}
