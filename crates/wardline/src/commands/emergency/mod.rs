//! `wardline emergency`: asking for emergency access, and its register for who reviews.

mod request;

use std::io::Write as _;

use clap::{Args, Subcommand, ValueEnum};
use serde::Deserialize;
use serde_json::json;
use wardline_access::model::GrantId;

use crate::client::{ClientArgs, items, query, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json, seconds, stdout, table};

/// List, show, take back and review emergency accesses.
#[derive(Debug, Subcommand)]
pub(crate) enum EmergencyCommand {
    /// Ask for emergency access to a patient, with the second factor proved again.
    Request(request::RequestArgs),
    /// Give an access of your own back.
    GiveBack(request::GiveBackArgs),
    /// List emergency accesses, oldest first; overdue reviews are shown as such.
    List(ListArgs),
    /// Show one access, with what its user and its reviewer wrote.
    Show(ActArgs),
    /// Take an access back: nothing is shown under it any more.
    Revoke(ActArgs),
    /// Give a verdict. Nobody reviews an access of their own.
    Review(ReviewArgs),
    /// What one is told of and has not seen.
    Notifications(NotificationsArgs),
}

/// What `emergency list` takes.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Those whose review is so
    #[arg(long)]
    review: Option<State>,
    /// Print one JSON object each
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// Which one.
#[derive(Args, Debug)]
pub(crate) struct ActArgs {
    /// Its id
    #[arg(value_parser = GrantId::parse)]
    id: GrantId,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `emergency review` takes.
#[derive(Args, Debug)]
pub(crate) struct ReviewArgs {
    /// Its id
    #[arg(value_parser = GrantId::parse)]
    id: GrantId,
    /// The verdict
    verdict: Verdict,
    /// In words; it is kept sealed
    #[arg(long, default_value = "")]
    note: String,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `emergency notifications` takes.
#[derive(Args, Debug)]
pub(crate) struct NotificationsArgs {
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    /// To be closed
    Open,
    /// To be closed, and too late
    Overdue,
    /// It has a verdict
    Closed,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Verdict {
    /// It was needed
    Justified,
    /// It was not
    NotJustified,
    /// More is to be asked; the review stays open
    NeedsInformation,
}

#[derive(Deserialize)]
struct Emergency {
    id: String,
    user: String,
    reason: String,
    requested_at: String,
    uses: u32,
    review: String,
}

/// Runs an `emergency` command.
pub(crate) fn run(command: &EmergencyCommand) -> anyhow::Result<Outcome> {
    match command {
        EmergencyCommand::Request(args) => request::request(args),
        EmergencyCommand::GiveBack(args) => request::give_back(args),
        EmergencyCommand::List(args) => list(args),
        EmergencyCommand::Show(args) => {
            let client = args.client.client()?;
            print_json(&client.get(&format!("/v1/emergencies/{}", args.id))?)?;
            Ok(Outcome::Done)
        }
        EmergencyCommand::Revoke(args) => {
            let path = format!("/v1/emergencies/{}/revoke", args.id);
            args.client.client()?.act(&path, None)?;
            terminal::print("done\n")?;
            Ok(Outcome::Done)
        }
        EmergencyCommand::Review(args) => {
            let verdict = match args.verdict {
                Verdict::Justified => "justified",
                Verdict::NotJustified => "not_justified",
                Verdict::NeedsInformation => "needs_information",
            };
            let path = format!("/v1/emergencies/{}/review", args.id);
            let body = json!({ "verdict": verdict, "note": args.note });
            args.client.client()?.act(&path, Some(&body))?;
            terminal::print("done\n")?;
            Ok(Outcome::Done)
        }
        EmergencyCommand::Notifications(args) => {
            print_json(&args.client.client()?.get("/v1/notifications")?)?;
            Ok(Outcome::Done)
        }
    }
}

fn list(args: &ListArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let review = args.review.map(|state| match state {
        State::Open => "open",
        State::Overdue => "overdue",
        State::Closed => "closed",
    });
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let parts = [
            ("review", review.map(str::to_owned)),
            ("cursor", cursor.map(str::to_owned)),
            ("limit", Some(limit.to_string())),
        ];
        client.get(&format!("/v1/emergencies{}", query(&parts)))
    };
    if args.json {
        let mut out = stdout();
        items(None, &mut fetch, &mut |item| Ok(writeln!(out, "{item}")?))?;
        out.flush()?;
        return Ok(Outcome::Done);
    }
    let mut rows = table(&["ID", "USER", "REASON", "REQUESTED", "USES", "REVIEW"]);
    items(None, &mut fetch, &mut |item| {
        let shown: Emergency = view(item)?;
        rows.add([
            harmless(&shown.id),
            harmless(&shown.user),
            harmless(&shown.reason),
            seconds(&shown.requested_at),
            shown.uses.to_string(),
            harmless(&shown.review),
        ]);
        Ok(())
    })?;
    terminal::print(&rows.to_string())?;
    Ok(Outcome::Done)
}
