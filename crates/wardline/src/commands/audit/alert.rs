//! `wardline audit alert`.

use std::io::Write as _;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::view::Alert;
use crate::client::{ClientArgs, items, query, view};
use crate::exit::Outcome;
use crate::terminal::{self, seconds, stdout, table};

/// Alerts of one page at most; the server gives no more.
const LARGEST_PAGE: usize = 200;

/// List alerts, and say what is done about them.
#[derive(Debug, Subcommand)]
pub(crate) enum AlertCommand {
    /// List alerts, oldest day first. Whom one is about says its record: `wardline audit show RECORD`.
    List(ListArgs),
    /// Say that somebody looks into an alert.
    Acknowledge(ActArgs),
    /// Say that an alert is done with. It is never opened again.
    Close(ActArgs),
}

/// What `audit alert list` takes.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// In this state: new, acknowledged or closed
    #[arg(long, value_parser = ["new", "acknowledged", "closed"])]
    state: Option<String>,
    /// Print one JSON object per alert
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `audit alert acknowledge` and `close` take.
#[derive(Args, Debug)]
pub(crate) struct ActArgs {
    /// The alert
    id: String,
    /// What was found, or is done. It stands in the trail, sealed; name no patient
    #[arg(long)]
    note: String,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(command: &AlertCommand) -> anyhow::Result<Outcome> {
    match command {
        AlertCommand::List(args) => list(args)?,
        AlertCommand::Acknowledge(args) => act(args, "acknowledge")?,
        AlertCommand::Close(args) => act(args, "close")?,
    }
    Ok(Outcome::Done)
}

fn list(args: &ListArgs) -> anyhow::Result<()> {
    let client = args.client.client()?;
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let query = query(&[
            ("state", args.state.clone()),
            ("cursor", cursor.map(str::to_owned)),
            ("limit", Some(limit.min(LARGEST_PAGE).to_string())),
        ]);
        client.get(&format!("/v1/audit/alerts{query}"))
    };
    if args.json {
        let mut out = stdout();
        let mut take = |item: Json| Ok(writeln!(out, "{item}")?);
        items(None, &mut fetch, &mut take)?;
        out.flush()?;
        return Ok(());
    }
    let mut rows = table(&["ID", "RULE", "STATE", "AT", "RECORD"]);
    items(None, &mut fetch, &mut |item| {
        let alert: Alert = view(item)?;
        let record = alert.record.to_string();
        rows.add([
            alert.id,
            alert.rule,
            alert.state,
            seconds(&alert.at),
            record,
        ]);
        Ok(())
    })?;
    terminal::print(&rows.to_string())?;
    Ok(())
}

fn act(args: &ActArgs, what: &str) -> anyhow::Result<()> {
    let id = &args.id;
    anyhow::ensure!(
        id.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "expected the id of an alert, as `wardline audit alert list` shows it"
    );
    let body = json!({ "note": args.note });
    let client = args.client.client()?;
    let answer = client.change(&format!("/v1/audit/alerts/{id}/{what}"), &body)?;
    let alert: Alert = view(answer)?;
    terminal::print(&format!("{} is {}.\n", alert.id, alert.state))?;
    Ok(())
}
