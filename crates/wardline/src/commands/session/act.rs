//! `wardline session revoke`, `lock` and `unlock`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use wardline_sessions::model::SessionId;

use super::list::user;
use super::view::Revoked;
use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal;

/// What `session lock` and `unlock` take.
#[derive(Args, Debug)]
pub(crate) struct ActArgs {
    /// The session
    id: SessionId,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `session revoke` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline session revoke 019aa3b1c2d3e4f5061728394a5b6c7d\n  wardline session revoke --user-file - \
                        < user.txt"
)]
pub(crate) struct RevokeArgs {
    /// The session
    #[arg(required_unless_present = "user_file")]
    id: Option<SessionId>,
    /// All of the user whose name stands in this file: a command line is seen by everybody on the machine
    #[arg(long, value_name = "FILE", conflicts_with = "id")]
    user_file: Option<PathBuf>,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn revoke(args: &RevokeArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    if let Some(file) = &args.user_file {
        let body = json!({ "user": user(file)? });
        // Ending what has ended changes nothing, so this may be repeated.
        let answer = client.query("/v1/sessions/revoke-user", &body)?;
        let Revoked { revoked } = view(answer)?;
        terminal::print(&format!("{revoked} sessions ended.\n"))?;
    }
    if let Some(id) = args.id {
        client.delete(&format!("/v1/sessions/{id}"))?;
        terminal::print(&format!("{id} has ended.\n"))?;
    }
    Ok(Outcome::Done)
}

pub(super) fn lock(args: &ActArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    client.act(&format!("/v1/sessions/{}/lock", args.id), None)?;
    terminal::print(&format!("{} is locked.\n", args.id))?;
    Ok(Outcome::Done)
}

pub(super) fn unlock(args: &ActArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    client.act(&format!("/v1/sessions/{}/unlock", args.id), None)?;
    terminal::print(&format!("{} is not locked.\n", args.id))?;
    Ok(Outcome::Done)
}
