//! `wardline audit checkpoint` and `prove`: what others check the trail with.

use std::io::Write as _;

use clap::Args;

use crate::client::{ClientArgs, query};
use crate::exit::Outcome;
use crate::terminal::{print_json, stdout};

/// What `audit checkpoint` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline audit checkpoint | mail -s \"audit checkpoint\" privacy@hospital.example"
)]
pub(crate) struct CheckpointArgs {
    #[command(flatten)]
    client: ClientArgs,
}

/// What `audit prove` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline audit prove --record 4711 --size 20000\n  wardline audit prove --old-size 20000\n\n\
                  The answer is JSON; docs/guides/audit.md says how it is checked."
)]
pub(crate) struct ProveArgs {
    /// Prove that this record is in the trail
    #[arg(
        long,
        required_unless_present = "old_size",
        conflicts_with = "old_size"
    )]
    record: Option<u64>,
    /// Prove that the trail of so many records is the beginning of the trail now
    #[arg(long, value_name = "RECORDS")]
    old_size: Option<u64>,
    /// The size of the checkpoint to prove against [else that of the newest]
    #[arg(long, value_name = "RECORDS")]
    size: Option<u64>,
    #[command(flatten)]
    client: ClientArgs,
}

pub(super) fn checkpoint(args: &CheckpointArgs) -> anyhow::Result<Outcome> {
    let note = args.client.client()?.get_bytes("/v1/audit/checkpoint")?;
    let mut out = stdout();
    out.write_all(&note)?;
    out.flush()?;
    Ok(Outcome::Done)
}

pub(super) fn run(args: &ProveArgs) -> anyhow::Result<Outcome> {
    let size = args.size.map(|size| size.to_string());
    let path = if let Some(record) = args.record {
        let query = query(&[("size", size)]);
        format!("/v1/audit/records/{record}/proof{query}")
    } else {
        let old = args.old_size.map(|size| size.to_string());
        let query = query(&[("old_size", old), ("size", size)]);
        format!("/v1/audit/consistency{query}")
    };
    print_json(&args.client.client()?.get(&path)?)?;
    Ok(Outcome::Done)
}
