//! `wardline keys`: who holds the key-encryption key, a new one, and the move of the data keys to it. It never shows a key.

mod file;
mod service;
mod view;

use clap::Subcommand;

use crate::exit::Outcome;

const EXAMPLES: &str = "\
Examples:
  wardline keys status              what each key-encryption key still wraps
  wardline keys rotate              a new one, and all data keys moved to it, while the service runs
  wardline keys rotate --offline    a new one in the key file of a service that is stopped
  wardline keys seal-index          have the key service wrap the root of the blind indexes";

/// See and change the keys that wrap data keys.
#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub(crate) enum KeysCommand {
    /// Say what each key-encryption key wraps, by a running service.
    Status(service::StatusArgs),
    /// Make a new key-encryption key and move all data keys to it, while the service runs.
    ///
    /// What is sealed is not touched. With a key file: copy it to where its copy is kept at once, as what is sealed
    /// from now on needs the new key. Older ones stay until nothing, and no backup, needs them.
    Rotate(service::RotateArgs),
    /// Move all data keys to the current key-encryption key, while the service runs.
    ///
    /// Cut short, it is begun again, and does what is left.
    Rewrap(service::RewrapArgs),
    /// Say which key-encryption key the key file has. No service is asked.
    Show(file::ShowArgs),
    /// Have the key service wrap the root of the blind indexes, in the key file of a service that is stopped.
    SealIndex(file::SealIndexArgs),
}

/// Runs a `keys` command.
pub(crate) fn run(command: KeysCommand) -> anyhow::Result<Outcome> {
    match command {
        KeysCommand::Status(args) => service::status(&args),
        KeysCommand::Rotate(args) if args.offline => file::rotate(&args.config),
        KeysCommand::Rotate(args) => service::rotate(&args),
        KeysCommand::Rewrap(args) => service::rewrap(&args),
        KeysCommand::Show(args) => file::show(&args),
        KeysCommand::SealIndex(args) => file::seal_index(&args),
    }
}
