//! `wardline comply`: technical controls of a running server, as evidence for whoever asks.

mod check;

use clap::Subcommand;

use crate::exit::Outcome;

/// See which technical controls hold, and what shows it.
#[derive(Debug, Subcommand)]
pub(crate) enum ComplyCommand {
    /// Look at every technical control of a running server, with what shows it.
    ///
    /// A control passes, fails, is unknown where it cannot be known from inside, or has nothing here that it is about. It is
    /// evidence for an evaluation and no certificate; docs/compliance/hipaa.md says what each one looks at.
    Check(check::CheckArgs),
}

/// Runs a `comply` command.
pub(crate) fn run(command: ComplyCommand) -> anyhow::Result<Outcome> {
    match command {
        ComplyCommand::Check(args) => check::run(&args),
    }
}
