//! What a running service does with keys.

use std::time::Duration;

use anyhow::bail;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value as Json, json};

use super::view::{Keys, Rewrap, Rotated};
use crate::client::{Client, ClientArgs, view};
use crate::commands::config_args::ConfigArgs;
use crate::exit::Outcome;
use crate::terminal::{self, print_json};

const BETWEEN_LOOKS: Duration = Duration::from_millis(400);

/// What `keys status` takes.
#[derive(Args, Debug)]
pub(crate) struct StatusArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `keys rotate` takes.
#[derive(Args, Debug)]
pub(crate) struct RotateArgs {
    /// Do it where the key is held while the service is stopped; its next start moves the data keys
    #[arg(long)]
    pub(super) offline: bool,
    /// Do not wait until all data keys are moved
    #[arg(long, conflicts_with = "offline")]
    no_wait: bool,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    #[command(flatten)]
    client: ClientArgs,
}

/// What `keys rewrap` takes.
#[derive(Args, Debug)]
pub(crate) struct RewrapArgs {
    /// Do not wait until all data keys are moved
    #[arg(long)]
    no_wait: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn status(args: &StatusArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let answer = client.get("/v1/keys")?;
    let keys: Keys = view(answer.clone())?;
    if args.json {
        print_json(&answer)?;
    } else {
        terminal::print(&keys.in_words())?;
    }
    Ok(if keys.is_well() {
        Outcome::Done
    } else {
        Outcome::Findings
    })
}

pub(super) fn rotate(args: &RotateArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let rotated: Rotated = view(client.change("/v1/keys/rotate", &json!({}))?)?;
    terminal::print(&rotated.in_words())?;
    if args.no_wait {
        return Ok(Outcome::Done);
    }
    let answer = until_ended(&client, client.get("/v1/keys/rewrap")?)?;
    told(&view(answer)?)
}

pub(super) fn rewrap(args: &RewrapArgs) -> anyhow::Result<Outcome> {
    let client = args.client.client()?;
    let mut answer = client.change("/v1/keys/rewrap", &json!({}))?;
    if !args.no_wait {
        answer = until_ended(&client, answer)?;
    }
    if args.json {
        print_json(&answer)?;
        let rewrap: Rewrap = view(answer)?;
        return Ok(rewrap.outcome());
    }
    told(&view(answer)?)
}

fn told(rewrap: &Rewrap) -> anyhow::Result<Outcome> {
    if let Some(failure) = &rewrap.failure {
        bail!(
            "not all data keys were moved, and the older key-encryption key is still needed: {}",
            terminal::harmless(failure)
        );
    }
    terminal::print(&format!("{}\n", rewrap.progress()))?;
    Ok(rewrap.outcome())
}

/// Asks until it has ended, and gives the last answer.
fn until_ended(client: &Client, mut answer: Json) -> anyhow::Result<Json> {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    loop {
        let rewrap: Rewrap = view(answer.clone())?;
        if !rewrap.is_running() {
            bar.finish_and_clear();
            return Ok(answer);
        }
        bar.set_message(rewrap.progress());
        bar.tick();
        std::thread::sleep(BETWEEN_LOOKS);
        answer = client.get("/v1/keys/rewrap")?;
    }
}
