//! `wardline patient search`.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::json;
use super::view::{masked_json, shown};
use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, print_json, table};

/// What `patient search` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  echo '{\"ssn\": \"219-09-9999\"}' | wardline patient search -\n  wardline patient search \
                        who.json --reveal\n\nThe file holds one of:\n  {\"ssn\": \"..\"}\n  {\"mrn\": {\"value\": \"..\", \
                        \"authority\": \"..\"}}\n  {\"person\": {\"family\": \"..\", \"given\": \"..\", \"birth_date\": \
                        \"YYYY-MM-DD\"}}"
)]
pub(crate) struct SearchArgs {
    /// The file that says who is looked for, `-` for the standard input: a command line is seen by everybody
    file: PathBuf,
    /// Show values, not only that they are there
    #[arg(long)]
    reveal: bool,
    /// Print JSON; masked too, unless --reveal
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Found {
    items: Vec<Find>,
    is_complete: bool,
}

#[derive(Deserialize)]
struct Find {
    id: String,
    found_as: Option<String>,
    fields: Map<String, Json>,
}

pub(super) fn run(args: &SearchArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let mut answer = client.query("/v1/patients/search", &json(&args.file)?)?;
    if args.json {
        let items = answer.get_mut("items").and_then(Json::as_array_mut);
        for item in items.into_iter().flatten().filter(|_| !args.reveal) {
            *item = masked_json(item.take());
        }
        print_json(&answer)?;
        return Ok(Outcome::Done);
    }
    let found: Found = view(answer)?;
    let mut rows = table(&["RECORD", "NAME", "BORN", "NUMBERS", "FOUND AS"]);
    for find in &found.items {
        let value = |field: &str| {
            let value = find.fields.get(field);
            value.map_or_else(|| "-".to_owned(), |value| shown(field, value, args.reveal))
        };
        rows.add([
            find.id.clone(),
            value("name"),
            value("birth_date"),
            value("mrn"),
            find.found_as.clone().unwrap_or_else(|| "-".to_owned()),
        ]);
    }
    terminal::print(&format!("{rows}"))?;
    if !found.is_complete {
        terminal::complain("There may be more: say more of who is looked for.");
    }
    Ok(Outcome::Done)
}
