//! `wardline bed status`, `nurses` and `acknowledge`.

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::client::ClientArgs;
use crate::exit::Outcome;
use crate::terminal;

/// What is done with an empty bed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Status {
    /// To be cleaned
    Dirty,
    /// Being cleaned
    Cleaning,
    /// Ready, and no longer blocked
    Clean,
    /// Not to be used
    Blocked,
}

/// What `bed status` takes.
#[derive(Args, Debug)]
pub(crate) struct StatusArgs {
    /// The bed, as `wardline bed list` shows it
    #[arg(value_parser = bed)]
    bed: String,
    /// Its state
    status: Status,
    /// Why; write nothing of a patient
    #[arg(long)]
    reason: Option<String>,
    /// The user of this house who says so [else the token's name]
    #[arg(long, value_name = "USER")]
    by: Option<String>,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `bed nurses` takes.
#[derive(Args, Debug)]
pub(crate) struct NursesArgs {
    /// The bed, as `wardline bed list` shows it
    #[arg(value_parser = bed)]
    bed: String,
    /// Users of this house, at most 8; none clears it
    nurses: Vec<String>,
    /// The user of this house who says so [else the token's name]
    #[arg(long, value_name = "USER")]
    by: Option<String>,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `bed acknowledge` takes.
#[derive(Args, Debug)]
pub(crate) struct AcknowledgeArgs {
    /// The bed, as `wardline bed list` shows it
    #[arg(value_parser = bed)]
    bed: String,
    /// The band that was seen: low, low_medium, medium or high. If another one stands by now, nothing is done
    #[arg(long)]
    band: String,
    /// The stay, where several patients are in the bed
    #[arg(long)]
    stay: Option<u64>,
    /// The user of this house who saw it [else the token's name]
    #[arg(long, value_name = "USER")]
    by: Option<String>,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn status(args: &StatusArgs) -> anyhow::Result<Outcome> {
    let status = match args.status {
        Status::Dirty => "dirty",
        Status::Cleaning => "cleaning",
        Status::Clean => "clean",
        Status::Blocked => "blocked",
    };
    let body = json!({"status": status, "reason": args.reason, "by": args.by});
    let path = format!("/v1/beds/{}/status", args.bed);
    args.client.client()?.put(&path, &body)?;
    terminal::print(&format!("{} is {status}.\n", args.bed))?;
    Ok(Outcome::Done)
}

pub(super) fn nurses(args: &NursesArgs) -> anyhow::Result<Outcome> {
    let body = json!({"nurses": args.nurses, "by": args.by});
    let path = format!("/v1/beds/{}/nurses", args.bed);
    args.client.client()?.put(&path, &body)?;
    let told = match args.nurses.as_slice() {
        [] => "nobody".to_owned(),
        nurses => nurses.join(", "),
    };
    let (bed, told) = (&args.bed, terminal::harmless(&told));
    terminal::print(&format!("{bed} is looked after by {told}.\n"))?;
    Ok(Outcome::Done)
}

pub(super) fn acknowledge(args: &AcknowledgeArgs) -> anyhow::Result<Outcome> {
    let body = json!({"band": args.band, "stay": args.stay, "by": args.by});
    let path = format!("/v1/beds/{}/acknowledge", args.bed);
    args.client.client()?.act(&path, Some(&body))?;
    let (bed, band) = (&args.bed, terminal::harmless(&args.band));
    terminal::print(&format!("Somebody has seen {band} at {bed}.\n"))?;
    Ok(Outcome::Done)
}

/// An id of a bed; no other path of the API.
pub(super) fn bed(text: &str) -> Result<String, String> {
    text.parse::<wardline_vitals::model::BedId>()
        .map(|bed| bed.to_string())
        .map_err(|_| "expected the id of a bed, such as ICU~101~A".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_mean_another_path_of_the_api_is_no_bed() {
        assert_eq!(bed("ICU~101~A"), Ok("ICU~101~A".to_owned()));
        for text in ["", "ICU", "../units", "ICU~1~A/status", "ICU~1~A?x=1"] {
            assert!(bed(text).is_err(), "{text}");
        }
    }
}
