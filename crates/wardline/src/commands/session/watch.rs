//! `wardline session watch`.

use clap::Args;

use crate::client::ClientArgs;
use crate::commands::events;
use crate::exit::Outcome;

/// What `session watch` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "It goes on until it is interrupted; what happened while the connection was lost follows. \
                        `missed` says that some of it is not kept any more: list the sessions."
)]
pub(crate) struct WatchArgs {
    /// Print one JSON object per event
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(args: &WatchArgs) -> anyhow::Result<Outcome> {
    events::follow(&args.client.client()?, "/v1/sessions/events", args.json)
}
