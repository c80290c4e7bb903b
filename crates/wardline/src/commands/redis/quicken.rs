//! `wardline redis quicken`: what a Sentinel does after it has started.

use std::path::PathBuf;

use clap::Args;
use wardline_estate::description::Estate;
use wardline_estate::quicken::after_start;

use super::wait;
use crate::exit::Outcome;
use crate::terminal;

/// What `redis quicken` takes.
#[derive(Args, Debug)]
pub(crate) struct QuickenArgs {
    /// The description of the estate
    #[arg(long, value_name = "FILE")]
    estate: PathBuf,
    /// The Sentinel that has started
    #[arg(long, value_name = "NAME")]
    node: String,
}

/// Runs it.
pub(super) fn run(args: &QuickenArgs) -> anyhow::Result<Outcome> {
    let estate = Estate::read(&args.estate)?;
    wait(async { Ok(after_start(&estate, &args.node).await?) })?;
    let name = &args.node;
    terminal::print(&format!("{name} looks as often as the estate needs.\n"))?;
    Ok(Outcome::Done)
}
