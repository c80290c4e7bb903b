//! What is done with the key file itself, while no service runs.

use anyhow::bail;
use clap::Args;
use serde_json::json;
use wardline_phi::KeyProvider as _;

use crate::commands::config_args::ConfigArgs;
use crate::config::Environment;
use crate::exit::Outcome;
use crate::outside::{self, KeySet};
use crate::terminal::{self, print_json};

/// What `keys show` takes.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What `keys seal-index` takes.
#[derive(Args, Debug)]
pub(crate) struct SealIndexArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) fn show(args: &ShowArgs) -> anyhow::Result<Outcome> {
    let keys = open(&args.config)?;
    let path = keys.path.as_deref().map(std::path::Path::display);
    let path = path.map_or_else(|| "the environment".to_owned(), |path| path.to_string());
    let of_file = keys.file.provider(None);
    let version = of_file.and_then(|file| file.current_version().ok());
    let version = version.map(|version| version.0);
    let sealed: Vec<String> = keys
        .file
        .sealed_by()
        .iter()
        .map(ToString::to_string)
        .collect();
    let holder = keys.provider.holder().as_str();
    if args.json {
        print_json(&json!({
            "file": path, "key_encryption_key_version": version, "wraps": holder, "index_sealed_by": sealed,
        }))?;
        return Ok(Outcome::Done);
    }
    let version = version.map_or_else(|| "none".to_owned(), |version| format!("version {version}"));
    let sealed = if sealed.is_empty() {
        "in clear".to_owned()
    } else {
        sealed.join(", ")
    };
    terminal::print(&format!(
        "file: {path}\nkey-encryption key in the file: {version}\ndata keys are wrapped by: {holder}\nroot of the blind \
         indexes: {sealed}\n"
    ))?;
    Ok(Outcome::Done)
}

pub(super) fn rotate(config: &ConfigArgs) -> anyhow::Result<Outcome> {
    let keys = open(config)?;
    let holder = keys.provider.holder();
    let version = keys.provider.rotate()?;
    let next = match keys.path {
        Some(path) if holder == wardline_phi::KekHolder::KeyFile => format!(
            "Version {version} of the key-encryption key is in {}.\nNext: copy the file to where its copy is kept, then \
             start Wardline; it moves the data keys.\n",
            path.display()
        ),
        _ => format!(
            "{holder} has version {version} of the key-encryption key.\nNext: start Wardline; it moves the data keys.\n"
        ),
    };
    terminal::print(&next)?;
    Ok(Outcome::Done)
}

pub(super) fn seal_index(args: &SealIndexArgs) -> anyhow::Result<Outcome> {
    let keys = open(&args.config)?;
    let Some(path) = &keys.path else {
        bail!(
            "the keys do not come from a file that can be written; seal the index in the file, then bring it here"
        );
    };
    if keys.provider.holder() == wardline_phi::KekHolder::KeyFile {
        bail!(
            "`keys.provider` is \"file\": in the key file itself a wrapped root would be no safer; set it to a key service"
        );
    }
    let changed = outside::reseal(path, keys.provider.as_ref())?;
    terminal::print(&format!(
        "{changed} roots of the blind indexes were wrapped by {}; they stand in {} so.\nNext: start Wardline, and when \
         `wardline keys status` shows nothing under key-file, and no backup needs them, take the `kek` lines out of the \
         file. Copies of the file from before hold the root in clear.\n",
        keys.provider.holder(),
        path.display()
    ))?;
    Ok(Outcome::Done)
}

fn open(config: &ConfigArgs) -> anyhow::Result<KeySet> {
    let config = config.load()?.config;
    Ok(outside::keys(&config, &Environment::of_process())?)
}
