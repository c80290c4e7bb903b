//! `wardline dlq`: dead letters, the messages that need a person's decision at a destination.

mod decide;
mod edit;
mod list;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value as Json;

use super::message::show_message;
use super::place::Place;
use crate::client::ClientArgs;
use crate::exit::Outcome;

/// List, show, retry, discard and edit dead letters.
#[derive(Debug, Subcommand)]
pub(crate) enum DlqCommand {
    /// List dead letters, by destination and then in order of arrival.
    List(list::ListArgs),
    /// Show the message of a dead letter, with all attempts.
    Show(ShowArgs),
    /// Put dead letters back into their queues, at their old places.
    Retry(decide::RetryArgs),
    /// Give dead letters up, for a reason. The messages stay stored as long as their channel keeps them.
    Discard(decide::DiscardArgs),
    /// Send a changed copy in a dead letter's place. Both are kept.
    Edit(edit::EditArgs),
}

/// What `dlq show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The message at the destination
    #[arg(value_name = "CHANNEL/DESTINATION/ID")]
    place: Place,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// Why a message is a dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Why {
    /// The destination refused it for good (AR, CR)
    Refused,
    /// It was tried as often as the channel allows
    AttemptsExhausted,
    /// It is not known whether it arrived, and the channel says not to send it again
    OutcomeUnknown,
    /// An operator moved it aside
    Parked,
    /// Its stored bytes do not open
    Unreadable,
}

impl Why {
    fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::AttemptsExhausted => "attempts_exhausted",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Parked => "parked",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Whether the message was for this destination of this channel: whoever mistypes it is not to look at another message.
fn goes_there(place: &Place, answer: &Json) -> anyhow::Result<()> {
    let channel = answer.pointer("/message/channel").and_then(Json::as_str);
    let list = |at: &str| answer.pointer(at).and_then(Json::as_array);
    let routed = list("/message/destinations").into_iter().flatten();
    // A replay may have been for another destination than it was routed to.
    let deliveries = list("/deliveries").into_iter().flatten();
    let delivered = deliveries.filter_map(|delivery| delivery.get("destination"));
    let is_for = |name: &Json| name.as_str() == Some(place.destination.as_str());
    if channel == Some(place.channel.as_str()) && routed.chain(delivered).any(is_for) {
        return Ok(());
    }
    let id = place.id;
    anyhow::bail!(
        "message {id} is not for `{place}`; `wardline message show {id}` says whose it is"
    )
}

/// Runs a `dlq` command.
pub(crate) fn run(command: DlqCommand) -> anyhow::Result<Outcome> {
    match command {
        DlqCommand::List(args) => list::run(&args),
        DlqCommand::Show(args) => {
            let answer = args
                .client
                .client()?
                .get(&format!("/v1/messages/{}", args.place.id))?;
            goes_there(&args.place, &answer)?;
            show_message(answer, args.json)
        }
        DlqCommand::Retry(args) => decide::retry(&args),
        DlqCommand::Discard(args) => decide::discard(&args),
        DlqCommand::Edit(args) => edit::run(&args),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_of_another_channel_or_destination_is_not_shown_as_the_dead_letter() {
        let answer = json!({
            "message": {"channel": "adt-in", "destinations": ["ehr", "lab"]},
            "deliveries": [{"destination": "ehr"}, {"destination": "replayed-to"}],
        });
        let goes = |place: &str| goes_there(&place.parse().unwrap(), &answer).is_ok();

        assert!(goes("adt-in/ehr/7") && goes("adt-in/lab/7") && goes("adt-in/replayed-to/7"));
        assert!(!goes("adt-in/pas/7") && !goes("lab-in/ehr/7"));
    }
}
