//! `wardline session show`.

use std::io::Write as _;

use clap::Args;
use wardline_sessions::model::SessionId;

use super::view::{Session, left};
use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{harmless, print_json, seconds, stdout};

/// What `session show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The session
    id: SessionId,
    /// Print JSON; with the scope phi its fields are in it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let answer = client.get(&format!("/v1/sessions/{}", args.id))?;
    if args.json {
        print_json(&answer)?;
        return Ok(Outcome::Done);
    }
    let session: Session = view(answer)?;
    let mut out = stdout();
    let department = session.department.unwrap_or_else(|| "-".to_owned());
    for (name, value) in [
        ("session", session.id),
        ("user", harmless(&session.user)),
        ("role", session.role),
        ("department", department),
        ("portal", session.portal),
        ("state", session.state),
        ("version", session.version.to_string()),
        ("begun", seconds(&session.created_at)),
        ("last activity", seconds(&session.last_activity_at)),
        ("idle left", left(session.idle_seconds_left)),
        ("ends at latest", seconds(&session.absolute_expires_at)),
    ] {
        writeln!(out, "{name:<15} {value}")?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}
