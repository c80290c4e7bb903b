//! `wardline dlq list`.

use std::io::Write as _;

use clap::Args;
use serde::Deserialize;

use super::Why;
use crate::client::{ClientArgs, items, query, view};
use crate::commands::channel::check_name;
use crate::commands::message::MessageHead;
use crate::exit::Outcome;
use crate::terminal::{self, harmless, seconds, stdout, table};

/// What `dlq list` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline dlq list --channel adt-in --why refused\n  \
                        wardline dlq list --all --json | jq .message.id"
)]
pub(crate) struct ListArgs {
    /// Of this channel
    #[arg(long)]
    channel: Option<String>,
    /// At this destination
    #[arg(long)]
    destination: Option<String>,
    /// For this reason
    #[arg(long)]
    why: Option<Why>,
    /// At most that many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = crate::commands::place::limit)]
    limit: usize,
    /// As many as there are
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Print one JSON object per dead letter
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct DeadLetter {
    destination: String,
    reason: String,
    since: String,
    attempt_count: u32,
    message: MessageHead,
}

pub(super) fn run(args: &ListArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let parts = [
            ("channel", args.channel.clone()),
            ("destination", args.destination.clone()),
            ("reason", args.why.map(|why| why.name().to_owned())),
            ("cursor", cursor.map(str::to_owned)),
            ("limit", Some(limit.to_string())),
        ];
        client.get(&format!("/v1/dead-letters{}", query(&parts)))
    };
    let limit = (!args.all).then_some(args.limit);
    let mut is_empty = true;
    if args.json {
        let mut out = stdout();
        items(limit, &mut fetch, &mut |item| {
            is_empty = false;
            Ok(writeln!(out, "{item}")?)
        })?;
        out.flush()?;
        if is_empty {
            check_name(&client, args.channel.as_deref())?;
        }
        return Ok(Outcome::Done);
    }
    let mut rows = table(&[
        "DEAD LETTER",
        "TYPE",
        "RECEIVED",
        "DEAD SINCE",
        "WHY",
        "ATTEMPTS",
    ]);
    let more = items(limit, &mut fetch, &mut |item| {
        is_empty = false;
        let letter: DeadLetter = view(item)?;
        let message = &letter.message;
        rows.add([
            format!("{}/{}/{}", message.channel, letter.destination, message.id),
            harmless(&message.message_type),
            seconds(&message.received_at),
            seconds(&letter.since),
            letter.reason,
            letter.attempt_count.to_string(),
        ]);
        Ok(())
    })?;
    if is_empty {
        check_name(&client, args.channel.as_deref())?;
    }
    terminal::print(&rows.to_string())?;
    if more {
        terminal::complain(&format!(
            "the first {} are shown; --limit or --all shows more",
            args.limit
        ));
    }
    Ok(Outcome::Done)
}
