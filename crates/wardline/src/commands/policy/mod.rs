//! `wardline policy`: who may do what, and why.

mod check;
mod explain;
mod matrix;
mod set;
mod show;

use clap::Subcommand;

use crate::exit::Outcome;

/// Show, check and explain who may do what.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Show the policies that a server decides by, in words.
    Show(show::ShowArgs),
    /// Say what the policies answer to a question, and why.
    Explain(explain::ExplainArgs),
    /// Check a folder of policy files before it is used. Needs no server.
    Check(check::CheckArgs),
    /// Print which role may do what, as a table worked out from the policies. Needs no server.
    Matrix(matrix::MatrixArgs),
}

/// Runs a `policy` command.
pub(crate) fn run(command: &PolicyCommand) -> anyhow::Result<Outcome> {
    match command {
        PolicyCommand::Show(args) => show::run(args),
        PolicyCommand::Explain(args) => explain::run(args),
        PolicyCommand::Check(args) => check::run(args),
        PolicyCommand::Matrix(args) => matrix::run(args),
    }
}
