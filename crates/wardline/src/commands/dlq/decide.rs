//! `wardline dlq retry` and `discard`: those that are named one by one, or a job on all of a filter.

use clap::Args;
use serde_json::{Value as Json, json};

use super::Why;
use crate::client::{ApiProblem, Client, ClientArgs};
use crate::commands::message::FilterArgs;
use crate::commands::place::Place;
use crate::commands::replay::{StartFlags, start};
use crate::exit::{Outcome, UsageError};
use crate::terminal;

/// What `dlq retry` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline dlq retry adt-in/ehr/4711 adt-in/ehr/4712\n  \
                        wardline dlq retry --channel adt-in --destination ehr --dry-run --watch\n  \
                        wardline dlq retry --everything --watch"
)]
pub(crate) struct RetryArgs {
    #[command(flatten)]
    which: WhichArgs,
    /// All dead letters of all channels
    #[arg(long, conflicts_with = "places")]
    everything: bool,
    #[command(flatten)]
    flags: StartFlags,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `dlq discard` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline dlq discard adt-in/ehr/4711 --reason 'test patient'\n  \
                        wardline dlq discard --channel adt-in --why refused --reason 'sent by fax' \
                        --dry-run --watch"
)]
pub(crate) struct DiscardArgs {
    #[command(flatten)]
    which: WhichArgs,
    /// Why, in your words; it is kept with the messages, sealed
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    flags: StartFlags,
    #[command(flatten)]
    client: ClientArgs,
}

/// Which dead letters.
#[derive(Args, Debug)]
struct WhichArgs {
    /// Messages at destinations, as `wardline dlq list` shows them; without any, a filter
    #[arg(value_name = "CHANNEL/DESTINATION/ID")]
    places: Vec<Place>,
    #[command(flatten)]
    filter: FilterArgs,
    /// Only at this destination
    #[arg(long, help_heading = "Which messages")]
    destination: Option<String>,
    /// Only those that are dead letters for this reason
    #[arg(long, help_heading = "Which messages")]
    why: Option<Why>,
}

impl WhichArgs {
    fn has_filter(&self) -> bool {
        self.filter.is_given() || self.destination.is_some() || self.why.is_some()
    }

    fn check(&self, everything: bool) -> Result<(), UsageError> {
        let text = match (self.places.is_empty(), self.has_filter() || everything) {
            (true, false) => "which ones? Name them, or a filter such as --channel",
            (false, true) => "name dead letters, or a filter, not both",
            _ => return Ok(()),
        };
        Err(UsageError(text.to_owned()))
    }

    fn job(&self, action: &str, reason: Option<&str>) -> anyhow::Result<Json> {
        Ok(json!({
            "action": action,
            "filter": self.filter.to_json()?,
            "destination": self.destination,
            "dead_reason": self.why.map(Why::name),
            "reason": reason,
        }))
    }
}

pub(super) fn retry(args: &RetryArgs) -> anyhow::Result<Outcome> {
    args.which.check(args.everything)?;
    let client = args.client.client()?;
    if args.which.places.is_empty() {
        return start(
            &client,
            args.which.job("retry_dead_letters", None)?,
            args.flags,
        );
    }
    one_by_one(&client, &args.which.places, "retry", None, args.flags)
}

pub(super) fn discard(args: &DiscardArgs) -> anyhow::Result<Outcome> {
    args.which.check(false)?;
    let client = args.client.client()?;
    if args.which.places.is_empty() {
        if args.which.filter.channel().is_none() {
            let text =
                "discarding by a filter needs --channel: everything at once cannot be given up";
            return Err(UsageError(text.to_owned()).into());
        }
        let body = args.which.job("discard_dead_letters", Some(&args.reason))?;
        return start(&client, body, args.flags);
    }
    let body = json!({ "reason": args.reason });
    one_by_one(
        &client,
        &args.which.places,
        "discard",
        Some(&body),
        args.flags,
    )
}

/// Does it to each; one that cannot be decided on does not keep the others from it.
fn one_by_one(
    client: &Client,
    places: &[Place],
    action: &str,
    body: Option<&Json>,
    flags: StartFlags,
) -> anyhow::Result<Outcome> {
    if flags.is_for_jobs() {
        let text =
            "--dry-run, --watch and --json are for a filter; named dead letters are done at once";
        return Err(UsageError(text.to_owned()).into());
    }
    let mut outcome = Outcome::Done;
    for place in places {
        match client.act(&format!("/v1/dead-letters/{place}/{action}"), body) {
            Ok(()) => terminal::print(&format!("{place}: {action} done\n"))?,
            Err(error) if error.is::<ApiProblem>() && places.len() > 1 => {
                outcome = Outcome::Partial;
                terminal::complain(&format!("{place}: {error}"));
            }
            Err(error) => return Err(error.context(place.to_string())),
        }
    }
    Ok(outcome)
}
