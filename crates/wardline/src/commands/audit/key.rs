//! `wardline audit key`: the key that signs checkpoints. It never shows it.

use std::path::Path;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;
use wardline_audit::signing::{NoteKey, SigningKeys};

use crate::commands::config_args::ConfigArgs;
use crate::exit::{Outcome, UnusableFile};
use crate::terminal::{self, print_json};
use crate::{files, private_file};

/// Work on the key file of the audit trail.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Write a new key file, for its owner only. Nothing is overwritten.
    Create(CreateArgs),
    /// Print the verifier keys, oldest first: others check checkpoints with them. They are no secret.
    Show(ShowArgs),
    /// Put a new key in the place of the one in use, of which only the public part stays.
    ///
    /// The old key can sign nothing any more, and its checkpoints can still be checked. It takes effect at the next
    /// start. Give the new verifier key to whoever checks checkpoints.
    Renew(RenewArgs),
}

/// What `audit key create` takes.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// The trail's name in checkpoints, such as `hospital.example/audit/1`; by chance if none is given
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What `audit key show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What `audit key renew` takes.
#[derive(Args, Debug)]
pub(crate) struct RenewArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs an `audit key` command.
pub(super) fn run(command: KeyCommand) -> anyhow::Result<Outcome> {
    match command {
        KeyCommand::Create(args) => create(&args)?,
        KeyCommand::Show(args) => show(&args)?,
        KeyCommand::Renew(args) => renew(&args)?,
    }
    Ok(Outcome::Done)
}

/// Writes a new key file; never overwrites one.
///
/// # Errors
/// There is such a file, the name cannot be one, or the file cannot be written.
pub(crate) fn new_key(path: &Path, origin: Option<&str>) -> anyhow::Result<SigningKeys> {
    let keys = match origin {
        Some(origin) => SigningKeys::generate(origin)?,
        None => SigningKeys::generate_unnamed()?,
    };
    private_file::write_new(path, &keys.to_text())
        .with_context(|| format!("cannot write the audit key to {}", path.display()))?;
    Ok(keys)
}

fn create(args: &CreateArgs) -> anyhow::Result<()> {
    let path = args.config.load()?.config.audit.key_file;
    let keys = new_key(&path, args.origin.as_deref())?;
    let verifier = keys.verifiers().last().map(NoteKey::to_text);
    terminal::print(&format!(
        "The key is in {}, for your eyes only: keep a copy apart from the store and from its backups.\n\
         Its verifier key, which is no secret: {}\n",
        path.display(),
        verifier.unwrap_or_default()
    ))?;
    Ok(())
}

fn show(args: &ShowArgs) -> anyhow::Result<()> {
    let config = args.config.load()?.config;
    let keys = files::audit_keys(&config).map_err(UnusableFile)?;
    let verifiers: Vec<_> = keys.verifiers().iter().map(NoteKey::to_text).collect();
    if args.json {
        return print_json(&json!({ "origin": keys.origin(), "verifiers": verifiers }));
    }
    terminal::print(&format!("{}\n", verifiers.join("\n")))?;
    Ok(())
}

fn renew(args: &RenewArgs) -> anyhow::Result<()> {
    let config = args.config.load()?.config;
    let path = &config.audit.key_file;
    let keys = files::audit_keys(&config).map_err(UnusableFile)?.renew()?;
    private_file::replace(path, &keys.to_text())
        .with_context(|| format!("cannot write the audit key to {}", path.display()))?;
    let verifier = keys.verifiers().last().map(NoteKey::to_text);
    terminal::print(&format!(
        "A new key is in {}, and signs from the next start on.\nIts verifier key: {}\n",
        path.display(),
        verifier.unwrap_or_default()
    ))?;
    Ok(())
}
