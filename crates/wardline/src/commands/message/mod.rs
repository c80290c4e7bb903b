//! `wardline message`: messages on a running server.

mod filter;
mod list;
mod replay;
mod show;
mod view;

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use crate::client::ClientArgs;
use crate::exit::Outcome;
use crate::terminal::stdout;

pub(crate) use filter::FilterArgs;
pub(crate) use show::show as show_message;
pub(crate) use view::MessageHead;

/// Find, show and replay messages on a running server.
#[derive(Debug, Subcommand)]
pub(crate) enum MessageCommand {
    /// Find messages, newest first.
    List(list::ListArgs),
    /// Show a message: what it says, what became of it, what partners answered.
    Show(show::ShowArgs),
    /// Print a message's bytes exactly as they came. Needs the scope phi.
    Raw(RawArgs),
    /// Deliver stored messages again.
    Replay(replay::ReplayArgs),
}

/// What `message raw` takes.
#[derive(Args, Debug)]
pub(crate) struct RawArgs {
    /// The message's id
    #[arg(value_parser = crate::commands::place::message_id)]
    id: u64,
    /// Write to this new file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    client: ClientArgs,
}

/// Runs a `message` command.
pub(crate) fn run(command: MessageCommand) -> anyhow::Result<Outcome> {
    match command {
        MessageCommand::List(args) => list::run(&args),
        MessageCommand::Show(args) => show::run(&args),
        MessageCommand::Raw(args) => raw(&args),
        MessageCommand::Replay(args) => replay::run(&args),
    }
}

fn raw(args: &RawArgs) -> anyhow::Result<Outcome> {
    let bytes = args
        .client
        .client()?
        .get_bytes(&format!("/v1/messages/{}/raw", args.id))?;
    if let Some(path) = &args.output {
        let context = || format!("cannot write {}", path.display());
        let mut file = crate::private_file::create(path).with_context(context)?;
        file.write_all(&bytes).with_context(context)?;
        return Ok(Outcome::Done);
    }
    let mut out = stdout();
    if std::io::stdout().is_terminal() {
        // A carriage return would have each segment overwrite the one before, and more could be obeyed.
        let text = String::from_utf8_lossy(&bytes)
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        for line in text.lines() {
            writeln!(out, "{}", crate::terminal::harmless(line))?;
        }
    } else {
        out.write_all(&bytes)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}
