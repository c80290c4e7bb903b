//! `wardline unit`: units in numbers.

use std::collections::BTreeMap;
use std::io::Write as _;

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::client::{ClientArgs, view};
use crate::exit::Outcome;
use crate::terminal::{self, harmless, stdout, table};

/// Show units in numbers.
#[derive(Debug, Subcommand)]
pub(crate) enum UnitCommand {
    /// List units: beds by state, patients by band.
    List(ListArgs),
}

/// What `unit list` takes.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Print one JSON object per unit
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientArgs,
}

#[derive(Deserialize)]
struct Units {
    notice: String,
    items: Vec<Json>,
}

#[derive(Deserialize)]
struct Unit {
    id: String,
    beds: u64,
    by_state: BTreeMap<String, u64>,
    by_band: BTreeMap<String, u64>,
    incomplete: u64,
    unacknowledged: u64,
    contradicted: u64,
}

/// Runs a `unit` command.
pub(crate) fn run(command: UnitCommand) -> anyhow::Result<Outcome> {
    let UnitCommand::List(args) = command;
    let units: Units = view(args.client.client()?.get("/v1/units")?)?;
    if args.json {
        let mut out = stdout();
        for unit in &units.items {
            writeln!(out, "{unit}")?;
        }
        out.flush()?;
        return Ok(Outcome::Done);
    }
    let mut rows = table(&[
        "UNIT",
        "BEDS",
        "OCCUPIED",
        "CLEAN",
        "DIRTY",
        "HIGH",
        "MEDIUM",
        "LOW-MEDIUM",
        "NOT SEEN",
        "INCOMPLETE",
        "CONTRADICTED",
    ]);
    for unit in units.items {
        let unit: Unit = view(unit)?;
        let states = |names: &[&str]| {
            let counts = names.iter().filter_map(|name| unit.by_state.get(*name));
            counts.sum::<u64>().to_string()
        };
        let band = |name: &str| {
            unit.by_band
                .get(name)
                .copied()
                .unwrap_or_default()
                .to_string()
        };
        rows.add([
            harmless(&unit.id),
            unit.beds.to_string(),
            states(&["occupied", "pending_transfer", "pending_discharge"]),
            states(&["clean", "assigned"]),
            states(&["dirty", "cleaning"]),
            band("high"),
            band("medium"),
            band("low_medium"),
            unit.unacknowledged.to_string(),
            unit.incomplete.to_string(),
            unit.contradicted.to_string(),
        ]);
    }
    terminal::print(&format!("{}\n{rows}", harmless(&units.notice)))?;
    Ok(Outcome::Done)
}
