//! Wardline on Redis, with and without TLS: checks of sessions beside `redis-benchmark` on the same server, and durable
//! HL7 intake beside the embedded store under the same load.

mod checks;
mod intake;
mod lab;

use anyhow::Result;

use super::options::Options;
use super::programs::Programs;
use super::{empty_folder, machine, record};
use crate::say;
use lab::Lab;

/// Whether servers speak TLS, in the order of the tables.
const WITH_TLS: [bool; 2] = [true, false];

/// Measures both unless one is asked for.
///
/// # Errors
/// A program is missing, or a server does not answer.
pub(super) fn run(options: &Options) -> Result<()> {
    let machine = machine::sentence()?;
    let programs = Programs::build()?;
    let (checks, intake) = (options.has("checks"), options.has("intake"));
    if checks || !intake {
        let body = format!("{machine}\n\n{}", checks::run(options, &programs)?);
        finish(options, "Redis: checks of sessions", &body)?;
    }
    if intake || !checks {
        let body = format!("{machine}\n\n{}", intake::run(options, &programs)?);
        finish(options, "Redis: durable intake", &body)?;
    }
    Ok(())
}

fn finish(options: &Options, title: &str, body: &str) -> Result<()> {
    say::text(&format!("\n{body}\n"));
    if options.has("record") {
        record::write(title, body)?;
    }
    Ok(())
}

/// How a measurement with or without TLS is called.
fn name_of(tls: bool) -> &'static str {
    if tls { "TLS" } else { "plain" }
}

/// A master, two replicas and three Sentinels, in a folder of this name.
fn raise(programs: &Programs, name: &str, tls: bool) -> Result<Lab> {
    let name = format!("redis-{name}-{}", name_of(tls));
    Lab::up(&programs.wardline, &empty_folder(&name)?, tls)
}
