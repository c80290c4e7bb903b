//! Tasks of the repository, run as `cargo xtask TASK`. This file only chooses the task; each task is one file.
//!
//! Nothing here knows what Wardline does. It starts programs, reads the tree and says what is wrong.

mod bench;
mod console;
mod fuzz;
mod lint;
mod peers;
mod process;
mod say;
mod services;
mod system_packages;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
Usage: cargo xtask TASK

  test              install what the tests need (Debian packages), then run all of them
  tidy              check what no compiler checks: layers, file lengths, links, numbering, names
  lint [--install]  format, clippy, documentation, and cargo-deny when it is installed;
                    --install installs cargo-deny first (minutes of building)
  fuzz [SECONDS]    fuzz every target for SECONDS in all (default 60); without a nightly
                    toolchain and cargo-fuzz: replay the corpus on stable
  peers             send and receive with python-hl7 and @medplum/hl7, scrape with Prometheus
  services          install OpenBao and SeaweedFS, which some tests start, into your cache folder
  console           check and build the web console, compare it with what is committed, test it in
                    a browser; `console build` builds it, `console screenshots` takes its pictures
  bench NAME ...    measure; see `cargo xtask bench help`
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let (task, rest) = match arguments.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("help", arguments),
    };
    match task {
        "test" => test::run(rest),
        "tidy" => tidy::run(rest),
        "lint" => lint::run(rest),
        "fuzz" => fuzz::run(rest),
        "peers" => peers::run(rest),
        "services" => services::run(rest),
        "bench" => bench::run(rest),
        "console" => console::run(rest),
        "help" | "--help" | "-h" => {
            say::text(HELP);
            Ok(())
        }
        unknown => bail!("there is no task `{unknown}`\n\n{HELP}"),
    }
}
