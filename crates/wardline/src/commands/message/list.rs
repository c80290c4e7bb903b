//! `wardline message list`.

use std::io::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};

use super::FilterArgs;
use super::view::{MessageHead, MessageItem};
use crate::client::{ClientArgs, items, view};
use crate::commands::channel::check_name;
use crate::exit::Outcome;
use crate::terminal::{self, harmless, seconds, stdout, table};

/// What `message list` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline message list --channel adt-in --state dead\n  \
                        wardline message list --patient - --from 2026-11-20T00:00:00Z < mrn.txt\n  \
                        wardline message list --all --json | jq .message.id"
)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// In this state
    #[arg(long)]
    state: Option<State>,
    /// At most that many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = crate::commands::place::limit)]
    limit: usize,
    /// As many as there are
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Print one JSON object per message
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum State {
    /// In at least one queue
    Waiting,
    /// A dead letter somewhere, and waiting nowhere
    Dead,
    /// Neither waiting nor dead anywhere
    Done,
    /// Wanted by no destination
    Unrouted,
    /// Could not be read
    Quarantined,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Dead => "dead",
            Self::Done => "done",
            Self::Unrouted => "unrouted",
            Self::Quarantined => "quarantined",
        }
    }
}

pub(super) fn run(args: &ListArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let filter = args.filter.to_json()?;
    let state = args.state.map(State::name);
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let mut body = json!({ "filter": filter, "limit": limit });
        insert(&mut body, "state", state);
        insert(&mut body, "cursor", cursor);
        client.query("/v1/messages/search", &body)
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
            check_name(&client, args.filter.channel())?;
        }
        return Ok(Outcome::Done);
    }
    let mut rows = table(&[
        "ID",
        "RECEIVED",
        "CHANNEL",
        "TYPE",
        "STATE",
        "BYTES",
        "FROM",
        "DESTINATIONS",
    ]);
    let more = items(limit, &mut fetch, &mut |item| {
        is_empty = false;
        let item: MessageItem = view(item)?;
        rows.add(row_of(&item.message, &item.state));
        Ok(())
    })?;
    if is_empty {
        check_name(&client, args.filter.channel())?;
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

/// A message as a row: id, received, channel, type, state, bytes, sender, destinations.
fn row_of(message: &MessageHead, state: &str) -> [String; 8] {
    [
        message.id.to_string(),
        seconds(&message.received_at),
        message.channel.clone(),
        harmless(&message.message_type),
        state.to_owned(),
        message.size_bytes.to_string(),
        harmless(&message.peer),
        message.destinations.join(","),
    ]
}

fn insert(body: &mut Json, name: &str, value: Option<&str>) {
    if let (Some(object), Some(value)) = (body.as_object_mut(), value) {
        object.insert(name.to_owned(), Json::String(value.to_owned()));
    }
}
