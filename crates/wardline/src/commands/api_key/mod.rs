//! `wardline api-key`: keys of service accounts.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::json;
use wardline_access::model::UserId;

use crate::client::{ClientArgs, items, query, view};
use crate::exit::Outcome;
use crate::private_file;
use crate::terminal::{self, harmless, stdout};

/// List, make, rotate and revoke keys of service accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// List keys, one JSON object each.
    List(ListArgs),
    /// Make a key for a service account.
    Create(CreateArgs),
    /// Make a key in the place of another one, which holds for a while more.
    Rotate(RotateArgs),
    /// End a key.
    Revoke(RevokeArgs),
}

/// What `api-key list` takes.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Of this service account only, by its id
    #[arg(long, value_name = "ID", value_parser = UserId::parse)]
    user: Option<UserId>,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `api-key create` takes.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// The service account's id
    #[arg(value_parser = UserId::parse)]
    user: UserId,
    /// It holds until then, such as 2027-01-31T00:00:00Z
    #[arg(long, value_name = "TIME")]
    expires: String,
    /// The file that the token is written to; it is shown nowhere
    #[arg(long, value_name = "FILE")]
    write: PathBuf,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `api-key rotate` takes.
#[derive(Args, Debug)]
pub(crate) struct RotateArgs {
    /// The old key's id
    #[arg(value_parser = UserId::parse)]
    id: UserId,
    /// The new one holds until then
    #[arg(long, value_name = "TIME")]
    expires: String,
    /// Seconds that the old one holds more, 7 days at most
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    overlap: u64,
    /// The file that the new token is written to
    #[arg(long, value_name = "FILE")]
    write: PathBuf,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `api-key revoke` takes.
#[derive(Args, Debug)]
pub(crate) struct RevokeArgs {
    /// The key's id
    #[arg(value_parser = UserId::parse)]
    id: UserId,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Issued {
    id: String,
    token: zeroize::Zeroizing<String>,
}

/// Runs an `api-key` command.
pub(crate) fn run(command: &ApiKeyCommand) -> anyhow::Result<Outcome> {
    match command {
        ApiKeyCommand::List(args) => list(args),
        ApiKeyCommand::Create(args) => {
            let body = json!({ "user": args.user.to_string(), "expires_at": args.expires });
            issue(&args.client, "/v1/api-keys", &body, &args.write)
        }
        ApiKeyCommand::Rotate(args) => {
            let path = format!("/v1/api-keys/{}/rotate", args.id);
            let body = json!({ "expires_at": args.expires, "overlap_seconds": args.overlap });
            issue(&args.client, &path, &body, &args.write)
        }
        ApiKeyCommand::Revoke(args) => {
            let path = format!("/v1/api-keys/{}", args.id);
            args.client.client()?.delete(&path)?;
            terminal::print("done\n")?;
            Ok(Outcome::Done)
        }
    }
}

fn list(args: &ListArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let parts = [
            ("user", args.user.map(|id| id.to_string())),
            ("cursor", cursor.map(str::to_owned)),
            ("limit", Some(limit.to_string())),
        ];
        client.get(&format!("/v1/api-keys{}", query(&parts)))
    };
    let mut out = stdout();
    items(None, &mut fetch, &mut |item| Ok(writeln!(out, "{item}")?))?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn issue(
    client: &ClientArgs,
    path: &str,
    body: &serde_json::Value,
    file: &std::path::Path,
) -> anyhow::Result<Outcome> {
    if file.exists() {
        let file = file.display();
        anyhow::bail!("{file} is there already: name another file for the token");
    }
    let issued: Issued = view(client.client()?.create(path, body)?)?;
    private_file::write_new(file, &issued.token)?;
    let id = harmless(&issued.id);
    terminal::print(&format!("{id}: its token is in {}\n", file.display()))?;
    Ok(Outcome::Done)
}
