//! `wardline bed`: live beds in the terminal. Not a primary alarm, and every view says so.
//!
//! `view` is what is needed of a bed's JSON and how it becomes a line; `watch` redraws from the stream.

mod act;
mod list;
mod show;
mod view;
mod watch;

use clap::Subcommand;

use crate::exit::Outcome;

/// Show beds, and say what is done with them.
#[derive(Debug, Subcommand)]
pub(crate) enum BedCommand {
    /// List beds with their patients' newest values and scores; with --watch as they change.
    List(list::ListArgs),
    /// Show a bed: every value with its age, the score with its parts, what does not fit together.
    Show(show::ShowArgs),
    /// Say in what state an empty bed is.
    Status(act::StatusArgs),
    /// Say who looks after a bed.
    Nurses(act::NursesArgs),
    /// Say that somebody has seen the band that stands.
    Acknowledge(act::AcknowledgeArgs),
}

/// Runs a `bed` command.
pub(crate) fn run(command: BedCommand) -> anyhow::Result<Outcome> {
    match command {
        BedCommand::List(args) => list::run(&args),
        BedCommand::Show(args) => show::run(&args),
        BedCommand::Status(args) => act::status(&args),
        BedCommand::Nurses(args) => act::nurses(&args),
        BedCommand::Acknowledge(args) => act::acknowledge(&args),
    }
}
