//! Which messages: the flags that searches and jobs share.

use std::io::{self, Read as _};

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Map, Value as Json};

/// Bytes of an identifier at most; the server takes no more.
const MAX_IDENTIFIER_BYTES: u64 = 4_096;
/// Stands for standard input.
const STDIN: &str = "-";

/// Which messages; every flag that is given must match.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Which messages")]
pub(crate) struct FilterArgs {
    /// Received on this channel
    #[arg(long)]
    channel: Option<String>,
    /// Of this type (MSH-9): ADT^A01, or ADT for every ADT event
    #[arg(long = "type", value_name = "TYPE")]
    message_type: Option<String>,
    /// MSH-10, exactly as it was sent
    #[arg(long, value_name = "ID")]
    control_id: Option<String>,
    /// A number of the patient, such as the MRN; `-` reads it from standard input, where others on this
    /// machine cannot see it
    #[arg(long, value_name = "NUMBER")]
    patient: Option<String>,
    /// The visit's number; `-` as above
    #[arg(long, value_name = "NUMBER")]
    visit: Option<String>,
    /// An order's number; `-` as above
    #[arg(long, value_name = "NUMBER")]
    accession: Option<String>,
    /// Received at this time or later, such as 2026-11-21T08:30:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Received before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

impl FilterArgs {
    /// The filter as the API takes it.
    ///
    /// # Errors
    /// When an identifier cannot be read from standard input.
    pub(crate) fn to_json(&self) -> anyhow::Result<Json> {
        let from_stdin = [&self.patient, &self.visit, &self.accession]
            .into_iter()
            .filter(|value| value.as_deref() == Some(STDIN))
            .count();
        if from_stdin > 1 {
            bail!("standard input can hold one identifier only");
        }
        let mut filter = Map::new();
        for (name, value) in [
            ("channel", &self.channel),
            ("message_type", &self.message_type),
            ("control_id", &self.control_id),
            ("received_from", &self.from),
            ("received_until", &self.until),
        ] {
            if let Some(value) = value {
                filter.insert(name.to_owned(), Json::String(value.clone()));
            }
        }
        for (name, value) in [
            ("patient", &self.patient),
            ("visit", &self.visit),
            ("accession", &self.accession),
        ] {
            if let Some(value) = value {
                filter.insert(name.to_owned(), Json::String(identifier(value)?));
            }
        }
        Ok(Json::Object(filter))
    }

    /// Whether any flag was given.
    pub(crate) fn is_given(&self) -> bool {
        let Self {
            channel,
            message_type,
            control_id,
            patient,
            visit,
            accession,
            from,
            until,
        } = self;
        [
            channel,
            message_type,
            control_id,
            patient,
            visit,
            accession,
            from,
            until,
        ]
        .into_iter()
        .any(Option::is_some)
    }

    /// The channel, if it was given.
    pub(crate) fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }
}

fn identifier(value: &str) -> anyhow::Result<String> {
    if value != STDIN {
        return Ok(value.to_owned());
    }
    let mut text = String::new();
    io::stdin()
        .lock()
        .take(MAX_IDENTIFIER_BYTES)
        .read_to_string(&mut text)
        .context("cannot read the identifier from standard input")?;
    Ok(text.trim().to_owned())
}
