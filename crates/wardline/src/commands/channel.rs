//! `wardline channel`: channels and destinations as they are now.

use std::io::Write as _;

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::Value as Json;
use wardline_messaging::model::ChannelName;

use crate::client::{Client, ClientArgs, view};
use crate::exit::{Outcome, UsageError};
use crate::terminal::{self, harmless, print_json, seconds, stdout, table};

/// Show channels with their live state.
#[derive(Debug, Subcommand)]
pub(crate) enum ChannelCommand {
    /// List channels: whether they listen, what came, what waits, what needs a decision.
    List(ListArgs),
    /// Show a channel and its destinations.
    Show(ShowArgs),
}

/// What `channel list` takes.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Print one JSON object per channel
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `channel show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The channel
    #[arg(value_parser = ChannelName::new)]
    name: ChannelName,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Channels {
    items: Vec<Json>,
}

#[derive(Deserialize)]
struct Channel {
    name: String,
    #[serde(default)]
    description: Option<String>,
    configured: bool,
    enabled: bool,
    listening: bool,
    #[serde(default)]
    address: Option<String>,
    connections: u64,
    received: u64,
    duplicates: u64,
    quarantined: u64,
    unrouted: u64,
    #[serde(default)]
    last_received_at: Option<String>,
    destinations: Vec<Destination>,
}

#[derive(Deserialize)]
struct Destination {
    name: String,
    enabled: bool,
    delivered: u64,
    waiting: u64,
    #[serde(default)]
    oldest_waiting: Option<Waiting>,
    dead_letters: u64,
    #[serde(default)]
    last_delivered_at: Option<String>,
    #[serde(default)]
    circuit: Option<String>,
    #[serde(default)]
    last_error: Option<LastError>,
}

#[derive(Deserialize)]
struct Waiting {
    id: u64,
    since: String,
}

#[derive(Deserialize)]
struct LastError {
    at: String,
    detail: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// Runs a `channel` command.
pub(crate) fn run(command: ChannelCommand) -> anyhow::Result<Outcome> {
    match command {
        ChannelCommand::List(args) => list(&args),
        ChannelCommand::Show(args) => show(&args),
    }
}

/// Refuses a channel's name that means none, on behalf of a command that found nothing there. Where the channels may not
/// be read, it is taken as it is.
pub(crate) fn check_name(client: &Client, name: Option<&str>) -> anyhow::Result<()> {
    let (Some(name), Ok(answer)) = (name, client.get("/v1/channels")) else {
        return Ok(());
    };
    let channels: Channels = view(answer)?;
    let names = channels.items.into_iter().map(view::<Named>);
    let names: Vec<String> = names
        .map(|one| Ok(one?.name))
        .collect::<anyhow::Result<_>>()?;
    if names.iter().any(|known| known == name) {
        return Ok(());
    }
    let known = match names.as_slice() {
        [] => "there is none yet".to_owned(),
        names => format!("expected {}", names.join(", ")),
    };
    Err(UsageError(format!("--channel: there is no channel `{name}`; {known}")).into())
}

fn list(args: &ListArgs) -> anyhow::Result<Outcome> {
    let channels: Channels = view(args.client.client()?.get("/v1/channels")?)?;
    if args.json {
        let mut out = stdout();
        for channel in &channels.items {
            writeln!(out, "{channel}")?;
        }
        out.flush()?;
        return Ok(Outcome::Done);
    }
    let mut rows = table(&[
        "CHANNEL",
        "STATE",
        "ADDRESS",
        "RECEIVED",
        "LAST MESSAGE",
        "WAITING",
        "OLDEST WAITING",
        "DEAD",
    ]);
    for channel in channels.items {
        let channel: Channel = view(channel)?;
        let sum = |of: fn(&Destination) -> u64| channel.destinations.iter().map(of).sum::<u64>();
        let waiting = channel
            .destinations
            .iter()
            .filter_map(|to| to.oldest_waiting.as_ref());
        let oldest = waiting.map(|waiting| seconds(&waiting.since)).min();
        rows.add([
            channel.name.clone(),
            channel.state().to_owned(),
            channel.address.clone().unwrap_or_default(),
            channel.received.to_string(),
            time(channel.last_received_at.as_deref()),
            sum(|to| to.waiting).to_string(),
            oldest.unwrap_or_else(|| "-".to_owned()),
            sum(|to| to.dead_letters).to_string(),
        ]);
    }
    terminal::print(&rows.to_string())?;
    Ok(Outcome::Done)
}

fn show(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let answer = args
        .client
        .client()?
        .get(&format!("/v1/channels/{}", args.name))?;
    if args.json {
        print_json(&answer)?;
        return Ok(Outcome::Done);
    }
    let channel: Channel = view(answer)?;
    let mut out = stdout();
    writeln!(out, "channel      {} ({})", channel.name, channel.state())?;
    if let Some(description) = channel
        .description
        .as_deref()
        .filter(|text| !text.is_empty())
    {
        writeln!(out, "description  {}", harmless(description))?;
    }
    if let Some(address) = &channel.address {
        writeln!(
            out,
            "listens on   {address}, {} connections",
            channel.connections
        )?;
    }
    writeln!(
        out,
        "received     {}, {} repeats, {} could not be read, {} wanted by no destination",
        channel.received, channel.duplicates, channel.quarantined, channel.unrouted
    )?;
    writeln!(
        out,
        "last message {}",
        time(channel.last_received_at.as_deref())
    )?;
    let mut rows = table(&[
        "DESTINATION",
        "STATE",
        "DELIVERED",
        "LAST",
        "WAITING",
        "OLDEST WAITING",
        "DEAD",
    ]);
    for to in &channel.destinations {
        let oldest = to
            .oldest_waiting
            .as_ref()
            .map(|waiting| format!("{} ({})", waiting.id, seconds(&waiting.since)));
        rows.add([
            to.name.clone(),
            to.state().to_owned(),
            to.delivered.to_string(),
            time(to.last_delivered_at.as_deref()),
            to.waiting.to_string(),
            oldest.unwrap_or_else(|| "-".to_owned()),
            to.dead_letters.to_string(),
        ]);
    }
    write!(out, "\n{rows}")?;
    for to in &channel.destinations {
        if let Some(error) = &to.last_error {
            let (at, detail) = (seconds(&error.at), harmless(&error.detail));
            writeln!(out, "{}: last error {at}: {detail}", to.name)?;
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}

impl Channel {
    fn state(&self) -> &'static str {
        match (self.configured, self.enabled, self.listening) {
            (false, _, _) => "no file",
            (true, false, _) => "disabled",
            (true, true, true) => "listening",
            (true, true, false) => "NOT LISTENING",
        }
    }
}

impl Destination {
    fn state(&self) -> &'static str {
        match (self.enabled, self.circuit.as_deref()) {
            (false, _) => "disabled",
            (true, Some("open")) => "FAILING",
            (true, Some("half_open")) => "trying",
            (true, Some(_)) => "sending",
            (true, None) => "not running",
        }
    }
}

fn time(text: Option<&str>) -> String {
    text.map_or_else(|| "-".to_owned(), seconds)
}
