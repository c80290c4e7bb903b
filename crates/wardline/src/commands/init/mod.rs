//! `wardline init`: a configuration to start from, keys, and a first API token.

mod written;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use wardline_phi::{ApiToken, KeyFile};
use wardline_server::http::auth::{Scope, TokenEntry};

use crate::commands::audit;
use crate::commands::token::write_token;
use crate::config::{FILE_NAME, reference};
use crate::exit::Outcome;
use crate::roles::FIRST_ROLES;
use crate::terminal;
use crate::tokens;
use written::Written;

const CHANNEL: &str = include_str!("adt-in.toml");
/// The file of roles, beside the configuration.
const ROLES: &str = "roles.toml";
/// The first token: for the person who sets Wardline up.
const FIRST_TOKEN: &str = "admin";

/// What `init` takes.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  wardline init\n  wardline init /etc/wardline")]
pub(crate) struct InitArgs {
    /// Where to write; made if it does not exist
    #[arg(default_value = ".")]
    directory: PathBuf,
}

/// Where each file goes.
struct Layout {
    config: PathBuf,
    channel: PathBuf,
    keys: PathBuf,
    tokens: PathBuf,
    token: PathBuf,
    roles: PathBuf,
    audit_key: PathBuf,
}

impl Layout {
    /// The names are those of the configuration's defaults.
    fn below(directory: &Path) -> Self {
        Self {
            config: directory.join(FILE_NAME),
            channel: directory.join("channels/adt-in.toml"),
            keys: directory.join("keys.txt"),
            tokens: directory.join("tokens.toml"),
            token: directory.join(format!("{FIRST_TOKEN}.token")),
            roles: directory.join(ROLES),
            audit_key: directory.join("audit-key.txt"),
        }
    }

    fn all(&self) -> [&Path; 7] {
        [
            &self.config,
            &self.channel,
            &self.keys,
            &self.tokens,
            &self.token,
            &self.roles,
            &self.audit_key,
        ]
    }
}

/// Writes the files, all of them or none.
pub(crate) fn run(args: &InitArgs) -> anyhow::Result<Outcome> {
    lay_out(&args.directory)?;
    terminal::print(&next_steps(&Layout::below(&args.directory)))?;
    Ok(Outcome::Done)
}

/// Writes the files below a directory, all of them or none.
pub(crate) fn lay_out(directory: &Path) -> anyhow::Result<()> {
    let layout = Layout::below(directory);
    refuse_to_overwrite(&layout)?;
    let mut written = Written::default();
    write(directory, &layout, &mut written).inspect_err(|_| written.take_back())
}

fn refuse_to_overwrite(layout: &Layout) -> anyhow::Result<()> {
    let present: Vec<_> = layout
        .all()
        .into_iter()
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| path.display().to_string())
        .collect();
    if present.is_empty() {
        return Ok(());
    }
    bail!(
        "there already: {}; nothing was written. Choose another directory, or move away what is there",
        present.join(", ")
    )
}

fn write(directory: &Path, layout: &Layout, written: &mut Written) -> anyhow::Result<()> {
    written.folder(directory)?;
    written.folder(&directory.join("channels"))?;
    written.private_folder(&directory.join("data"))?;
    KeyFile::generate()?.write_new(&layout.keys)?;
    written.note(&layout.keys);
    audit::new_key(&layout.audit_key, None)?;
    written.note(&layout.audit_key);
    let token = ApiToken::generate()?;
    let entry = TokenEntry {
        name: FIRST_TOKEN.into(),
        hash: token.hash(),
        scopes: vec![
            Scope::Admin,
            Scope::Phi,
            Scope::BedsRead,
            Scope::BedsWrite,
            Scope::VitalsWrite,
        ],
        created_at: tokens::now(),
        expires_at: None,
    };
    tokens::write_new(&layout.tokens, &[entry])?;
    written.note(&layout.tokens);
    write_token(&layout.token, &token)?;
    written.note(&layout.token);
    written.file(&layout.channel, CHANNEL)?;
    written.file(&layout.roles, FIRST_ROLES)?;
    written
        .file(&layout.config, &configuration())
        .context("the configuration")
}

/// Every setting with its default, and the file of roles named.
fn configuration() -> String {
    let named = format!("roles_file = \"{ROLES}\"");
    reference::template().replace("#roles_file = \"\"", &named)
}

fn next_steps(layout: &Layout) -> String {
    let path = |path: &Path| path.display().to_string();
    let (config, keys, token) = (
        path(&layout.config),
        path(&layout.keys),
        path(&layout.token),
    );
    let (channel, tokens, roles, audit_key) = (
        path(&layout.channel),
        path(&layout.tokens),
        path(&layout.roles),
        path(&layout.audit_key),
    );
    format!(
        "Written:
  {config}  the configuration; every line that is commented out shows a default
  {channel}  an example channel, listening on 127.0.0.1:2575
  {keys}  the keys, for your eyes only: keep a copy elsewhere, nothing stored can be read without it
  {audit_key}  signs the audit trail, for your eyes only: keep it apart from the store's backups
  {tokens}  hashes of API tokens
  {roles}  roles of sessions: what each may do
  {token}  the first API token, for your eyes only

Next:
  wardline config check --config {config}
  wardline serve --config {config}
and in another terminal:
  wardline hl7 send 127.0.0.1:2575 message.hl7
  wardline message list --token-file {token}
"
    )
}
