//! `wardline session list` and `count`.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value as Json, json};

use super::view::{Count, Session, left};
use crate::client::{ClientArgs, items, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json, stdout, table};

/// Sessions of one page at most; the server gives no more.
const LARGEST_PAGE: usize = 200;

/// Which sessions.
#[derive(Args, Debug)]
pub(super) struct FilterArgs {
    /// Of the user whose name stands in this file: a command line is seen by everybody on the machine
    #[arg(long, value_name = "FILE")]
    user_file: Option<PathBuf>,
    /// In this role
    #[arg(long)]
    role: Option<String>,
    /// Of this department
    #[arg(long)]
    department: Option<String>,
    /// For this portal
    #[arg(long)]
    portal: Option<String>,
    /// In this state
    #[arg(long)]
    state: Option<State>,
}

/// What `session list` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline session list --department icu-2\n  wardline session list --state \
                        locked --json | jq -r .id"
)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// At most that many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = crate::commands::place::limit)]
    limit: usize,
    /// As many as there are
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Print one JSON object per session
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `session count` takes.
#[derive(Args, Debug)]
pub(crate) struct CountArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// Whether a session passes checks.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    /// It does
    Active,
    /// It does not until it is unlocked
    Locked,
}

pub(super) fn run(args: &ListArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let filter = args.filter.to_json()?;
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let mut body = json!({ "filter": filter, "limit": limit.min(LARGEST_PAGE) });
        if let (Some(object), Some(cursor)) = (body.as_object_mut(), cursor) {
            object.insert("cursor".to_owned(), cursor.into());
        }
        client.query("/v1/sessions/search", &body)
    };
    let limit = (!args.all).then_some(args.limit);
    if args.json {
        let mut out = stdout();
        items(limit, &mut fetch, &mut |item| Ok(writeln!(out, "{item}")?))?;
        out.flush()?;
        return Ok(Outcome::Done);
    }
    let mut rows = table(&[
        "ID",
        "USER",
        "ROLE",
        "DEPARTMENT",
        "PORTAL",
        "IDLE LEFT",
        "STATE",
    ]);
    let more = items(limit, &mut fetch, &mut |item| {
        let session: Session = view(item)?;
        rows.add([
            session.id,
            harmless(&session.user),
            session.role,
            session.department.unwrap_or_else(|| "-".to_owned()),
            session.portal,
            left(session.idle_seconds_left),
            session.state,
        ]);
        Ok(())
    })?;
    terminal::print(&rows.to_string())?;
    if more {
        let shown = args.limit;
        terminal::complain(&format!(
            "the first {shown} are shown; --limit or --all shows more"
        ));
    }
    Ok(Outcome::Done)
}

pub(super) fn count(args: &CountArgs) -> anyhow::Result<Outcome> {
    let body = json!({ "filter": args.filter.to_json()? });
    let answer = args.client.client()?.query("/v1/sessions/count", &body)?;
    if args.json {
        print_json(&answer)?;
    } else {
        let Count { count } = view(answer)?;
        terminal::print(&format!("{count}\n"))?;
    }
    Ok(Outcome::Done)
}

impl FilterArgs {
    fn to_json(&self) -> anyhow::Result<Json> {
        let mut filter = Map::new();
        let user = self.user_file.as_deref().map(user).transpose()?;
        let state = self.state.map(|state| match state {
            State::Active => "active".to_owned(),
            State::Locked => "locked".to_owned(),
        });
        for (name, value) in [
            ("user", user),
            ("role", self.role.clone()),
            ("department", self.department.clone()),
            ("portal", self.portal.clone()),
            ("state", state),
        ] {
            if let Some(value) = value {
                filter.insert(name.to_owned(), Json::String(value));
            }
        }
        Ok(Json::Object(filter))
    }
}

/// The name of a user out of a file; `-` is standard input.
pub(super) fn user(path: &std::path::Path) -> anyhow::Result<String> {
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
