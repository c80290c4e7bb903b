//! `wardline redis backup`: the data of an estate, encrypted under the keys of the configuration.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use std::sync::Arc;
use wardline_estate::Role;
use wardline_estate::backup::{self, Backup, NewKey, Source};
use wardline_estate::certificates::CertificateFiles;
use wardline_estate::description::{Estate, Topology};
use wardline_estate::lab::Lab;
use wardline_estate::link::{Credentials, Link, LinkTls, list_of, text_of};
use wardline_kernel::SystemClock;
use wardline_phi::KeyProvider;

use super::wait;
use crate::commands::config_args::ConfigArgs;
use crate::config::Environment;
use crate::exit::{Outcome, UsageError};
use crate::outside;
use crate::private_file;
use crate::terminal;

/// Copy the data of an estate, encrypted; look through a copy; bring it back.
#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Copy what every master has into a new folder, encrypted. Servers and Wardline go on meanwhile.
    Create(CreateArgs),
    /// Open every part of a backup, and say what it is.
    Verify(VerifyArgs),
    /// Put a backup in the place of a lab's data, or one of its shards into the data folder of a server that does not run.
    Restore(RestoreArgs),
}

/// What `redis backup create` takes.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// The folder to make
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// The folder of a lab that runs
    #[arg(long, value_name = "DIR", conflicts_with = "estate")]
    dir: Option<PathBuf>,
    /// The description of an estate
    #[arg(
        long,
        value_name = "FILE",
        requires = "clients",
        requires = "password_file"
    )]
    estate: Option<PathBuf>,
    /// The folder with the administrator's certificate: ca.pem, admin.pem, admin.key
    #[arg(long, value_name = "DIR")]
    clients: Option<PathBuf>,
    /// The file with the administrator's password
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What `redis backup verify` takes.
#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// The backup's folder
    backup: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What `redis backup restore` takes.
#[derive(Args, Debug)]
pub(crate) struct RestoreArgs {
    /// The backup's folder
    backup: PathBuf,
    /// The folder of a lab that runs; all its data is replaced
    #[arg(long, value_name = "DIR", conflicts_with = "into")]
    dir: Option<PathBuf>,
    /// Keep the sessions that it holds. One that was revoked since it was made lives again
    #[arg(long, requires = "dir")]
    keep_sessions: bool,
    /// The data folder of a server that does not run and has no data
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Which shard, from 0
    #[arg(long, value_name = "N", default_value_t = 0, requires = "into")]
    shard: usize,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs a `redis backup` command.
pub(super) fn run(command: BackupCommand) -> anyhow::Result<Outcome> {
    match command {
        BackupCommand::Create(args) => create(&args)?,
        BackupCommand::Verify(args) => {
            let backup = open(&args.backup, &args.config)?;
            let sizes = backup.verify()?;
            terminal::print(&shown(&backup, &sizes))?;
        }
        BackupCommand::Restore(args) => restore(&args)?,
    }
    Ok(Outcome::Done)
}

fn create(args: &CreateArgs) -> anyhow::Result<()> {
    let provider = provider(&args.config)?;
    let key = NewKey::make(provider.as_ref()).context("no key can be made for the backup")?;
    let sizes = match (&args.dir, &args.estate, &args.clients, &args.password_file) {
        (Some(dir), ..) => {
            let lab = Lab::open(dir)?;
            wait(async { Ok(lab.back_up(key, &args.to, &SystemClock).await?) })?
        }
        (None, Some(estate), Some(clients), Some(password_file)) => {
            let estate = Estate::read(estate)?;
            let files = CertificateFiles::in_folder(clients, Role::Admin.name());
            let tls = if estate.settings.tls {
                Some(LinkTls::read(&files)?)
            } else {
                None
            };
            let password = private_file::read(password_file)?;
            let credentials = Credentials {
                user: Role::Admin.name(),
                password: password.trim_end(),
            };
            let access = (tls.as_ref(), credentials);
            wait(async {
                let sources = sources(&estate, access).await?;
                let what = (estate.topology, sources.as_slice());
                Ok(backup::create(what, access, key, &args.to, &SystemClock).await?)
            })?
        }
        _ => {
            return Err(UsageError(
                "name a lab with --dir, or an estate with --estate, --clients and --password-file"
                    .to_owned(),
            )
            .into());
        }
    };
    let bytes: u64 = sizes.iter().sum();
    terminal::print(&format!(
        "{}: {} of {bytes} bytes, encrypted. `wardline redis backup verify` opens it.\n",
        args.to.display(),
        count(sizes.len(), "shard")
    ))?;
    Ok(())
}

/// The masters of an estate, each asked itself.
async fn sources(
    estate: &Estate,
    (tls, credentials): (Option<&LinkTls>, Credentials<'_>),
) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for node in &estate.nodes {
        let mut link = Link::connect(node.address, tls, credentials).await?;
        let role = link.call(&["ROLE"]).await?;
        if list_of(&role).first().and_then(text_of).as_deref() != Some("master") {
            continue;
        }
        let mut slots = Vec::new();
        if estate.topology == Topology::Cluster {
            let nodes = link.text(&["CLUSTER", "NODES"]).await?;
            let own = nodes.lines().find(|line| line.contains("myself"));
            let own = own.map_or(Vec::new(), |own| own.split_whitespace().skip(8).collect());
            slots.extend(own.into_iter().map(str::to_owned));
            if slots.is_empty() {
                continue;
            }
        }
        sources.push(Source {
            address: node.address,
            slots,
        });
    }
    if estate.topology == Topology::Cluster || sources.len() == 1 {
        return Ok(sources);
    }
    anyhow::bail!(
        "{} say that they are master, and there must be one: look with `sentinel get-master-addr-by-name` first",
        count(sources.len(), "server")
    )
}

fn restore(args: &RestoreArgs) -> anyhow::Result<()> {
    let backup = open(&args.backup, &args.config)?;
    let said = match (&args.dir, &args.into) {
        (Some(dir), _) => {
            let lab = Lab::open(dir)?;
            wait(async { Ok(lab.restore(&backup, args.keep_sessions).await?) })?;
            let sessions = if args.keep_sessions {
                "Sessions are those of the backup: one that was revoked since lives again."
            } else {
                "Sessions have ended."
            };
            format!("The lab has the data of the backup. {sessions}\n")
        }
        (None, Some(into)) => {
            let bytes = backup.place(args.shard, into)?;
            format!(
                "{bytes} bytes are in {}. Start the server, and end the sessions before Wardline starts.\n",
                into.display()
            )
        }
        (None, None) => {
            return Err(UsageError(
                "name a lab with --dir, or a server's data folder with --into".to_owned(),
            )
            .into());
        }
    };
    terminal::print(&said)?;
    Ok(())
}

fn provider(config: &ConfigArgs) -> anyhow::Result<Arc<dyn KeyProvider>> {
    let config = config.load()?.config;
    Ok(outside::keys(&config, &Environment::of_process())?.provider)
}

fn open(folder: &Path, config: &ConfigArgs) -> anyhow::Result<Backup> {
    Ok(Backup::open(folder, provider(config)?.as_ref())?)
}

fn shown(backup: &Backup, sizes: &[u64]) -> String {
    let manifest = backup.manifest();
    let made_at = i64::try_from(manifest.made_at_unix_ms).unwrap_or(i64::MAX);
    let made_at = jiff::Timestamp::from_millisecond(made_at)
        .map_or_else(|_| "an unknown time".to_owned(), |at| at.to_string());
    let mut text = format!("Made at {made_at}, whole.\n");
    for (number, (slots, bytes)) in manifest.shards.iter().zip(sizes).enumerate() {
        let slots = if slots.is_empty() {
            String::new()
        } else {
            format!(", slots {}", slots.join(" "))
        };
        // Writing to a string cannot fail.
        let _ok = writeln!(text, "Shard {number}: {bytes} bytes{slots}");
    }
    text
}

fn count(number: usize, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}
