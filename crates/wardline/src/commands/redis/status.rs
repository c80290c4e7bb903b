//! `wardline redis status`: how the estate is that the configuration names, asked as Wardline itself.

use std::fmt::Write as _;

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;
use wardline_server::insight::{DataServer, Redis as Estate, Role, Severity, Warning};
use wardline_store_redis::Redis;

use super::wait;
use crate::commands::config_args::ConfigArgs;
use crate::config::StoreKind;
use crate::exit::{Outcome, UnusableFile};
use crate::insight::estate_of_redis;
use crate::terminal::{self, print_json, table};

const MIB: u64 = 1024 * 1024;

/// What `redis status` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "The exit code is 7 when there is something to look at. It asks as the user of [redis], so it needs no \
                  running Wardline, and sees what Wardline sees.\n\nExamples:\n  wardline redis status\n  wardline redis status --json"
)]
pub(crate) struct StatusArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Shown<'a> {
    redis: &'a Estate,
    warnings: &'a [Warning],
}

/// Asks every server and shows what they say.
pub(super) fn run(args: &StatusArgs) -> anyhow::Result<Outcome> {
    let config = args.config.load()?.config;
    if config.store.kind != StoreKind::Redis {
        return Err(UnusableFile(
            "store.kind is embedded: there is no Redis to look at".to_owned(),
        )
        .into());
    }
    let settings = config.redis.settings(config.node.name.as_str());
    let settings = settings.map_err(UnusableFile)?;
    let survey = wait(async {
        let redis = Redis::connect(settings)
            .await
            .context("Redis cannot be used (section [redis])")?;
        Ok(redis.survey().await)
    })?;
    let (redis, warnings) = estate_of_redis(&survey);
    if args.json {
        print_json(&Shown {
            redis: &redis,
            warnings: &warnings,
        })?;
    } else {
        terminal::print(&told(&redis, &warnings))?;
    }
    let is_well = warnings.iter().all(|it| it.severity == Severity::Unseen);
    Ok(if is_well {
        Outcome::Done
    } else {
        Outcome::Findings
    })
}

fn told(redis: &Estate, warnings: &[Warning]) -> String {
    let mut servers = table(&[
        "ADDRESS", "ROLE", "MASTER", "IN LINE", "BEHIND", "HEARD", "MEMORY", "EVICTION", "VERSION",
        "SLOTS",
    ]);
    for server in &redis.servers {
        servers.add(row(server));
    }
    // Writing to a string cannot fail; the same below.
    let mut text = format!(
        "{}, acknowledged when {}\n\n{servers}\n",
        redis.topology,
        match redis.durability {
            "replicated" => format!("{} in line have it", replicas(redis.replicas_to_confirm)),
            "fsync" => match redis.replicas_to_confirm {
                0 => "it is on the master's disk".to_owned(),
                least => format!(
                    "it is on the disks of the master and of {}",
                    replicas(least)
                ),
            },
            _ => "the master has it in memory".to_owned(),
        }
    );
    if !redis.sentinels.is_empty() {
        let mut sentinels = table(&["SENTINEL", "NAMES", "THINKS", "QUORUM", "OTHERS"]);
        for sentinel in &redis.sentinels {
            sentinels.add([
                sentinel.address.clone(),
                sentinel.master.clone().unwrap_or_else(dash),
                if sentinel.silent_because.is_some() {
                    "silent".to_owned()
                } else {
                    sentinel.thinks.clone()
                },
                sentinel.quorum.to_string(),
                sentinel.others.to_string(),
            ]);
        }
        let _ok = write!(text, "\n{sentinels}\n");
    }
    text.push('\n');
    if warnings.is_empty() {
        text.push_str("Nothing to look at.\n");
    }
    for warning in warnings {
        let mark = match warning.severity {
            Severity::Broken => "BROKEN",
            Severity::Warning => "LOOK  ",
            Severity::Unseen => "unseen",
        };
        let place = warning
            .address
            .as_deref()
            .map_or_else(String::new, |at| format!("{at} "));
        let _ok = writeln!(text, "{mark}  {place}{}: {}", warning.what, warning.says);
    }
    text
}

fn replicas(count: u8) -> String {
    if count == 1 {
        "1 replica".to_owned()
    } else {
        format!("{count} replicas")
    }
}

fn dash() -> String {
    "-".to_owned()
}

fn row(server: &DataServer) -> [String; 10] {
    let memory = match server.max_memory_bytes {
        0 => format!("{} MiB", server.memory_bytes / MIB),
        max => format!("{} of {} MiB", server.memory_bytes / MIB, max / MIB),
    };
    let slots: Vec<String> = server
        .slots
        .iter()
        .map(|range| format!("{}-{}", range.first, range.last))
        .collect();
    [
        server.address.clone(),
        match server.role {
            Role::Master => "master",
            Role::Replica => "replica",
            Role::Silent => "silent",
        }
        .to_owned(),
        server.master.clone().unwrap_or_else(dash),
        match (server.role, server.replicas_in_line, server.is_in_line) {
            (Role::Master, Some(count), _) => count.to_string(),
            (_, _, Some(true)) => "yes".to_owned(),
            (_, _, Some(false)) => "no".to_owned(),
            _ => dash(),
        },
        server
            .behind_bytes
            .map_or_else(dash, |bytes| format!("{bytes} B")),
        server
            .heard_seconds_ago
            .map_or_else(dash, |seconds| format!("{seconds} s")),
        if server.role == Role::Silent {
            dash()
        } else {
            memory
        },
        if server.eviction.is_empty() {
            dash()
        } else {
            server.eviction.clone()
        },
        if server.version.is_empty() {
            dash()
        } else {
            server.version.clone()
        },
        if slots.is_empty() {
            dash()
        } else {
            slots.join(",")
        },
    ]
}
