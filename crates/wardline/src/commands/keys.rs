//! `wardline keys`: the key file. It never shows a key.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use wardline_phi::{KeyFile, KeyProvider as _};

use super::config_args::ConfigArgs;
use crate::config::Environment;
use crate::exit::{Outcome, UnusableFile};
use crate::terminal::{self, print_json};

/// Show the key file, or add a new key-encryption key to it.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Say which key-encryption key is in use. Keys are never shown.
    Show(ShowArgs),
    /// Add a new key-encryption key, which wraps data keys from the next start on.
    ///
    /// The older ones stay in the file, as what was sealed under them is still there. Copy the key file to
    /// where you keep its copy before the next start: what is sealed afterwards needs the new key.
    Rotate(RotateArgs),
}

/// What `keys show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What `keys rotate` takes.
#[derive(Args, Debug)]
pub(crate) struct RotateArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs a `keys` command.
pub(crate) fn run(command: KeysCommand) -> anyhow::Result<Outcome> {
    match command {
        KeysCommand::Show(args) => show(&args)?,
        KeysCommand::Rotate(args) => rotate(&args)?,
    }
    Ok(Outcome::Done)
}

fn show(args: &ShowArgs) -> anyhow::Result<()> {
    let (keys, path) = open(&args.config)?;
    let version = keys.provider().current_version()?.0;
    if args.json {
        return print_json(&json!({ "file": path, "key_encryption_key_version": version }));
    }
    let path = path.display();
    terminal::print(&format!(
        "file: {path}\nkey-encryption key in use: version {version}\n"
    ))?;
    Ok(())
}

fn rotate(args: &RotateArgs) -> anyhow::Result<()> {
    let (mut keys, path) = open(&args.config)?;
    let version = keys.add_kek()?.0;
    keys.replace(&path)?;
    terminal::print(&format!(
        "Version {version} of the key-encryption key is in {}.\nNext: copy the file to where its copy is \
         kept, then restart Wardline.\n",
        path.display()
    ))?;
    Ok(())
}

fn open(config: &ConfigArgs) -> anyhow::Result<(KeyFile, PathBuf)> {
    let config = config.load()?.config;
    if Environment::of_process().keys_text().is_some() {
        anyhow::bail!(
            "the keys come from WARDLINE_KEYS_TEXT here; unset it to work on the key file"
        );
    }
    let path = config.keys.file;
    let keys = KeyFile::load(&path).map_err(|error| UnusableFile(error.to_string()))?;
    Ok((keys, path))
}
