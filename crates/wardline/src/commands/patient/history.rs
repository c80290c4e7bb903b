//! `wardline patient history`.

use clap::Args;
use serde::Deserialize;

use wardline_patients::model::PatientId;

use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json, seconds, table};

/// What `patient history` takes.
#[derive(Args, Debug)]
pub(crate) struct HistoryArgs {
    /// The record
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct History {
    items: Vec<Version>,
}

#[derive(Deserialize)]
struct Version {
    version: u64,
    kind: String,
    at: String,
    by: String,
    fields: Vec<String>,
}

pub(super) fn run(args: &HistoryArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let answer = client.get(&format!("/v1/patients/{}/history", args.id))?;
    if args.json {
        print_json(&answer)?;
        return Ok(Outcome::Done);
    }
    let history: History = view(answer)?;
    let mut rows = table(&["VERSION", "WHAT", "WHEN", "WHO", "FIELDS"]);
    for version in history.items {
        rows.add([
            version.version.to_string(),
            version.kind,
            seconds(&version.at),
            harmless(&version.by),
            harmless(&version.fields.join(" ")),
        ]);
    }
    terminal::print(&format!("{rows}"))?;
    Ok(Outcome::Done)
}
