//! `wardline user list` and `show`.

use std::io::Write as _;

use clap::Args;
use serde::Deserialize;

use crate::client::{ClientArgs, items, query, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json, stdout, table};

/// What `user list` takes.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Print one JSON object per user
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `user show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The user's id
    id: String,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct User {
    id: String,
    login: String,
    roles: Vec<String>,
    #[serde(default)]
    department: Option<String>,
    is_disabled: bool,
    is_suspended: bool,
    has_second_factor: bool,
}

pub(super) fn run(args: &ListArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let parts = [
            ("cursor", cursor.map(str::to_owned)),
            ("limit", Some(limit.to_string())),
        ];
        client.get(&format!("/v1/users{}", query(&parts)))
    };
    if args.json {
        let mut out = stdout();
        items(None, &mut fetch, &mut |item| Ok(writeln!(out, "{item}")?))?;
        out.flush()?;
        return Ok(Outcome::Done);
    }
    let mut rows = table(&[
        "ID",
        "LOGIN",
        "ROLES",
        "DEPARTMENT",
        "SECOND FACTOR",
        "STATE",
    ]);
    items(None, &mut fetch, &mut |item| {
        let user: User = view(item)?;
        let state = match (user.is_disabled, user.is_suspended) {
            (true, _) => "disabled",
            (_, true) => "suspended",
            _ => "active",
        };
        rows.add([
            harmless(&user.id),
            harmless(&user.login),
            harmless(&user.roles.join(",")),
            harmless(user.department.as_deref().unwrap_or("-")),
            if user.has_second_factor { "yes" } else { "no" }.to_owned(),
            state.to_owned(),
        ]);
        Ok(())
    })?;
    terminal::print(&rows.to_string())?;
    Ok(Outcome::Done)
}

pub(super) fn show(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let path = format!("/v1/users/{}", super::act::id(&args.id)?);
    print_json(&client.get(&path)?)?;
    Ok(Outcome::Done)
}
