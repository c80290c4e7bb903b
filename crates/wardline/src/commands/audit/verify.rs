//! `wardline audit verify`: by a running server, on the data directory of a stopped one, or on archived segments.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value as Json, json};

use super::offline;
use super::view::Line;
use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, print_json};

/// What `audit verify` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline audit verify --anchor checkpoint-of-monday.txt\n  \
                  wardline audit verify --data /var/lib/wardline/data\n  \
                  wardline audit verify --archive /mnt/archive --verifier-key verifier.txt\n  \
                  wardline audit verify --archive-of-config --config /etc/wardline/wardline.toml\n\n\
                  The exit code is 7 when something is wrong; the first bad record is named."
)]
pub(crate) struct VerifyArgs {
    /// A checkpoint that was kept elsewhere, as often as needed: a history without it is found
    #[arg(long = "anchor", value_name = "FILE")]
    anchors: Vec<PathBuf>,
    /// Begin at the segment of this record; what lies before is held against the signed roots only
    #[arg(long, value_name = "RECORD", conflicts_with_all = ["data", "archive", "archive_of_config"])]
    from_record: Option<u64>,
    /// The data directory of a server that is stopped; no server is asked
    #[arg(long, value_name = "DIR", conflicts_with = "archive")]
    pub(super) data: Option<PathBuf>,
    /// A folder of archived segments; no server is asked
    #[arg(long, value_name = "DIR")]
    pub(super) archive: Option<PathBuf>,
    /// The archive that the configuration names, such as a bucket of S3; no server is asked
    #[arg(long, conflicts_with_all = ["data", "archive"])]
    pub(super) archive_of_config: bool,
    /// The file with the verifier keys, one a line [else those of audit.key_file]
    #[arg(long, value_name = "FILE")]
    pub(super) verifier_key: Option<PathBuf>,
    /// The configuration that names audit.key_file
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn run(args: &VerifyArgs) -> anyhow::Result<Outcome> {
    let anchors = args.anchors.iter().map(|path| {
        std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the checkpoint {}", path.display()))
    });
    let anchors = anchors.collect::<anyhow::Result<Vec<_>>>()?;
    let bar = bar();
    let answer = match (&args.data, &args.archive) {
        (Some(data), _) => offline::data(args, data, anchors, &bar)?,
        (None, Some(archive)) => offline::archive(args, archive, &anchors, &bar)?,
        (None, None) if args.archive_of_config => offline::archive_of_config(args, &anchors, &bar)?,
        (None, None) => online(args, &anchors, &bar)?,
    };
    bar.finish_and_clear();
    let line: Line = view(answer.clone())?;
    if args.json {
        print_json(&answer)?;
    } else {
        terminal::print(&in_words(&line))?;
    }
    match (line.failed, line.verified) {
        (Some(failed), _) => bail!("the verification was not finished: {}", harmless(&failed)),
        (None, Some(true)) => Ok(Outcome::Done),
        (None, _) => Ok(Outcome::Findings),
    }
}

/// Asks a server, and gives the last line of its answer.
fn online(args: &VerifyArgs, anchors: &[String], bar: &ProgressBar) -> anyhow::Result<Json> {
    let mut body = json!({ "anchors": anchors });
    if let (Some(record), Some(object)) = (args.from_record, body.as_object_mut()) {
        object.insert("from_record".to_owned(), record.into());
    }
    let mut last = None;
    let client = args.client.client()?;
    client.lines("/v1/audit/verify", &body, &mut |value| {
        let line: Line = view(value.clone())?;
        if let Some(of) = line.of {
            tell(bar, line.records, Some(of));
        } else {
            last = Some(value);
        }
        Ok(())
    })?;
    last.context("the server ended the answer before the verification was done; run it again")
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

/// Says how far it is.
pub(super) fn tell(bar: &ProgressBar, records: u64, of: Option<u64>) {
    bar.set_message(match of {
        Some(of) => format!("{records} of {of} records"),
        None => format!("{records} records"),
    });
    bar.tick();
}

fn in_words(line: &Line) -> String {
    let checkpoints = line.checkpoints.unwrap_or_default();
    match &line.finding {
        None if line.failed.is_some() => String::new(),
        None => format!(
            "Nothing is wrong: {} records and {checkpoints} checkpoints{}.\n",
            line.records,
            match line.archived {
                Some(archived) if archived > 0 => {
                    format!(", and {archived} archived records by their roots")
                }
                _ => String::new(),
            }
        ),
        Some(finding) if finding.through == u64::MAX => {
            format!("no record can be told: {}\n", harmless(&finding.fault))
        }
        Some(finding) if finding.from == finding.through => format!(
            "record {}: {}\n{} records before it and {checkpoints} checkpoints are good.\n",
            finding.from,
            harmless(&finding.fault),
            line.records.min(finding.from)
        ),
        Some(finding) => format!(
            "records {} to {}: {}\n",
            finding.from,
            finding.through,
            harmless(&finding.fault)
        ),
    }
}
