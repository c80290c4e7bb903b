//! `wardline dlq edit`.

use std::io::Read as _;
use std::path::PathBuf;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use wardline_hl7::Path;

use crate::client::{ClientArgs, view};
use crate::commands::place::Place;
use crate::exit::{Outcome, UsageError};
use crate::terminal;

/// Bytes of a changed message at most.
const MAX_MESSAGE_BYTES: u64 = 64 * 1024 * 1024;
/// Stands for standard input.
const STDIN: &str = "-";

/// What `dlq edit` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline dlq edit adt-in/ehr/4711 --set PV1-3.1=WARD7\n  \
                        wardline message raw 4711 --output m.hl7\n  \
                        wardline dlq edit adt-in/ehr/4711 --message m.hl7\n\n\
                        Needs a token with the scopes operate and phi. The copy gets a new MSH-10 and the \
                        original as its parent. What names a patient is better given by --message than by \
                        --set, which others on this machine can see."
)]
pub(crate) struct EditArgs {
    /// The message at the destination
    #[arg(value_name = "CHANNEL/DESTINATION/ID")]
    place: Place,
    /// Set a value, as often as needed; the rest stays as it is, byte for byte
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = set_value)]
    values: Vec<(String, String)>,
    /// The whole changed message; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "values")]
    message: Option<PathBuf>,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Edited {
    id: u64,
}

pub(super) fn run(args: &EditArgs) -> anyhow::Result<Outcome> {
    let body = change(args)?;
    let answer = args
        .client
        .client()?
        .create(&format!("/v1/dead-letters/{}/edit", args.place), &body)?;
    let edited: Edited = view(answer)?;
    terminal::print(&format!(
        "The changed copy is message {}; it waits in the place of {}.\n",
        edited.id, args.place
    ))?;
    Ok(Outcome::Done)
}

fn change(args: &EditArgs) -> anyhow::Result<Json> {
    if let Some(path) = &args.message {
        let mut bytes = Vec::new();
        let read = if path.as_os_str() == STDIN {
            std::io::stdin()
                .lock()
                .take(MAX_MESSAGE_BYTES)
                .read_to_end(&mut bytes)
        } else {
            std::fs::File::open(path)
                .and_then(|file| file.take(MAX_MESSAGE_BYTES).read_to_end(&mut bytes))
        };
        read.with_context(|| format!("cannot read {}", path.display()))?;
        return Ok(json!({ "message_base64": STANDARD.encode(bytes) }));
    }
    if args.values.is_empty() {
        return Err(UsageError("what is to change? Give --set or --message".to_owned()).into());
    }
    let values: Vec<_> = args
        .values
        .iter()
        .map(|(path, value)| json!({ "path": path, "value": value }))
        .collect();
    Ok(json!({ "set": values }))
}

fn set_value(text: &str) -> Result<(String, String), String> {
    let (path, value) = text.split_once('=').ok_or("expected PATH=VALUE")?;
    path.parse::<Path>().map_err(|error| error.to_string())?;
    Ok((path.to_owned(), value.to_owned()))
}
