//! `wardline hl7 parse`: what is in messages.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use wardline_hl7::Message;

use super::character_set::CharacterSetArg;
use super::input::{self, Place};
use super::tree;
use crate::exit::Outcome;
use crate::terminal::{self, harmless, stdout};

/// What `hl7 parse` takes.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  wardline hl7 parse message.hl7\n  \
                        wardline hl7 parse --json folder/ | jq .message_type\n\n\
                        Files may hold one message, several, a batch, or a recording of MLLP. The exit \
                        code is 7 when a message could not be read.")]
pub(crate) struct ParseArgs {
    /// Files or folders; standard input when none is given
    files: Vec<PathBuf>,
    /// Print one JSON object per message
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    character_set: CharacterSetArg,
}

/// Shows the messages. One that cannot be read does not keep the others from being shown.
pub(super) fn run(args: &ParseArgs) -> anyhow::Result<Outcome> {
    let mut out = stdout();
    let mut outcome = Outcome::Done;
    for file in input::files(&args.files)? {
        for found in file.messages()? {
            match args.character_set.read(&found.message) {
                Ok(message) if args.json => {
                    serde_json::to_writer(&mut out, &tree::to_json(&message))?;
                    writeln!(out)?;
                }
                Ok(message) => show(&mut out, &found.place, &message)?,
                Err(error) => {
                    outcome = Outcome::Findings;
                    out.flush()?;
                    terminal::complain(&format!("{}: cannot be read: {error}", found.place));
                }
            }
        }
    }
    out.flush()?;
    Ok(outcome)
}

fn show(out: &mut impl Write, place: &Place, message: &Message<'_>) -> io::Result<()> {
    let header = message.header();
    writeln!(
        out,
        "{place}: {} version {}, {} segments, {} bytes, {}",
        harmless(&header.message_type()),
        harmless(&message.decode(header.version().bytes())),
        message.segments().len(),
        message.raw().len(),
        message.charset().name(),
    )?;
    for warning in tree::warnings(message) {
        writeln!(out, "warning: {warning}")?;
    }
    tree::write(out, message)?;
    writeln!(out)
}
