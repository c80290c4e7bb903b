//! `wardline message replay`: some messages, by id. `wardline replay start` takes a filter.

use clap::Args;
use serde_json::json;

use crate::client::ClientArgs;
use crate::commands::replay::{StartFlags, start};
use crate::exit::Outcome;

/// What `message replay` takes.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  wardline message replay 4711 4712 --destination ehr --watch")]
pub(crate) struct ReplayArgs {
    /// The messages' ids
    #[arg(required = true, num_args = 1..=10_000, value_parser = crate::commands::place::message_id)]
    ids: Vec<u64>,
    /// Only to this destination
    #[arg(long)]
    destination: Option<String>,
    #[command(flatten)]
    flags: StartFlags,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(args: &ReplayArgs) -> anyhow::Result<Outcome> {
    let body = json!({ "action": "replay", "ids": args.ids, "destination": args.destination });
    start(&args.client.client()?, body, args.flags)
}
