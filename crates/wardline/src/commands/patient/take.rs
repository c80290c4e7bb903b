//! `wardline patient take`.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};
use wardline_access::model::{DataType, Purpose};
use wardline_patients::model::PatientId;

use super::text;
use super::view::{Record, masked_json};
use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, print_json};
use crate::{exit::UsageError, private_file};

/// What `patient take` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "The copy is written to a new file that its owner alone may read, and stands on no terminal.\n\nExamples:\n  \
                  wardline patient take 0a1b2c3d4e5f60718293a4b5c6d7e8f9 --types demographics,diagnosis --reason-file \
                  why.txt --write copy.json\n  wardline patient take 0a1b2c3d4e5f60718293a4b5c6d7e8f9 --types lab_results \
                  --purpose PUBHLTH --recipient 'County Health Office, 12 Main Street' --reason-file why.txt --write copy.json"
)]
pub(crate) struct TakeArgs {
    /// The record
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    /// Which data types go along, all of them or none
    #[arg(long, value_name = "TYPE,..", value_delimiter = ',', required = true)]
    #[arg(value_parser = DataType::parse)]
    types: Vec<DataType>,
    /// The file that says why, in 10 to 200 characters, `-` for the standard input; write nothing of the patient in it
    #[arg(long, value_name = "FILE")]
    reason_file: PathBuf,
    /// What for: TREAT, HPAYMT, HOPERAT, PATRQT, PUBHLTH, HLEGAL .. [else what the role is for]
    #[arg(long, value_name = "PURPOSE", value_parser = Purpose::parse)]
    purpose: Option<Purpose>,
    /// Who outside gets the copy: name, and address if known; must be told for a purpose that is accounted for
    #[arg(long, value_name = "WHO")]
    recipient: Option<String>,
    /// As what it leaves
    #[arg(long, value_enum, default_value_t = How::Export)]
    how: How,
    /// Where to write the copy, as JSON; a file that is there is left as it is
    #[arg(long, value_name = "FILE")]
    write: PathBuf,
    /// Print what was taken as JSON, masked
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// How a copy is taken.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum How {
    /// As a file.
    Export,
    /// On paper.
    Print,
}

pub(super) fn run(args: &TakeArgs) -> anyhow::Result<Outcome> {
    let purpose = args.purpose;
    if args.recipient.is_none() && purpose.is_some_and(Purpose::is_accounted_for) {
        let why =
            "who gets the copy? Disclosures for this purpose are accounted for: say --recipient";
        return Err(UsageError(why.to_owned()).into());
    }
    let client = args.client.client()?;
    let reason = text(&args.reason_file)?;
    let types: Vec<&str> = args.types.iter().map(|of| of.as_str()).collect();
    let how = match args.how {
        How::Export => "export",
        How::Print => "print",
    };
    let body = json!({
        "how": how, "types": types, "reason": reason.trim(), "recipient": args.recipient,
    });
    // Before anything is disclosed: a copy that cannot be written is recorded, and nobody has it.
    let mut file = private_file::create(&args.write).with_context(|| cannot_write(args))?;
    let path = format!("/v1/patients/{}/take", args.id);
    let taken = client.take(&path, &body, purpose.map(Purpose::as_str));
    let taken = taken.inspect_err(|_| drop(std::fs::remove_file(&args.write)))?;
    let copy = format!("{taken:#}\n");
    let written = file.write_all(copy.as_bytes());
    written
        .and_then(|()| file.sync_all())
        .inspect_err(|_| drop(std::fs::remove_file(&args.write)))
        .with_context(|| cannot_write(args))?;
    told(args, taken)
}

fn told(args: &TakeArgs, taken: Json) -> anyhow::Result<Outcome> {
    if args.json {
        print_json(&masked_json(taken))?;
        return Ok(Outcome::Done);
    }
    let record: Record = view(taken)?;
    terminal::print(&format!(
        "A copy of {} in version {} is in {}.\n",
        record.id,
        record.version,
        args.write.display()
    ))?;
    Ok(Outcome::Done)
}

fn cannot_write(args: &TakeArgs) -> String {
    format!("cannot write {}", args.write.display())
}
