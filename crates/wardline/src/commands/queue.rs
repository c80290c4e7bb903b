//! `wardline queue`: messages that wait for a destination and hold up their patient's later ones.

use clap::{Args, Subcommand};
use serde_json::json;
use wardline_messaging::model::{ChannelName, DestinationName};

use super::place::Place;
use crate::client::ClientArgs;
use crate::exit::Outcome;
use crate::terminal;

/// Move a stuck message out of the way, or have a destination tried now.
#[derive(Debug, Subcommand)]
pub(crate) enum QueueCommand {
    /// Move a waiting message to the dead letters, so that its patient's later messages can go.
    Park(ParkArgs),
    /// Decide that a waiting message is not to be delivered to this destination. It stays stored.
    Skip(SkipArgs),
    /// Try a destination now, instead of when its pause is over.
    TryNow(TryNowArgs),
}

/// What `queue park` takes.
#[derive(Args, Debug)]
pub(crate) struct ParkArgs {
    /// The message at the destination
    #[arg(value_name = "CHANNEL/DESTINATION/ID")]
    place: Place,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `queue skip` takes.
#[derive(Args, Debug)]
pub(crate) struct SkipArgs {
    /// The message at the destination
    #[arg(value_name = "CHANNEL/DESTINATION/ID")]
    place: Place,
    /// Why, in your words; it is kept with the message, sealed
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `queue try-now` takes.
#[derive(Args, Debug)]
pub(crate) struct TryNowArgs {
    /// The channel
    #[arg(value_parser = ChannelName::new)]
    channel: ChannelName,
    /// The destination
    #[arg(value_parser = DestinationName::new)]
    destination: DestinationName,
    #[command(flatten)]
    client: ClientArgs,
}

/// Runs a `queue` command.
pub(crate) fn run(command: QueueCommand) -> anyhow::Result<Outcome> {
    match command {
        QueueCommand::Park(args) => {
            args.client
                .client()?
                .act(&format!("/v1/queues/{}/park", args.place), None)?;
            terminal::print(&format!(
                "{} is a dead letter now; decide with: wardline dlq show {}\n",
                args.place, args.place
            ))?;
        }
        QueueCommand::Skip(args) => {
            let body = json!({ "reason": args.reason });
            args.client
                .client()?
                .act(&format!("/v1/queues/{}/skip", args.place), Some(&body))?;
            terminal::print(&format!("{} will not be delivered.\n", args.place))?;
        }
        QueueCommand::TryNow(args) => {
            let (channel, destination) = (&args.channel, &args.destination);
            let path = format!("/v1/queues/{channel}/{destination}/try-now");
            args.client.client()?.act(&path, None)?;
            terminal::print(&format!("{channel}/{destination} is tried now.\n"))?;
        }
    }
    Ok(Outcome::Done)
}
