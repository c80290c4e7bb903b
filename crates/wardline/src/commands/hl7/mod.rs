//! `wardline hl7`: reading, answering and sending messages without a server.

mod ack;
mod character_set;
mod get;
mod input;
mod parse;
mod send;
mod tree;

use clap::Subcommand;

use crate::exit::Outcome;

/// Read, answer and send HL7 v2 messages.
#[derive(Debug, Subcommand)]
pub(crate) enum Hl7Command {
    /// Show what is in messages, as a tree or as JSON.
    Parse(parse::ParseArgs),
    /// Print the values at paths, one message a line.
    Get(get::GetArgs),
    /// Make the acknowledgement that answers a message.
    Ack(ack::AckArgs),
    /// Send files or folders over MLLP and show how they are answered.
    Send(send::SendArgs),
}

/// Runs an `hl7` command.
pub(crate) fn run(command: Hl7Command) -> anyhow::Result<Outcome> {
    match command {
        Hl7Command::Parse(args) => parse::run(&args),
        Hl7Command::Get(args) => get::run(&args),
        Hl7Command::Ack(args) => ack::run(&args),
        Hl7Command::Send(args) => send::run(args),
    }
}
