//! `wardline serve`.

use clap::Args;

use crate::commands::config_args::ConfigArgs;
use crate::exit::Outcome;

/// What `serve` takes.
#[derive(Args, Debug)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

/// Runs the server until it is told to stop.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<Outcome> {
    let loaded = args.config.load()?;
    crate::telemetry::start(&loaded.config.log)?;
    anyhow::bail!("this build has no server yet")
}
