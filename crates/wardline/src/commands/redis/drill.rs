//! `wardline redis drill`: break a lab on purpose, and say what its clients saw.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use wardline_estate::drill::{self, Drill, DrillSpec, Durability, MAX_WRITERS, Report};
use wardline_estate::lab::Lab;
use wardline_kernel::SystemClock;

use super::lab::{SizeArgs, spec_of};
use super::{TopologyName, wait};
use crate::exit::{Outcome, UsageError};
use crate::terminal::{self, table};

/// What is broken, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum DrillName {
    /// A master is killed
    Failover,
    /// A master is replaced as planned
    Switchover,
    /// A master hangs
    Freeze,
    /// A master is cut off from all other servers; clients still reach it
    Partition,
    /// A replica is killed
    ReplicaLoss,
    /// A Sentinel is killed, and then the master
    SentinelLoss,
    /// Slots move from one master of a Cluster to another
    Reshard,
    /// Every server is restarted, one after the other
    RollingRestart,
}

impl From<DrillName> for Drill {
    fn from(name: DrillName) -> Self {
        match name {
            DrillName::Failover => Self::Failover,
            DrillName::Switchover => Self::Switchover,
            DrillName::Freeze => Self::Freeze,
            DrillName::Partition => Self::Partition,
            DrillName::ReplicaLoss => Self::ReplicaLoss,
            DrillName::SentinelLoss => Self::SentinelLoss,
            DrillName::Reshard => Self::Reshard,
            DrillName::RollingRestart => Self::RollingRestart,
        }
    }
}

/// When a client counts a write as acknowledged.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum DurabilityName {
    /// When a replica has it too
    Replicated,
    /// When the master says so: shows what is lost then
    Memory,
}

/// What `redis drill` takes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  wardline redis drill failover --topology sentinel --report drills\n  wardline redis drill \
                  switchover --dir lab\n  wardline redis drill partition --topology sentinel --namespaces --durability \
                  memory\n\nExit code 7 when something acknowledged was lost, doubled or out of order, or when a master \
                  that was none any more took writes."
)]
pub(crate) struct DrillArgs {
    /// What is broken
    #[arg(value_enum)]
    drill: DrillName,
    /// The folder of a lab that runs
    #[arg(long, value_name = "DIR", conflicts_with = "topology")]
    dir: Option<PathBuf>,
    /// Raise a lab for this drill, and end it afterwards
    #[arg(long, value_enum)]
    topology: Option<TopologyName>,
    /// When a write counts as acknowledged
    #[arg(long, value_enum, default_value = "replicated")]
    durability: DurabilityName,
    /// Writers of each of the three patterns
    #[arg(long, value_name = "N", default_value_t = 4)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_WRITERS)))]
    writers: u16,
    /// Writes a second of each writer, when nothing is slow
    #[arg(long, value_name = "N", default_value_t = 100)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1000))]
    writes_per_second: u16,
    /// Do it so often, one after the other
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=100))]
    runs: u16,
    /// A folder for the report: Markdown, JSON, and a page with a picture
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    size: SizeArgs,
}

/// Runs it.
pub(super) fn run(args: &DrillArgs) -> anyhow::Result<Outcome> {
    match (&args.dir, args.topology) {
        (Some(dir), _) => drill_lab(args, &Lab::open(dir)?),
        (None, Some(topology)) => {
            let folder = tempfile::tempdir().context("cannot make a folder for the lab")?;
            let spec = spec_of(topology, &args.size, folder.path());
            let lab = wait(async { Ok(Lab::up(spec).await?) })?;
            drill_lab(args, &lab)
        }
        (None, None) => Err(UsageError(
            "name a lab that runs with --dir, or have one raised with --topology".to_owned(),
        )
        .into()),
    }
}

fn drill_lab(args: &DrillArgs, lab: &Lab) -> anyhow::Result<Outcome> {
    let spec = DrillSpec {
        durability: match args.durability {
            DurabilityName::Replicated => Durability::Replicated,
            DurabilityName::Memory => Durability::Memory,
        },
        writers: args.writers,
        interval: Duration::from_secs(1) / u32::from(args.writes_per_second),
        ..DrillSpec::new(args.drill.into())
    };
    let mut reports = Vec::new();
    for run in 1..=args.runs {
        let report = wait(async { Ok(drill::run(lab, &spec, &SystemClock).await?) })?;
        if let Some(folder) = &args.report {
            write(&report, folder, run, args.runs)?;
        }
        reports.push(report);
    }
    if args.json {
        terminal::print_json(&reports)?;
    } else if let [report] = reports.as_slice() {
        terminal::print(&report.markdown())?;
    } else {
        terminal::print(&summary(&reports))?;
    }
    Ok(if reports.iter().all(|report| report.findings.is_empty()) {
        Outcome::Done
    } else {
        Outcome::Findings
    })
}

fn write(report: &Report, folder: &Path, run: u16, runs: u16) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let number = if runs == 1 {
        String::new()
    } else {
        format!("-{run}")
    };
    let name = format!("drill-{}{number}", report.drill.name());
    for (ending, text) in [
        ("md", report.markdown()),
        ("json", report.json()?),
        ("html", report.html()),
    ] {
        let path = folder.join(format!("{name}.{ending}"));
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Several runs in a table, with median and worst.
fn summary(reports: &[Report]) -> String {
    let mut rows = table(&[
        "RUN",
        "OUTAGE",
        "LOST",
        "TWICE",
        "OUT OF ORDER",
        "CHANGE",
        "STALE",
        "UNCONFIRMED",
        "OWN STALE",
    ]);
    let dash = |value: Option<u64>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
    for (run, report) in (1..).zip(reports) {
        let sum = |count: fn(&drill::PatternVerdict) -> u64| {
            report.patterns.iter().map(count).sum::<u64>().to_string()
        };
        let run: usize = run;
        rows.add([
            run.to_string(),
            format!("{} ms", report.outage_ms()),
            report.lost().to_string(),
            sum(|pattern| pattern.duplicates),
            sum(|pattern| pattern.order_violations),
            dash(report.paused_ms),
            dash(report.stale_writes),
            report.unconfirmed().to_string(),
            dash(report.own_stale_writes),
        ]);
    }
    let mut outages: Vec<u64> = reports.iter().map(Report::outage_ms).collect();
    outages.sort_unstable();
    let median = outages.get(outages.len() / 2).copied().unwrap_or_default();
    let worst = outages.last().copied().unwrap_or_default();
    format!("{rows}\nOutage: median {median} ms, worst {worst} ms.\n")
}
