//! `wardline hl7 get`: the values at paths.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value as Json};
use wardline_hl7::{Message, Path, Value};

use super::character_set::CharacterSetArg;
use super::input;
use crate::exit::{Outcome, UsageError};
use crate::terminal::{self, stdout};

/// What `hl7 get` takes.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  wardline hl7 get PID-3.1 message.hl7\n  \
                        wardline hl7 get MSH-10,MSH-9,PID-3[2].4.1 folder/\n  \
                        wardline hl7 get --json 'OBX[3]-5' < message.hl7\n\n\
                        Each message is a line, with a tab between values. A value is empty when the \
                        message says nothing, and \"\" when it asks to delete. Tabs and line breaks inside \
                        a value stand as \\t and \\n. The exit code is 7 when a message could not be read.")]
pub(crate) struct GetArgs {
    /// Paths with commas between them, such as PID-3.1,PID-5
    #[arg(required = true, value_name = "PATHS")]
    paths: String,
    /// Files or folders; standard input when none is given
    files: Vec<PathBuf>,
    /// Print one JSON object per message; null where the message says nothing
    #[arg(long)]
    json: bool,
    /// Print the bytes as they stand, without decoding characters and escapes
    #[arg(long, conflicts_with = "json")]
    raw: bool,
    #[command(flatten)]
    character_set: CharacterSetArg,
}

/// Prints the values. A message that cannot be read does not keep the others from being shown.
pub(super) fn run(args: &GetArgs) -> anyhow::Result<Outcome> {
    let paths = paths(&args.paths)?;
    let mut out = stdout();
    let mut outcome = Outcome::Done;
    for file in input::files(&args.files)? {
        for found in file.messages()? {
            match args.character_set.read(&found.message) {
                Ok(message) if args.json => writeln!(out, "{}", object(&message, &paths))?,
                Ok(message) => write_line(&mut out, &message, &paths, args.raw)?,
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

fn write_line(
    out: &mut impl Write,
    message: &Message<'_>,
    paths: &[Path],
    raw: bool,
) -> io::Result<()> {
    for (at, path) in paths.iter().enumerate() {
        if at > 0 {
            out.write_all(b"\t")?;
        }
        if raw {
            out.write_all(message.value(path).written())?;
        } else {
            out.write_all(text(message, path).as_bytes())?;
        }
    }
    out.write_all(b"\n")
}

fn paths(text: &str) -> Result<Vec<Path>, UsageError> {
    let path = |text: &str| {
        let text = text.trim();
        text.parse()
            .map_err(|error| UsageError(format!("path `{text}`: {error}")))
    };
    text.split(',').map(path).collect()
}

fn text(message: &Message<'_>, path: &Path) -> String {
    match message.value(path) {
        Value::Null => "\"\"".to_owned(),
        _ => message.text(path).map_or_else(String::new, |text| {
            text.replace('\\', "\\\\")
                .replace('\t', "\\t")
                .replace('\r', "\\r")
                .replace('\n', "\\n")
        }),
    }
}

fn object(message: &Message<'_>, paths: &[Path]) -> Json {
    let values = paths.iter().map(|path| {
        let value = match message.value(path) {
            Value::Null => Json::String("\"\"".to_owned()),
            _ => message
                .text(path)
                .map_or(Json::Null, |text| Json::String(text.into_owned())),
        };
        (path.to_string(), value)
    });
    Json::Object(values.collect::<Map<_, _>>())
}
