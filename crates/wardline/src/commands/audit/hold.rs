//! `wardline audit hold`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Map, Value as Json, json};

use super::filter::name_in;
use super::view::Hold;
use crate::client::{ClientArgs, items, query, view};
use crate::exit::Outcome;
use crate::terminal::{self, print_json, seconds, table};

/// List, place and release holds.
#[derive(Debug, Subcommand)]
pub(crate) enum HoldCommand {
    /// List all holds, those released as well.
    List(ListArgs),
    /// Place a hold. Without a patient, a user and times it covers everything.
    Place(PlaceArgs),
    /// Release a hold.
    Release(ReleaseArgs),
}

/// What `audit hold list` takes.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `audit hold place` takes.
#[derive(Args, Debug)]
pub(crate) struct PlaceArgs {
    /// Records about the patient whose reference (`mrn:HOSP:4711`) stands in this file
    #[arg(long, value_name = "FILE")]
    patient_file: Option<PathBuf>,
    /// Records of the user whose name stands in this file
    #[arg(long, value_name = "FILE")]
    user_file: Option<PathBuf>,
    /// Recorded at this time or later
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Recorded before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Why. It stands in the trail, sealed; name no patient
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `audit hold release` takes.
#[derive(Args, Debug)]
pub(crate) struct ReleaseArgs {
    /// The hold's number
    id: u64,
    /// Why. It stands in the trail, sealed; name no patient
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(command: &HoldCommand) -> anyhow::Result<Outcome> {
    match command {
        HoldCommand::List(args) => list(args)?,
        HoldCommand::Place(args) => place(args)?,
        HoldCommand::Release(args) => release(args)?,
    }
    Ok(Outcome::Done)
}

fn list(args: &ListArgs) -> anyhow::Result<()> {
    let client = args.client.client()?;
    let mut all = Vec::new();
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let parts = [
            ("limit", Some(limit.to_string())),
            ("cursor", cursor.map(str::to_owned)),
        ];
        client.get(&format!("/v1/audit/holds{}", query(&parts)))
    };
    items(None, &mut fetch, &mut |hold| {
        all.push(hold);
        Ok(())
    })?;
    if args.json {
        return print_json(&json!({ "items": all }));
    }
    let holds: Vec<Hold> = view(Json::Array(all))?;
    let mut rows = table(&[
        "ID", "PATIENT", "USER", "FROM", "UNTIL", "PLACED", "RELEASED",
    ]);
    for hold in holds {
        let time = |time: &Option<String>| time.as_deref().map_or("-".to_owned(), seconds);
        let of = |pseudonym: Option<String>| pseudonym.unwrap_or_else(|| "-".to_owned());
        rows.add([
            hold.id.to_string(),
            of(hold.patient_pseudonym),
            of(hold.user_pseudonym),
            time(&hold.from),
            time(&hold.until),
            seconds(&hold.placed_at),
            time(&hold.released_at),
        ]);
    }
    terminal::print(&rows.to_string())?;
    Ok(())
}

fn place(args: &PlaceArgs) -> anyhow::Result<()> {
    let patient = args.patient_file.as_deref().map(name_in).transpose()?;
    let user = args.user_file.as_deref().map(name_in).transpose()?;
    let parts = [
        ("patient", patient),
        ("user", user),
        ("from", args.from.clone()),
        ("until", args.until.clone()),
        ("reason", Some(args.reason.clone())),
    ];
    let given = parts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Json::String(value?))));
    let body = Json::Object(given.collect::<Map<_, _>>());
    let answer = args.client.client()?.change("/v1/audit/holds", &body)?;
    let hold: Hold = view(answer)?;
    terminal::print(&format!("Hold {} is placed.\n", hold.id))?;
    Ok(())
}

fn release(args: &ReleaseArgs) -> anyhow::Result<()> {
    let path = format!("/v1/audit/holds/{}/release", args.id);
    let client = args.client.client()?;
    let hold: Hold = view(client.change(&path, &json!({ "reason": args.reason }))?)?;
    terminal::print(&format!("Hold {} is released.\n", hold.id))?;
    Ok(())
}
