//! `wardline redis functions`: what Wardline calls on the servers, loaded by an administrator.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use wardline_store_redis::{Login, Redis, Topology, library};

use super::wait;
use crate::commands::config_args::ConfigArgs;
use crate::exit::{Outcome, UnusableFile};
use crate::terminal;

/// Load the functions that Wardline calls on the servers.
#[derive(Debug, Subcommand)]
pub(crate) enum FunctionsCommand {
    /// Load them on every master, in place of older ones. Wardline goes on meanwhile.
    Load(LoadArgs),
    /// Print them, for whoever loads them otherwise.
    Print,
}

/// What `redis functions load` takes.
#[derive(Args, Debug)]
pub(crate) struct LoadArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// A user that may load functions: the administrator, not Wardline's own
    #[arg(
        long,
        value_name = "NAME",
        default_value = "admin",
        requires = "password_file"
    )]
    user: String,
    /// The file with that user's password alone
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Runs a `redis functions` command.
pub(super) fn run(command: &FunctionsCommand) -> anyhow::Result<Outcome> {
    match command {
        FunctionsCommand::Load(args) => load(args),
        FunctionsCommand::Print => {
            terminal::print(&library::source())?;
            Ok(Outcome::Done)
        }
    }
}

fn load(args: &LoadArgs) -> anyhow::Result<Outcome> {
    let config = args.config.load()?.config;
    let settings = config.redis.settings(config.node.name.as_str());
    let mut settings = settings.map_err(UnusableFile)?;
    if let Some(password_file) = &args.password_file {
        let admin = Login {
            user: args.user.clone(),
            password_file: password_file.clone(),
        };
        if let Topology::Sentinel { login, .. } = &mut settings.topology {
            *login = Some(admin.clone());
        }
        settings.login = Some(admin);
    }
    let loaded = wait(async {
        Redis::load_functions(settings)
            .await
            .context("the functions are not loaded on every master")
    })?;
    let mut text = String::new();
    for address in loaded {
        // Writing to a string cannot fail.
        let _ok = writeln!(text, "{address} has the functions.");
    }
    terminal::print(&text)?;
    Ok(Outcome::Done)
}
