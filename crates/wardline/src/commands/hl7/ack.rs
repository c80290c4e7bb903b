//! `wardline hl7 ack`: the acknowledgement that answers a message.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use wardline_hl7::ack::{AckCode, Reply};
use wardline_hl7::{Header, mllp};

use super::character_set::CharacterSetArg;
use super::input;
use crate::exit::Outcome;
use crate::terminal::stdout;

/// What `hl7 ack` takes.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  wardline hl7 ack message.hl7\n  \
                        wardline hl7 ack --code ae --text 'try again after 22:00' message.hl7\n\n\
                        Separators, version and character set are answered in kind, MSA-2 is MSH-10 to the \
                        byte. A message whose header cannot be read is answered AR, with the place.")]
pub(crate) struct AckArgs {
    /// Files or folders; standard input when none is given
    files: Vec<PathBuf>,
    /// MSA-1
    #[arg(long, value_enum, default_value_t = Code::Aa)]
    code: Code,
    /// MSA-3, text for the people who run the sender
    #[arg(long)]
    text: Option<String>,
    /// Frame the answer for MLLP
    #[arg(long)]
    mllp: bool,
    #[command(flatten)]
    character_set: CharacterSetArg,
}

/// MSA-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Code {
    /// Accepted by the application
    Aa,
    /// Application error, may be retried
    Ae,
    /// Rejected by the application, may not be retried
    Ar,
    /// In safe storage
    Ca,
    /// Not in safe storage, may be retried
    Ce,
    /// Will never be stored as it is
    Cr,
}

impl From<Code> for AckCode {
    fn from(code: Code) -> Self {
        match code {
            Code::Aa => Self::Aa,
            Code::Ae => Self::Ae,
            Code::Ar => Self::Ar,
            Code::Ca => Self::Ca,
            Code::Ce => Self::Ce,
            Code::Cr => Self::Cr,
        }
    }
}

/// Writes the answers.
pub(super) fn run(args: &AckArgs) -> anyhow::Result<Outcome> {
    let mut out = stdout();
    let for_people = std::io::stdout().is_terminal() && !args.mllp;
    let now = jiff::Timestamp::now();
    let mut number = 0_u64;
    for file in input::files(&args.files)? {
        for found in file.messages()? {
            number += 1;
            let mut answer = answer(args, &found.message, now, number);
            if args.mllp {
                answer = mllp::encode(&answer)?.to_vec();
            } else if for_people {
                answer
                    .iter_mut()
                    .filter(|byte| **byte == b'\r')
                    .for_each(|byte| *byte = b'\n');
            }
            out.write_all(&answer)?;
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}

fn answer(args: &AckArgs, message: &[u8], now: jiff::Timestamp, number: u64) -> Vec<u8> {
    let timestamp = now.strftime("%Y%m%d%H%M%S+0000").to_string();
    // Short enough for the 20 characters that MSH-10 has up to v2.6.
    let control_id = format!("W{}-{number}", now.as_second());
    match Header::parse(message) {
        Ok(header) => {
            let reply = Reply::to(&header, args.code.into())
                .with_default_charset(args.character_set.charset());
            match &args.text {
                Some(text) => reply.text(text).write(&timestamp, &control_id),
                None => reply.write(&timestamp, &control_id),
            }
        }
        Err(error) => Reply::write_unreadable(&error, &timestamp, &control_id),
    }
}
