//! `wardline serve`: everything that runs until it is told to stop.
//!
//! `node` puts the parts together and takes them apart in order.

mod archiver;
mod backups;
mod copying;
mod insight;
mod leash;
mod node;
mod notices;
mod ownership;
mod parts;
mod policies;
mod provider;
mod recorded;
mod records;
mod room;
mod standby;
mod stores;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::Args;
use tokio::sync::Notify;

use crate::commands::config_args::ConfigArgs;
use crate::config::{Environment, Loaded};
use crate::exit::{Outcome, UnusableFile};
use crate::files;
use crate::lifecycle::{self, Systemd};
use crate::outside;
use wardline_store_redis::End;

use node::{Node, NodeSettings};
use stores::Stores;

const EXAMPLES: &str = "\
Examples:
  wardline serve
  wardline serve --config /etc/wardline/wardline.toml
  kill -HUP PID      read channel files, tokens, policies and certificates again; a wrong file changes nothing";

/// What `serve` takes.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Stop when standard input closes: for whoever starts this process and may end before it
    #[arg(long)]
    stop_with_stdin: bool,
}

/// Runs the server until it is told to stop.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<Outcome> {
    let loaded = args.config.load()?;
    crate::telemetry::start(&loaded.config.log)?;
    let settings = settings(loaded)?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let outcome = runtime.block_on(serve(settings, args.stop_with_stdin));
    // What is still being delivered stays stored; waiting for its partner would hold up the stop.
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

fn settings(loaded: Loaded) -> anyhow::Result<NodeSettings> {
    let config = &loaded.config;
    let environment = Environment::of_process();
    let keys = outside::keys(config, &environment)?;
    if let Some(path) = &keys.path {
        outside::remove_unfinished(path);
    }
    let archive = outside::archive(config, &environment)?;
    let audit_keys = files::audit_keys(config).map_err(UnusableFile)?;
    Ok(NodeSettings {
        effective: loaded.effective,
        config: loaded.config,
        keys: Arc::new(keys),
        archive,
        audit_keys,
    })
}

async fn serve(settings: NodeSettings, stop_with_stdin: bool) -> anyhow::Result<Outcome> {
    let grace = Duration::from_secs(settings.config.shutdown.grace_seconds);
    let mut signals = if stop_with_stdin {
        lifecycle::signals_and_input()?
    } else {
        lifecycle::signals()?
    };
    let reread = Notify::new();
    let opening = Stores::open(&settings, &Systemd, &reread);
    let Some(stores) = lifecycle::before(opening, &mut signals, &Systemd, &reread).await else {
        return Ok(Outcome::Done);
    };
    let stores = stores?;
    let ownership = stores.ownership.clone();
    let serving = async {
        let node = Box::pin(Node::start(settings, stores)).await?;
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            http = %node.http_address(),
            "wardline takes messages"
        );
        lifecycle::run(&node, signals, &Systemd, grace).await;
        Ok(Outcome::Done)
    };
    tokio::select! {
        outcome = serving => {
            ownership.release().await;
            outcome
        }
        // At once, without finishing anything.
        end = ownership.ended() => Err(why_it_ends(end)),
    }
}

fn why_it_ends(end: End) -> anyhow::Error {
    match end {
        End::TakenOver => anyhow!(
            "another instance has taken over, as Redis was away from this one for longer than its lease; this one \
             stops, and stands by after its next start"
        ),
        End::Forgotten => anyhow!(
            "Redis has lost what it was told to keep: it was set back to an older state, or a replica that was behind \
             became master. The lines before this one name what is missing; this instance stops, and its next start \
             goes on from what is there. See docs/runbooks/redis-lost-data.md"
        ),
    }
}
