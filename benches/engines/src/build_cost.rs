//! What an engine costs to build: this program with no engine, then with each one alone.

use crate::engine::Result;
use crate::meter::children_cpu_seconds;
use crate::report::Report;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Features to build with, and the columns that they stand for.
const ALONE: &[(&str, &[&str])] = &[
    ("", &[]),
    ("fjall", &["fjall-kv", "fjall"]),
    ("redb", &["redb"]),
    ("sqlite", &["sqlite"]),
];

/// Builds each into an empty folder.
pub fn measure(report: &mut Report, dir: &Path) -> Result<()> {
    println!("-- build");
    let (mut bare_cpu, mut bare_wall, mut bare_kib, mut bare_crates) = (0.0, 0.0, 0.0, 0.0);
    for (feature, columns) in ALONE {
        let target = dir.join("build");
        std::fs::remove_dir_all(&target).ok();
        let (cpu, began) = (children_cpu_seconds(), Instant::now());
        let built = cargo("build", feature)
            .args([
                "--release",
                "--quiet",
                "--jobs",
                "2",
                "--config",
                "profile.release.strip=true",
            ])
            .arg("--target-dir")
            .arg(&target)
            .stdout(Stdio::null())
            .status()?;
        if !built.success() {
            return Err(format!("the build with {feature:?} failed").into());
        }
        let (cpu, wall) = (children_cpu_seconds() - cpu, began.elapsed().as_secs_f64());
        let binary = std::fs::metadata(target.join("release/engines-bench"))?.len();
        let kib = binary as f64 / 1024.0;
        let tree = cargo("tree", feature)
            .args(["--prefix", "none", "--edges", "normal,build", "--no-dedupe"])
            .output()?;
        let listed = String::from_utf8(tree.stdout)?;
        let crates = listed
            .lines()
            .collect::<std::collections::BTreeSet<_>>()
            .len() as f64;
        if feature.is_empty() {
            (bare_cpu, bare_wall, bare_kib, bare_crates) = (cpu, wall, kib, crates);
        }
        for column in *columns {
            report.add(column, "build_cpu", cpu - bare_cpu);
            report.add(column, "build_wall", wall - bare_wall);
            report.add(column, "binary_kib", kib - bare_kib);
            report.add(column, "crates", crates - bare_crates);
        }
    }
    Ok(std::fs::remove_dir_all(dir.join("build"))?)
}

fn cargo(what: &str, feature: &str) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([what, "--locked", "--manifest-path"]);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    command.args(["--no-default-features", "--features", feature]);
    command
}
