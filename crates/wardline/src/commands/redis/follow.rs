//! `wardline redis follow`: what a node does before it starts.

use std::path::PathBuf;

use clap::Args;
use wardline_estate::description::Estate;
use wardline_estate::follow::{Beginning, before_start};

use super::wait;
use crate::exit::Outcome;
use crate::terminal;

/// What `redis follow` takes.
#[derive(Args, Debug)]
pub(crate) struct FollowArgs {
    /// The description of the estate
    #[arg(long, value_name = "FILE")]
    estate: PathBuf,
    /// The node that is about to start
    #[arg(long, value_name = "NAME")]
    node: String,
}

/// Runs it. When no majority of the Sentinels answers it fails, and the node is not started.
pub(super) fn run(args: &FollowArgs) -> anyhow::Result<Outcome> {
    let estate = Estate::read(&args.estate)?;
    let name = &args.node;
    let beginning = wait(async { Ok(before_start(&estate, name).await?) })?;
    let said = match beginning {
        Beginning::AsConfigured => format!("{name} starts as it is configured: no Sentinels.\n"),
        Beginning::Master => format!("{name} starts as master, as the Sentinels say.\n"),
        Beginning::ReplicaOf(master) => format!("{name} starts as replica of {master}.\n"),
    };
    terminal::print(&said)?;
    Ok(Outcome::Done)
}
