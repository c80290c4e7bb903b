//! `wardline audit`: the audit trail.

mod key;

use clap::Subcommand;

use crate::exit::Outcome;
pub(crate) use key::new_key;

/// The trail of who did what to whose records.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Make, show or renew the key that signs the trail's checkpoints.
    #[command(subcommand)]
    Key(key::KeyCommand),
}

/// Runs an `audit` command.
pub(crate) fn run(command: AuditCommand) -> anyhow::Result<Outcome> {
    match command {
        AuditCommand::Key(command) => key::run(command),
    }
}
