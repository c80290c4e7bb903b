//! `wardline session`: people who are signed in to an application.

mod act;
mod list;
mod show;
mod view;
mod watch;

use clap::Subcommand;

use crate::exit::Outcome;

/// List, show, lock and end the sessions of people who are signed in.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionCommand {
    /// List live sessions, newest first.
    List(list::ListArgs),
    /// Show a session.
    Show(show::ShowArgs),
    /// Count live sessions.
    Count(list::CountArgs),
    /// End sessions: one, or all of a user.
    Revoke(act::RevokeArgs),
    /// Deny every check of a session until it is unlocked.
    Lock(act::ActArgs),
    /// Let a locked session pass again. Needs the scope sessions:write.
    Unlock(act::ActArgs),
    /// Show what happens to sessions, as it happens.
    Watch(watch::WatchArgs),
}

/// Runs a `session` command.
pub(crate) fn run(command: &SessionCommand) -> anyhow::Result<Outcome> {
    match command {
        SessionCommand::List(args) => list::run(args),
        SessionCommand::Show(args) => show::run(args),
        SessionCommand::Count(args) => list::count(args),
        SessionCommand::Revoke(args) => act::revoke(args),
        SessionCommand::Lock(args) => act::lock(args),
        SessionCommand::Unlock(args) => act::unlock(args),
        SessionCommand::Watch(args) => watch::run(args),
    }
}
