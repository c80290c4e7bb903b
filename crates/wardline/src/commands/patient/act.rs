//! What changes records.

use std::path::PathBuf;

use clap::Args;
use hyper::Method;
use serde::Deserialize;
use serde_json::json;

use super::{json, text};
use wardline_patients::model::PatientId;

use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal;

/// What `patient create` takes.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// JSON with "set", an object of fields; `-` for the standard input
    file: PathBuf,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `patient update` takes.
#[derive(Args, Debug)]
pub(crate) struct UpdateArgs {
    /// The record
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    /// JSON with "set", an object of fields, and "remove", a list of them; `-` for the standard input
    file: PathBuf,
    /// The version that the change follows
    #[arg(long, value_name = "NUMBER")]
    version: u64,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `patient merge` takes.
#[derive(Args, Debug)]
pub(crate) struct MergeArgs {
    /// The record that stays
    #[arg(value_parser = PatientId::parse)]
    survivor: PatientId,
    /// The record that is merged into it
    #[arg(value_parser = PatientId::parse)]
    merged: PatientId,
    /// The version of the record that stays
    #[arg(long, value_name = "NUMBER")]
    version: u64,
    /// The version of the record that is merged
    #[arg(long, value_name = "NUMBER")]
    merged_version: u64,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `patient unmerge` takes.
#[derive(Args, Debug)]
pub(crate) struct VersionArgs {
    /// The record
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    /// Its version
    #[arg(long, value_name = "NUMBER")]
    version: u64,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `patient link` and `unlink` take.
#[derive(Args, Debug)]
pub(crate) struct LinkArgs {
    /// One of the records
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    /// The other one
    #[arg(value_parser = PatientId::parse)]
    other: PatientId,
    /// The version of the one
    #[arg(long, value_name = "NUMBER")]
    version: u64,
    /// The version of the other
    #[arg(long, value_name = "NUMBER")]
    other_version: u64,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `patient hold` takes.
#[derive(Args, Debug)]
pub(crate) struct HoldArgs {
    /// The record
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    /// The file that says why, `-` for the standard input
    #[arg(long, value_name = "FILE")]
    reason_file: PathBuf,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `patient release` takes.
#[derive(Args, Debug)]
pub(crate) struct ReleaseArgs {
    /// The record
    #[arg(value_parser = PatientId::parse)]
    id: PatientId,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Written {
    id: String,
    version: u64,
}

#[derive(Deserialize)]
struct Linked {
    record: Written,
    other: Written,
}

pub(super) fn create(args: &CreateArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let written: Written = view(client.create("/v1/patients", &json(&args.file)?)?)?;
    said(&written)
}

pub(super) fn update(args: &UpdateArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let path = format!("/v1/patients/{}", args.id);
    let body = json(&args.file)?;
    let answer = client.follow(Method::PATCH, &path, args.version, Some(&body))?;
    said(&view(answer)?)
}

pub(super) fn merge(args: &MergeArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let path = format!("/v1/patients/{}/merge", args.survivor);
    let body = json!({ "merged": args.merged.to_string(), "merged_version": args.merged_version });
    let answer = client.follow(Method::POST, &path, args.version, Some(&body))?;
    said(&view(answer)?)
}

pub(super) fn unmerge(args: &VersionArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let path = format!("/v1/patients/{}/unmerge", args.id);
    said(&view(client.follow(
        Method::POST,
        &path,
        args.version,
        None,
    )?)?)
}

pub(super) fn link(args: &LinkArgs, what: &str) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let path = format!("/v1/patients/{}/{what}", args.id);
    let body = json!({ "other": args.other.to_string(), "other_version": args.other_version });
    let answer = client.follow(Method::POST, &path, args.version, Some(&body))?;
    let linked: Linked = view(answer)?;
    said(&linked.record)?;
    said(&linked.other)
}

pub(super) fn hold(args: &HoldArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let reason = text(&args.reason_file)?;
    let body = json!({ "reason": reason.trim_end_matches(['\r', '\n']) });
    client.put(&format!("/v1/patients/{}/hold", args.id), &body)?;
    terminal::print(&format!("{} is held.\n", args.id))?;
    Ok(Outcome::Done)
}

pub(super) fn release(args: &ReleaseArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    client.delete(&format!("/v1/patients/{}/hold", args.id))?;
    terminal::print(&format!("{} is held no more.\n", args.id))?;
    Ok(Outcome::Done)
}

fn said(written: &Written) -> anyhow::Result<Outcome> {
    let Written { id, version } = written;
    terminal::print(&format!("{id} is of version {version}.\n"))?;
    Ok(Outcome::Done)
}
