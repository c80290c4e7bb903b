//! `wardline user`: users and service accounts.

mod act;
mod create;
mod list;

use clap::Subcommand;

use crate::exit::Outcome;

/// List, make, change and keep out users and service accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// List users.
    List(list::ListArgs),
    /// Show a user.
    Show(list::ShowArgs),
    /// Make a user; with a token of the site the first one.
    Create(create::CreateArgs),
    /// Keep a user out: its sessions end, its keys hold no more.
    Disable(act::ActArgs),
    /// Take disabling back.
    Enable(act::ActArgs),
    /// Let a user sign in and do nothing.
    Suspend(act::ActArgs),
    /// Take suspending back.
    Unsuspend(act::ActArgs),
    /// Give a user other roles.
    Roles(act::RolesArgs),
    /// Give a user another password, read from standard input.
    Password(act::ActArgs),
    /// Take a user's second factor away, so that it enrols anew.
    ResetSecondFactor(act::ActArgs),
}

/// Runs a `user` command.
pub(crate) fn run(command: &UserCommand) -> anyhow::Result<Outcome> {
    match command {
        UserCommand::List(args) => list::run(args),
        UserCommand::Show(args) => list::show(args),
        UserCommand::Create(args) => create::run(args),
        UserCommand::Disable(args) => act::run(args, "disable"),
        UserCommand::Enable(args) => act::run(args, "enable"),
        UserCommand::Suspend(args) => act::run(args, "suspend"),
        UserCommand::Unsuspend(args) => act::run(args, "unsuspend"),
        UserCommand::Roles(args) => act::roles(args),
        UserCommand::Password(args) => act::password(args),
        UserCommand::ResetSecondFactor(args) => act::run(args, "reset-second-factor"),
    }
}
