//! `wardline token`: the tokens of the HTTP API. They work on the token file; a running server reads it again
//! on SIGHUP.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use wardline_phi::ApiToken;
use wardline_server::http::auth::{Scope, TokenEntry, token_file};

use super::config_args::ConfigArgs;
use crate::exit::{Outcome, UnusableFile, UsageError};
use crate::private_file;
use crate::terminal::{self, print_json, table};
use crate::tokens::{self, TokensError};

/// Make, list and revoke the tokens of the HTTP API.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token and write it to a file of its own, which only its owner may read.
    #[command(
        after_help = "Examples:\n  wardline token create prometheus --scope read --write \
                            prometheus.token\n  wardline token create alice --scope read,phi,operate \
                            --expires-in-days 90 --write alice.token\n\n\
                            Scopes:\n  read     channels, messages, dead letters, jobs, events and \
                            figures; what identifies a patient is masked\n  phi      bodies and \
                            identifiers, and searching by them\n  operate  retry, discard, park, skip \
                            and replay; with phi also edit\n  sessions:check   check and touch sessions\n  \
                            sessions:read    list and watch sessions; their fields with phi\n  \
                            sessions:revoke  lock and revoke sessions\n  sessions:write   begin, renew \
                            and unlock sessions, set their fields\n  \
                            audit:read       search, verify and report the audit trail; whom records are about with \
                            phi\n  audit:write      acknowledge alerts, place holds, archive\n  admin    read, operate, sessions:read \
                            and sessions:revoke"
    )]
    Create(CreateArgs),
    /// List the tokens: names, scopes, when they were made and when they end.
    List(ListArgs),
    /// Remove a token.
    Revoke(RevokeArgs),
}

/// What `token create` takes.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// Who or what uses it
    name: String,
    /// What it allows; none includes phi but phi
    #[arg(
        long = "scope",
        value_name = "SCOPE",
        required = true,
        value_delimiter = ','
    )]
    #[arg(value_parser = PossibleValuesParser::new(Scope::ALL.map(Scope::as_str)))]
    scopes: Vec<String>,
    /// Days after which it is refused; never without
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3_660))]
    expires_in_days: Option<u32>,
    /// The new file that the token is written to
    #[arg(long, value_name = "FILE")]
    write: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What `token list` takes.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What `token revoke` takes.
#[derive(Args, Debug)]
pub(crate) struct RevokeArgs {
    /// The token's name
    name: String,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs a `token` command.
pub(crate) fn run(command: TokenCommand) -> anyhow::Result<Outcome> {
    match command {
        TokenCommand::Create(args) => create(&args)?,
        TokenCommand::List(args) => list(&args)?,
        TokenCommand::Revoke(args) => revoke(&args)?,
    }
    Ok(Outcome::Done)
}

fn create(args: &CreateArgs) -> anyhow::Result<()> {
    let (mut entries, path) = open(&args.config)?;
    if entries.iter().any(|entry| *entry.name == *args.name) {
        anyhow::bail!(
            "there is a token named `{}`; choose another name, or revoke it",
            args.name
        );
    }
    if !token_file::is_name(&args.name) {
        let rule = "a token's name has 1 to 64 lower-case letters, digits, '-', '_' and '.'";
        return Err(UsageError(format!("`{}`: {rule}", args.name)).into());
    }
    let token = ApiToken::generate()?;
    let scopes: Vec<Scope> = args
        .scopes
        .iter()
        .filter_map(|name| Scope::parse(name))
        .collect();
    entries.push(TokenEntry {
        name: args.name.as_str().into(),
        hash: token.hash(),
        scopes,
        created_at: tokens::now(),
        expires_at: args.expires_in_days.map(end_in_days).transpose()?,
    });
    // The token first: one that nobody holds must not be let in.
    write_token(&args.write, &token)?;
    if let Err(error) = tokens::replace(&path, &entries) {
        // Nothing knows the token, so its file would mislead; the error is what counts.
        drop(std::fs::remove_file(&args.write));
        return Err(error.into());
    }
    terminal::print(&format!(
        "Token `{}` is in {}; its hash is in {}.\nA running server takes it after: systemctl reload \
         wardline (or kill -HUP)\n",
        args.name,
        args.write.display(),
        path.display()
    ))?;
    Ok(())
}

fn list(args: &ListArgs) -> anyhow::Result<()> {
    let (entries, _) = open(&args.config)?;
    if args.json {
        let tokens: Vec<_> = entries
            .iter()
            .map(|entry| {
                let (name, scopes) = (&*entry.name, &entry.scopes);
                let (created, expires) = (time_text(entry.created_at), time_text(entry.expires_at));
                json!({ "name": name, "scopes": scopes, "created": created, "expires": expires })
            })
            .collect();
        return print_json(&tokens);
    }
    let mut rows = table(&["NAME", "SCOPES", "CREATED", "EXPIRES"]);
    for entry in &entries {
        let scopes: Vec<_> = entry.scopes.iter().map(|scope| scope.as_str()).collect();
        let created = time_text(entry.created_at).unwrap_or_else(|| "not known".to_owned());
        let expires = time_text(entry.expires_at).unwrap_or_else(|| "never".to_owned());
        rows.add([entry.name.to_string(), scopes.join(","), created, expires]);
    }
    terminal::print(&rows.to_string())?;
    Ok(())
}

fn revoke(args: &RevokeArgs) -> anyhow::Result<()> {
    let (mut entries, path) = open(&args.config)?;
    let before = entries.len();
    entries.retain(|entry| *entry.name != *args.name);
    if entries.len() == before {
        anyhow::bail!(
            "there is no token named `{}`; `wardline token list` shows them",
            args.name
        );
    }
    tokens::replace(&path, &entries)?;
    terminal::print(&format!(
        "Token `{}` is removed.\nA running server refuses it after: systemctl reload wardline (or kill \
         -HUP)\n",
        args.name
    ))?;
    Ok(())
}

/// Writes a token to a file of its own.
///
/// # Errors
/// When there is such a file, or it cannot be written.
pub(crate) fn write_token(path: &Path, token: &ApiToken) -> anyhow::Result<()> {
    private_file::write_new(path, &format!("{}\n", token.expose())).with_context(|| {
        format!(
            "cannot write the token to {}, which must be a new file",
            path.display()
        )
    })
}

fn open(config: &ConfigArgs) -> anyhow::Result<(Vec<TokenEntry>, PathBuf)> {
    let path = config.load()?.config.api.tokens_file;
    let entries = tokens::load(&path).map_err(|error| match error {
        TokensError::Io { .. } => anyhow::Error::from(error),
        TokensError::Missing(_) | TokensError::Content { .. } => {
            UnusableFile(error.to_string()).into()
        }
    })?;
    Ok((entries, path))
}

fn end_in_days(days: u32) -> anyhow::Result<u64> {
    let end = Timestamp::now()
        .checked_add(SignedDuration::from_hours(i64::from(days) * 24))
        .map_err(|_| UsageError("--expires-in-days: that is too far away".to_owned()))?;
    Ok(u64::try_from(end.as_millisecond())?)
}

fn time_text(at: Option<u64>) -> Option<String> {
    let at = i64::try_from(at?).ok()?;
    Timestamp::from_millisecond(at)
        .ok()
        .map(|at| at.to_string())
}
