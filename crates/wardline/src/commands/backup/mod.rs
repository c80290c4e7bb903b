//! `wardline backup`: copies of the embedded store. A running service makes them itself (`store.backup_folder`).

mod now;

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::{Args, Subcommand};
use serde_json::json;
use wardline_store_embedded::{EmbeddedStore, Options, Whole, restore, verify};

use crate::commands::config_args::ConfigArgs;
use crate::config::StoreKind;
use crate::exit::{Outcome, UsageError};
use crate::terminal::{self, print_json};

const EXAMPLES: &str = "\
Examples:
  wardline backup now                                          have the service that runs make one, and wait for it
  wardline backup verify /backup/wardline-20261121T083000Z     read all of a copy
  wardline backup restore /backup/wardline-20261121T083000Z    put it in the place of the store of a stopped service
  wardline backup create /backup/before-upgrade                copy the store of a stopped service

A service that runs makes copies by itself, by its schedule and with `now`: set `store.backup_folder`. A copy is sealed as the store is: it opens with the
keys alone, and they are not in it. Of a store on Redis: `wardline redis backup`.";

/// Copy the embedded store; read a copy through; bring it back.
#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub(crate) enum BackupCommand {
    /// Have a running service copy its store now, read the copy through, and put it beside those by schedule.
    Now(now::NowArgs),
    /// Copy the store of a service that is stopped, and read the copy through.
    Create(CreateArgs),
    /// Read every row of a copy, and say how many there are.
    Verify(VerifyArgs),
    /// Put a copy in the place of the store of a service that is stopped.
    ///
    /// The store that is there is laid aside, not removed. Sessions are not in a copy: people sign in again.
    Restore(RestoreArgs),
}

/// What `backup create` takes.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// The folder to make
    to: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What `backup verify` takes.
#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// The folder of one copy
    backup: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What `backup restore` takes.
#[derive(Args, Debug)]
pub(crate) struct RestoreArgs {
    /// The folder of one copy
    backup: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs a `backup` command.
pub(crate) fn run(command: &BackupCommand) -> anyhow::Result<Outcome> {
    match command {
        BackupCommand::Now(args) => return now::run(args),
        BackupCommand::Create(args) => create(args)?,
        BackupCommand::Verify(args) => look(args)?,
        BackupCommand::Restore(args) => bring_back(args)?,
    }
    Ok(Outcome::Done)
}

fn create(args: &CreateArgs) -> anyhow::Result<()> {
    let (store, reserve_bytes) = embedded(&args.config)?;
    ensure!(
        store.try_exists()?,
        "there is no store in {}",
        store.display()
    );
    let options = Options {
        reserve_bytes,
        ..Options::default()
    };
    EmbeddedStore::open(&store, options)?.back_up(&args.to, &|| false)?;
    let whole = verify(&args.to, &options, &|| false)?;
    terminal::print(&format!(
        "{}: {}. Keep the keys elsewhere: it opens with them alone.\n",
        args.to.display(),
        said(whole)
    ))?;
    Ok(())
}

fn look(args: &VerifyArgs) -> anyhow::Result<()> {
    let whole = verify(&args.backup, &Options::default(), &|| false)?;
    if args.json {
        print_json(&json!({ "rows": whole.rows, "commits": whole.commits }))?;
    } else {
        terminal::print(&format!("{}: {}.\n", args.backup.display(), said(whole)))?;
    }
    Ok(())
}

fn bring_back(args: &RestoreArgs) -> anyhow::Result<()> {
    let (store, _) = embedded(&args.config)?;
    let restored = restore(&args.backup, &store, &Options::default())?;
    let aside = restored.aside.as_deref().map(Path::display);
    let aside = aside.map_or_else(String::new, |aside| {
        format!("The store that was there is in {aside}; remove it when all is well.\n")
    });
    terminal::print(&format!(
        "{}: {}.\n{aside}Messages that came after the copy are not in it, and what was delivered since waits again: tell the \
         partners, or stop destinations that must get nothing twice, before the service starts. Give the folder to the \
         service's user, if another one ran this.\n",
        store.display(),
        said(restored.whole)
    ))?;
    Ok(())
}

/// Where the store is, and what stays free beside it.
fn embedded(config: &ConfigArgs) -> anyhow::Result<(PathBuf, u64)> {
    let config = config.load()?.config;
    if config.store.kind != StoreKind::Embedded {
        let why = "the configuration keeps everything on Redis: use `wardline redis backup`";
        return Err(UsageError(why.to_owned()).into());
    }
    Ok((config.store.directory, config.store.min_free_bytes / 2))
}

fn said(whole: Whole) -> String {
    format!("{} rows of {} commits, all read", whole.rows, whole.commits)
}
