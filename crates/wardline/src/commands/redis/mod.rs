//! `wardline redis`: run the Redis that Wardline stands on. Needs no server of Wardline.

mod backup;
mod certs;
mod drill;
mod follow;
mod functions;
mod lab;
mod quicken;
mod render;
mod status;

use std::future::Future;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use wardline_estate::description::Topology;

use crate::exit::Outcome;

/// Render, raise, look at and break the Redis that Wardline stands on.
#[derive(Debug, Subcommand)]
pub(crate) enum RedisCommand {
    /// Write hardened configuration, users and systemd units of every node out of one description.
    Render(render::RenderArgs),
    /// Before a node starts: have it follow the master that the Sentinels name now.
    Follow(follow::FollowArgs),
    /// After a Sentinel has started: have it look as often as the estate needs, which it forgets when it ends.
    Quicken(quicken::QuickenArgs),
    /// Make the authority of an estate, its certificates, and new ones without downtime.
    #[command(subcommand)]
    Certs(certs::CertsCommand),
    /// Copy the data of an estate, encrypted; look through a copy; bring it back.
    #[command(subcommand)]
    Backup(backup::BackupCommand),
    /// Raise a whole estate on this machine, look at it, change it, end it.
    #[command(subcommand)]
    Lab(lab::LabCommand),
    /// Load the functions that Wardline calls on the servers.
    #[command(subcommand)]
    Functions(functions::FunctionsCommand),
    /// Show how the Redis of the configuration is: roles, lag, memory, slots, Sentinels, what to look at. Exit code 7 when
    /// there is something.
    Status(status::StatusArgs),
    /// Break a lab on purpose under traffic, and count what its clients saw.
    Drill(drill::DrillArgs),
}

/// Runs a `redis` command.
pub(crate) fn run(command: RedisCommand) -> anyhow::Result<Outcome> {
    match command {
        RedisCommand::Render(args) => render::run(&args),
        RedisCommand::Follow(args) => follow::run(&args),
        RedisCommand::Quicken(args) => quicken::run(&args),
        RedisCommand::Certs(command) => certs::run(command),
        RedisCommand::Backup(command) => backup::run(command),
        RedisCommand::Lab(command) => lab::run(command),
        RedisCommand::Functions(command) => functions::run(&command),
        RedisCommand::Status(args) => status::run(&args),
        RedisCommand::Drill(args) => drill::run(&args),
    }
}

/// How servers stand to each other, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum TopologyName {
    /// One server.
    Standalone,
    /// A master, replicas and Sentinels.
    Sentinel,
    /// A Redis Cluster.
    Cluster,
}

impl From<TopologyName> for Topology {
    fn from(name: TopologyName) -> Self {
        match name {
            TopologyName::Standalone => Self::Standalone,
            TopologyName::Sentinel => Self::Sentinel,
            TopologyName::Cluster => Self::Cluster,
        }
    }
}

/// Runs what waits for servers.
fn wait<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    runtime.block_on(work)
}
