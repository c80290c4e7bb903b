//! `wardline redis render`: the files of every node.

use std::path::PathBuf;

use clap::Args;
use wardline_estate::description::Estate;
use wardline_estate::render;
use wardline_estate::secrets::Secrets;

use crate::exit::Outcome;
use crate::terminal;

/// What `redis render` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  wardline redis render estate.toml --out rendered\n\nWrites rendered/NODE/redis.conf, \
                  sentinel.conf, users.acl and a systemd unit for each node, and rendered/secrets/ROLE, the \
                  passwords, made the first time and kept afterwards."
)]
pub(crate) struct RenderArgs {
    /// The description of the estate
    estate: PathBuf,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Runs it.
pub(super) fn run(args: &RenderArgs) -> anyhow::Result<Outcome> {
    let estate = Estate::read(&args.estate)?;
    let secrets = Secrets::read_or_make(&args.out.join("secrets"))?;
    render::write_all(&estate, &secrets, &args.out)?;
    let names = estate.nodes.iter().chain(&estate.sentinels);
    let names: Vec<&str> = names.map(|node| node.name.as_str()).collect();
    terminal::print(&format!(
        "Written for {}: {}.\nPasswords: {}. Copy each node its own folder to {}, the description beside it as \
         estate.toml; keep the passwords where only who needs them reads them.\n",
        estate.name,
        names.join(", "),
        args.out.join("secrets").display(),
        estate.places.configuration.display(),
    ))?;
    Ok(Outcome::Done)
}
