//! `wardline audit archive` and `retain`: for a timer, once a day.

use clap::Args;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal;

/// What `audit archive` and `audit retain` take.
#[derive(Args, Debug)]
pub(crate) struct KeepArgs {
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Archived {
    segments: Vec<Json>,
    more: bool,
}

#[derive(Deserialize)]
struct Retained {
    dropped: u64,
    held: u64,
}

pub(super) fn archive(args: &KeepArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let mut segments = 0;
    loop {
        let archived: Archived = view(client.change("/v1/audit/archive", &json!({}))?)?;
        segments += archived.segments.len();
        if !archived.more {
            break;
        }
    }
    terminal::print(&format!("{segments} segments are archived now.\n"))?;
    Ok(Outcome::Done)
}

pub(super) fn retain(args: &KeepArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let retained: Retained = view(client.change("/v1/audit/retain", &json!({}))?)?;
    terminal::print(&format!(
        "{} segments were dropped; {} past their time are held.\n",
        retained.dropped, retained.held
    ))?;
    Ok(Outcome::Done)
}
