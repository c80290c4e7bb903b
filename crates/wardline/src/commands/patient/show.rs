//! `wardline patient show`.

use std::io::Write as _;

use clap::Args;

use super::view::{Record, masked_json, shown};
use wardline_patients::model::PatientId;

use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{harmless, print_json, stdout};

/// What `patient show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The record
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    /// Show values, not only that they are there
    #[arg(long)]
    reveal: bool,
    /// An earlier version
    #[arg(long, value_name = "NUMBER")]
    version: Option<u64>,
    /// Print JSON; masked too, unless --reveal
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let version = args.version;
    let query = version.map_or_else(String::new, |version| format!("?version={version}"));
    let answer = client.get(&format!("/v1/patients/{}{query}", args.id))?;
    if args.json {
        let answer = if args.reveal {
            answer
        } else {
            masked_json(answer)
        };
        print_json(&answer)?;
        return Ok(Outcome::Done);
    }
    let record: Record = view(answer)?;
    let mut out = stdout();
    writeln!(out, "{:<20} {}", "record", record.id)?;
    writeln!(out, "{:<20} {}", "version", record.version)?;
    writeln!(out, "{:<20} {}", "you may see", record.permitted.join(" "))?;
    if let Some(into) = record.merged_into {
        writeln!(out, "{:<20} {into}", "merged into")?;
    }
    for from in record.merged_from {
        writeln!(out, "{:<20} {from}", "took in")?;
    }
    for (field, value) in &record.fields {
        let value = shown(field, value, args.reveal);
        writeln!(out, "{:<20} {value}", harmless(field))?;
    }
    for note in &record.notes {
        let value = shown("note", &note.value, args.reveal);
        let labels = note.labels.join(" ");
        writeln!(out, "{:<20} {value} {labels}", format!("note {}", note.id))?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}
