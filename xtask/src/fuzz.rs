//! `cargo xtask fuzz [SECONDS]`: every fuzz target for a while, or the corpus alone where no fuzzer can run.

use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::process::{self, cargo};
use crate::{say, workspace};

const DEFAULT_SECONDS: u64 = 60;

/// Longer inputs find nothing that shorter ones do not, and slow the run.
const MAX_INPUT_BYTES: u32 = 16 * 1024;

/// Divides the time evenly between the targets in `fuzz/fuzz_targets`.
///
/// # Errors
/// A target finds a crash (libFuzzer prints where it kept the input), or the corpus does not replay.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let seconds = match arguments {
        [] => DEFAULT_SECONDS,
        [seconds] => seconds
            .parse()
            .context("usage: cargo xtask fuzz [SECONDS]")?,
        _ => bail!("usage: cargo xtask fuzz [SECONDS]"),
    };
    if let Some(missing) = missing_tool() {
        return say::step("fuzz corpus on stable", || replay_corpus(missing));
    }
    let targets = targets()?;
    let count = u64::try_from(targets.len())?;
    ensure!(count > 0, "there is no target in fuzz/fuzz_targets");
    for target in &targets {
        let share = (seconds / count).max(1);
        say::step(&format!("fuzz {target} for {share} s"), || {
            fuzz(target, share)
        })?;
    }
    Ok(())
}

fn replay_corpus(missing: &str) -> Result<()> {
    say::line(&format!(
        "no fuzzing here: {missing}; the corpus is replayed instead"
    ));
    ["wardline-hl7", "wardline-vitals"]
        .into_iter()
        .try_for_each(|package| {
            process::run(&mut cargo(&[
                "test",
                "-p",
                package,
                "--test",
                "fuzz_corpus",
            ]))
        })
}

/// Starts from the seeds of the repository; what is found on the way is kept beside the build.
fn fuzz(target: &str, seconds: u64) -> Result<()> {
    let build = workspace::target().join("fuzz");
    let found = build.join("corpus").join(target);
    std::fs::create_dir_all(&found)?;
    process::run(
        Command::new("cargo")
            .args(["+nightly", "fuzz", "run", target])
            .arg(found)
            .arg(workspace::root().join("fuzz/corpus").join(target))
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-max_len={MAX_INPUT_BYTES}"))
            .args(["-verbosity=0", "-print_final_stats=1"])
            .current_dir(workspace::root())
            .env("CARGO_TARGET_DIR", build)
            // Set by the cargo that runs this task; they would choose its toolchain again.
            .env_remove("CARGO")
            .env_remove("RUSTUP_TOOLCHAIN"),
    )
}

/// What keeps libFuzzer from running here, if anything does.
fn missing_tool() -> Option<&'static str> {
    let nightly = Command::new("rustup")
        .args(["run", "nightly", "rustc", "--version"])
        .output();
    if !nightly.is_ok_and(|output| output.status.success()) {
        return Some("there is no nightly toolchain (rustup toolchain install nightly)");
    }
    if !process::is_on_path("cargo-fuzz") {
        return Some("cargo-fuzz is not installed (cargo install cargo-fuzz --locked)");
    }
    None
}

fn targets() -> Result<Vec<String>> {
    let mut targets: Vec<String> = workspace::files()?
        .iter()
        .filter(|path| path.starts_with("fuzz/fuzz_targets"))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    targets.sort();
    Ok(targets)
}
