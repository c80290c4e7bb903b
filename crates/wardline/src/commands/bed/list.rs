//! `wardline bed list`.

use std::io::Write as _;

use clap::Args;

use super::{view, watch};
use crate::client::{ClientArgs, items, query, view as read};
use crate::exit::Outcome;
use crate::terminal::{self, stdout};

/// Stands above every board.
pub(super) const NOTICE: &str =
    "Not for primary monitoring or diagnosis. Watch the patient and the bedside monitor.";

/// What `bed list` takes.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  wardline bed list --unit ICU --watch\n  \
                  wardline bed list --band medium\n  wardline bed list --json | jq .id")]
pub(crate) struct ListArgs {
    /// Of this unit, as `wardline unit list` shows it
    #[arg(long)]
    pub(super) unit: Option<String>,
    /// In this state, such as occupied, dirty or clean
    #[arg(long, conflicts_with = "watch")]
    state: Option<String>,
    /// With somebody whose band is at least this: low, low_medium, medium or high
    #[arg(long, conflicts_with = "watch")]
    band: Option<String>,
    /// With something that does not fit together
    #[arg(long, conflicts_with = "watch")]
    contradicted: bool,
    /// Looked after by this nurse
    #[arg(long, conflicts_with = "watch")]
    nurse: Option<String>,
    /// Go on and show beds as they change, the most urgent first
    #[arg(long)]
    watch: bool,
    /// Print one JSON object per bed
    #[arg(long, conflicts_with = "watch")]
    json: bool,
    #[command(flatten)]
    pub(super) client: ClientArgs,
}

pub(super) fn run(args: &ListArgs) -> anyhow::Result<Outcome> {
    if args.watch {
        return watch::run(args);
    }
    let client = args.client.client()?;
    let mut fetch = |cursor: Option<&str>, limit: usize| {
        let parts = [
            ("unit", args.unit.clone()),
            ("state", args.state.clone()),
            ("band", args.band.clone()),
            ("contradicted", args.contradicted.then(|| "true".to_owned())),
            ("nurse", args.nurse.clone()),
            ("cursor", cursor.map(str::to_owned)),
            ("limit", Some(limit.to_string())),
        ];
        client.get(&format!("/v1/beds{}", query(&parts)))
    };
    if args.json {
        let mut out = stdout();
        items(None, &mut fetch, &mut |bed| Ok(writeln!(out, "{bed}")?))?;
        out.flush()?;
        return Ok(Outcome::Done);
    }
    let mut rows = view::board();
    items(None, &mut fetch, &mut |bed| {
        let bed: view::Bed = read(bed)?;
        bed.add_to(&mut rows, 0);
        Ok(())
    })?;
    terminal::print(&format!("{NOTICE}\n{rows}"))?;
    Ok(Outcome::Done)
}
