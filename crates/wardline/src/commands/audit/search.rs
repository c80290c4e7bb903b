//! `wardline audit search`, `show` and `export`.

use std::io::Write as _;

use clap::Args;
use serde_json::{Value as Json, json};

use super::filter::FilterArgs;
use super::view::Record;
use crate::client::{Client, ClientArgs, items, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json, seconds, stdout, table};

/// Records of one page at most; the server gives no more.
const LARGEST_PAGE: usize = 200;

/// What `audit search` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline audit search --kind access-denied --from 2026-11-21T00:00:00Z\n  \
                  wardline audit search --user-file - --all --json < user.txt\n\nThe search is a record of the trail \
                  itself."
)]
pub(crate) struct SearchArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// At most that many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = crate::commands::place::limit)]
    limit: usize,
    /// As many as there are
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Print one JSON object per record
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `audit show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The record's place, counted from 0
    record: u64,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `audit export` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline audit export --from 2026-11-01T00:00:00Z > events.ndjson"
)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(args: &SearchArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let limit = (!args.all).then_some(args.limit);
    if args.json {
        let mut out = stdout();
        let mut take = |item: Json| Ok(writeln!(out, "{item}")?);
        pages(&client, "search", &args.filter, limit, &mut take)?;
        out.flush()?;
        return Ok(Outcome::Done);
    }
    let mut rows = table(&[
        "RECORD", "AT", "KIND", "OUTCOME", "USER", "ROLE", "PURPOSE", "PATIENTS",
    ]);
    let more = pages(&client, "search", &args.filter, limit, &mut |item| {
        let record: Record = view(item)?;
        let or_none = |text: &Option<String>| text.as_deref().map_or("-".to_owned(), harmless);
        rows.add([
            record.record.to_string(),
            seconds(&record.at),
            record.kind.clone(),
            with_times(&record),
            or_none(&record.user),
            or_none(&record.role),
            or_none(&record.purpose),
            of_patients(&record),
        ]);
        Ok(())
    })?;
    terminal::print(&rows.to_string())?;
    if more {
        let shown = args.limit;
        terminal::complain(&format!(
            "the first {shown} are shown; --limit or --all shows more"
        ));
    }
    Ok(Outcome::Done)
}

pub(super) fn show(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    print_json(&client.get(&format!("/v1/audit/records/{}", args.record))?)?;
    Ok(Outcome::Done)
}

pub(super) fn export(args: &ExportArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let mut out = stdout();
    let mut take = |item: Json| Ok(writeln!(out, "{item}")?);
    pages(&client, "export", &args.filter, None, &mut take)?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn pages(
    client: &Client,
    what: &str,
    filter: &FilterArgs,
    limit: Option<usize>,
    take: &mut dyn FnMut(Json) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    let (path, filter) = (format!("/v1/audit/{what}"), filter.to_json()?);
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let mut body = json!({ "filter": filter, "limit": limit.min(LARGEST_PAGE) });
        if let (Some(object), Some(cursor)) = (body.as_object_mut(), cursor) {
            object.insert("cursor".to_owned(), cursor.into());
        }
        client.query(&path, &body)
    };
    items(limit, &mut fetch, take)
}

fn with_times(record: &Record) -> String {
    match record.times {
        Some(times) => format!("{}, {times} times", record.outcome),
        None => record.outcome.clone(),
    }
}

fn of_patients(record: &Record) -> String {
    match &record.patients {
        Some(patients) if patients.len() == 1 => patients.iter().map(|id| harmless(id)).collect(),
        _ if record.patient_count == 0 => "-".to_owned(),
        _ => format!("({})", record.patient_count),
    }
}
