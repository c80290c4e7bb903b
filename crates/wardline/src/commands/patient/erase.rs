//! `wardline patient erase` and what another person does about it.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;
use serde_json::json;
use wardline_patients::model::PatientId;

use super::text;
use crate::client::{ClientArgs, view};
use crate::exit::{Outcome, UsageError};
use crate::terminal::{self, harmless, print_json, seconds, table};

/// What `patient erase` takes.
#[derive(Args, Debug)]
pub(crate) struct EraseArgs {
    /// The record
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    /// The file that says why, `-` for the standard input
    #[arg(long, value_name = "FILE")]
    reason_file: PathBuf,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `patient approve-erasure` takes.
#[derive(Args, Debug)]
pub(crate) struct ApproveArgs {
    /// The record
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    /// Yes, for good: the patient's key is destroyed
    #[arg(long)]
    for_good: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `patient withdraw-erasure` takes.
#[derive(Args, Debug)]
pub(crate) struct WithdrawArgs {
    /// The record
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `patient erasures` takes.
#[derive(Args, Debug)]
pub(crate) struct ErasuresArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Requests {
    items: Vec<Request>,
}

#[derive(Deserialize)]
struct Request {
    patient: String,
    by: String,
    reason: String,
    expires_at: String,
}

pub(super) fn ask(args: &EraseArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let reason = text(&args.reason_file)?;
    let body = json!({ "reason": reason.trim_end_matches(['\r', '\n']) });
    client.change(&format!("/v1/patients/{}/erasure", args.id), &body)?;
    let id = args.id;
    terminal::print(&format!(
        "{id} is to be erased: another privacy officer approves it with `wardline patient approve-erasure {id}`.\n"
    ))?;
    Ok(Outcome::Done)
}

pub(super) fn approve(args: &ApproveArgs) -> anyhow::Result<Outcome> {
    if !args.for_good {
        let why = "an erased record does not come back: say --for-good";
        return Err(UsageError(why.to_owned()).into());
    }
    let client = args.client.client()?;
    client.act(&format!("/v1/patients/{}/erasure/approve", args.id), None)?;
    terminal::print(&format!("{} is erased.\n", args.id))?;
    Ok(Outcome::Done)
}

pub(super) fn withdraw(args: &WithdrawArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    client.delete(&format!("/v1/patients/{}/erasure", args.id))?;
    terminal::print(&format!("{} is not to be erased any more.\n", args.id))?;
    Ok(Outcome::Done)
}

pub(super) fn list(args: &ErasuresArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let answer = client.get("/v1/erasures")?;
    if args.json {
        print_json(&answer)?;
        return Ok(Outcome::Done);
    }
    let requests: Requests = view(answer)?;
    let mut rows = table(&["RECORD", "ASKED BY", "UNTIL", "WHY"]);
    for request in requests.items {
        rows.add([
            request.patient,
            request.by,
            seconds(&request.expires_at),
            harmless(&request.reason),
        ]);
    }
    terminal::print(&format!("{rows}"))?;
    Ok(Outcome::Done)
}
