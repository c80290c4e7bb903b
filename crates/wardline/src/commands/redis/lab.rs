//! `wardline redis lab`: an estate on this machine.

mod connection;
mod told;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use wardline_estate::lab::{Lab, LabSpec, Network};
use wardline_estate::{SERVER_VARIABLE, status};
use wardline_store_redis::library;

use super::{TopologyName, wait};
use crate::exit::Outcome;
use crate::terminal::{self, print_json};

/// Raise a whole estate on this machine, look at it, change it, end it.
#[derive(Debug, Subcommand)]
pub(crate) enum LabCommand {
    /// Raise an estate and leave it running; print what is needed to connect.
    Up(UpArgs),
    /// Print what connects Wardline to it, as lines for a shell: `eval "$(wardline redis lab env --dir DIR)"`.
    Env(LabArgs),
    /// Show roles, lag, memory, eviction, slots and what a person should look at. Exit code 7 when there is something.
    Status(StatusArgs),
    /// End the servers that `lab up` started, and nothing else. The folder stays.
    Down(LabArgs),
    /// Move slots from one master of a Cluster to another.
    Reshard(ReshardArgs),
    /// Add a data node.
    AddNode(AddNodeArgs),
    /// Take a data node out.
    RemoveNode(NodeArgs),
    /// Replace a master as planned, losing nothing.
    Switchover(NodeArgs),
    /// End a server at once, as a power failure would.
    Kill(NodeArgs),
    /// Start a server that was ended, as replica of whoever is master now.
    Start(NodeArgs),
    /// Stop a server without ending it.
    Freeze(NodeArgs),
    /// Let a frozen server go on.
    Thaw(NodeArgs),
}

/// What `redis lab up` takes.
#[derive(Args, Debug)]
pub(crate) struct UpArgs {
    /// How the servers stand to each other
    #[arg(long, value_enum)]
    topology: TopologyName,
    #[command(flatten)]
    lab: LabArgs,
    #[command(flatten)]
    size: SizeArgs,
}

/// How large a lab is and where it stands.
#[derive(Args, Debug)]
pub(super) struct SizeArgs {
    /// Shards of a Cluster
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(3..=9))]
    shards: Option<u8>,
    /// Replicas of each master
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=5))]
    replicas: Option<u8>,
    /// Silence after which a server counts as down, in milliseconds
    #[arg(long, value_name = "MS")]
    down_after_ms: Option<u32>,
    /// Put each server into a network namespace, so that it can be cut off. Needs root
    #[arg(long)]
    namespaces: bool,
    /// Without TLS, to measure what it costs
    #[arg(long)]
    no_tls: bool,
    /// The server's program
    #[arg(long, value_name = "FILE", env = SERVER_VARIABLE, default_value = "redis-server")]
    redis_server: PathBuf,
}

/// Which lab.
#[derive(Args, Debug)]
pub(crate) struct LabArgs {
    /// The lab's folder
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
}

/// What `redis lab status` takes.
#[derive(Args, Debug)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    lab: LabArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What `redis lab reshard` takes.
#[derive(Args, Debug)]
pub(crate) struct ReshardArgs {
    #[command(flatten)]
    lab: LabArgs,
    /// The master that gives
    #[arg(long, value_name = "NODE")]
    from: String,
    /// The master that takes
    #[arg(long, value_name = "NODE")]
    to: String,
    /// How many slots
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=16_384))]
    slots: u16,
}

/// What `redis lab add-node` takes.
#[derive(Args, Debug)]
pub(crate) struct AddNodeArgs {
    #[command(flatten)]
    lab: LabArgs,
    /// In a Cluster, the master that it is to be a replica of; without, it is an empty master
    #[arg(long, value_name = "NODE")]
    replica_of: Option<String>,
}

/// A server of a lab.
#[derive(Args, Debug)]
pub(crate) struct NodeArgs {
    #[command(flatten)]
    lab: LabArgs,
    /// The server's name
    node: String,
}

/// Runs a `redis lab` command.
pub(super) fn run(command: LabCommand) -> anyhow::Result<Outcome> {
    match command {
        LabCommand::Up(args) => up(&args),
        LabCommand::Env(args) => {
            terminal::print(&connection::exports(&Lab::open(&args.dir)?))?;
            Ok(Outcome::Done)
        }
        LabCommand::Status(args) => show(&args),
        LabCommand::Down(args) => {
            Lab::open(&args.dir)?.down();
            say("The lab's servers have ended.")
        }
        LabCommand::Reshard(args) => {
            let lab = Lab::open(&args.lab.dir)?;
            let moved = wait(async { Ok(lab.reshard(&args.from, &args.to, args.slots).await?) })?;
            say(&format!(
                "{moved} slots have moved from {} to {}.",
                args.from, args.to
            ))
        }
        LabCommand::AddNode(args) => {
            let mut lab = Lab::open(&args.lab.dir)?;
            let name = wait(async { Ok(lab.add_node(args.replica_of.as_deref()).await?) })?;
            say(&format!("{name} is in."))
        }
        LabCommand::RemoveNode(args) => {
            let mut lab = Lab::open(&args.lab.dir)?;
            wait(async {
                lab.remove_node(&args.node).await?;
                Ok(lab.wait_until_whole().await?)
            })?;
            say(&format!("{} is out.", args.node))
        }
        LabCommand::Switchover(args) => {
            let lab = Lab::open(&args.lab.dir)?;
            let done = wait(async { Ok(lab.switch_over(&args.node).await?) })?;
            say(&format!(
                "{} is master; writers waited at most {} ms.",
                done.new_master, done.paused_ms
            ))
        }
        LabCommand::Kill(args) => {
            Lab::open(&args.lab.dir)?.kill(&args.node)?;
            say(&format!("{} has ended.", args.node))
        }
        LabCommand::Start(args) => {
            let lab = Lab::open(&args.lab.dir)?;
            wait(async { Ok(lab.restart(&args.node).await?) })?;
            say(&format!("{} runs.", args.node))
        }
        LabCommand::Freeze(args) => {
            Lab::open(&args.lab.dir)?.freeze(&args.node)?;
            say(&format!("{} hangs.", args.node))
        }
        LabCommand::Thaw(args) => {
            Lab::open(&args.lab.dir)?.thaw(&args.node)?;
            say(&format!("{} goes on.", args.node))
        }
    }
}

fn say(line: &str) -> anyhow::Result<Outcome> {
    terminal::print(&format!("{line}\n"))?;
    Ok(Outcome::Done)
}

/// What these arguments describe, in this folder.
pub(super) fn spec_of(topology: TopologyName, size: &SizeArgs, dir: &std::path::Path) -> LabSpec {
    let mut spec = LabSpec::new(topology.into(), dir);
    spec.masters = size.shards.unwrap_or(spec.masters);
    spec.replicas = size.replicas.unwrap_or(spec.replicas);
    if let Some(down_after_ms) = size.down_after_ms {
        spec.settings.down_after_ms = down_after_ms;
        spec.settings.node_timeout_ms = down_after_ms;
    }
    spec.settings.tls = !size.no_tls;
    spec.redis_server.clone_from(&size.redis_server);
    if size.namespaces {
        spec.network = Network::best();
    }
    spec
}

fn up(args: &UpArgs) -> anyhow::Result<Outcome> {
    if let Ok(running) = Lab::open(&args.lab.dir)
        && running.runs()
    {
        anyhow::bail!(
            "there is a lab that runs in {}; end it with `wardline redis lab down`",
            args.lab.dir.display()
        );
    }
    let spec = spec_of(args.topology, &args.size, &args.lab.dir);
    let lab = wait(async {
        let lab = Lab::up(spec).await?;
        lab.load_functions(&library::source()).await?;
        Ok(lab)
    })?;
    let told = told::connection(&lab);
    if args.size.namespaces && !lab.can_be_cut() {
        terminal::complain("this machine allows no network namespaces; the lab is on the loopback");
    }
    lab.leave_running();
    terminal::print(&told)?;
    Ok(Outcome::Done)
}

fn show(args: &StatusArgs) -> anyhow::Result<Outcome> {
    let lab = Lab::open(&args.lab.dir)?;
    let status = wait(async { Ok(status::look_at(&lab).await?) })?;
    if args.json {
        print_json(&status)?;
    } else {
        terminal::print(&told::status(&status))?;
    }
    Ok(if status.warnings.is_empty() {
        Outcome::Done
    } else {
        Outcome::Findings
    })
}
