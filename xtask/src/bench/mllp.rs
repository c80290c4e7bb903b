//! Acknowledged messages a second, beside two libraries whose servers answer and keep nothing.

use anyhow::Result;

use super::load::{Load, Report, Until};
use super::options::Options;
use super::peer::Peer;
use super::programs::Programs;
use super::table::{Table, whole};
use super::wardline::Wardline;
use super::{empty_folder, machine, record};
use crate::say;

const CONNECTIONS: [u64; 3] = [1, 16, 64];
const WARM_UP: Until = Until::Seconds(1);
/// The place of each server in a row of results.
const SERVERS: [&str; 3] = ["wardline", "@medplum/hl7", "python-hl7"];

/// Measures and prints; writes the figures down when asked to.
pub(super) fn run(options: &Options) -> Result<()> {
    let about = machine::sentence()?;
    let programs = say::step("build", Programs::build)?;
    let folder = empty_folder("mllp")?;
    let (medplum, python) = say::step("peers", || Ok((Peer::medplum_hl7()?, Peer::python_hl7()?)))?;
    let wardline = Wardline::initialise(&programs.wardline, &folder, &[])?;
    let running = wardline.start()?;
    let ports = [wardline.mllp_port, medplum.port, python.port];

    let (seconds, rounds) = (
        options.number("seconds", 5),
        options.number("rounds", 3).max(1),
    );
    let depth = options.number("depth", 1);
    let mut run = 0;
    let mut measure = |port, connections, until| {
        run += 1;
        let patients = 1_000;
        Load {
            program: &programs.load,
            port,
            run,
            connections,
            depth,
            patients,
        }
        .put(until)
    };
    let mut results = Vec::new();
    for connections in CONNECTIONS {
        let title = format!("{connections} connections, {rounds} rounds of {seconds} s");
        let row = say::step(&title, || {
            let mut reports = SERVERS.map(|_| Vec::new());
            for _ in 0..rounds {
                for (port, reports) in ports.iter().zip(&mut reports) {
                    measure(*port, connections, WARM_UP)?;
                    reports.push(measure(*port, connections, Until::Seconds(seconds))?);
                }
            }
            Ok(reports.map(middle))
        })?;
        results.push((connections, row));
    }
    let memory = running.peak_memory_bytes()?;
    running.stop()?;

    let text = format!(
        "{about}\n\n1 KiB ADT^A08 of 1 000 patients, {depth} on their way on each connection; the middle of {rounds} \
         rounds of {seconds} s by its rate. Wardline parses, checks for duplicates, seals, indexes and syncs before it \
         answers; the libraries answer and keep nothing. Peak memory of Wardline: {}.\n\n{}\n{}",
        super::table::megabytes(memory),
        table(&results).markdown(),
        goals(&results),
    );
    say::text(&format!("\n{text}"));
    if options.has("record") {
        record::write("MLLP intake", &text)
    } else {
        Ok(())
    }
}

/// The report whose rate is in the middle.
fn middle(mut reports: Vec<Report>) -> Option<Report> {
    reports.sort_by(|one, other| one.rate.total_cmp(&other.rate));
    let place = reports.len() / 2;
    reports.into_iter().nth(place)
}

type Results = [(u64, [Option<Report>; 3])];

fn table(results: &Results) -> Table {
    let mut table = Table::new(&[
        "server",
        "connections",
        "acknowledged/s",
        "p50 ms",
        "p99 ms",
        "max ms",
        "wardline is",
    ]);
    for (connections, row) in results {
        let ours = row
            .first()
            .and_then(Option::as_ref)
            .map_or(0.0, |report| report.rate);
        for (server, report) in SERVERS.iter().zip(row) {
            let Some(report) = report else { continue };
            table.row(vec![
                (*server).to_owned(),
                connections.to_string(),
                whole(report.rate),
                format!("{:.2}", report.p50_ms),
                format!("{:.2}", report.p99_ms),
                format!("{:.1}", report.max_ms),
                format!("{:.1} x", ours / report.rate),
            ]);
        }
    }
    table
}

/// One line for each goal: what was asked for and what was reached.
fn goals(results: &Results) -> String {
    let mut lines = Vec::new();
    for (connections, row) in results {
        let [Some(ours), Some(medplum), _] = row else {
            continue;
        };
        let ratio = ours.rate / medplum.rate;
        let wanted = match connections {
            16 => Some(2.0),
            64 => Some(4.0),
            _ => None,
        };
        if let Some(wanted) = wanted {
            let goal = format!("at least {wanted} times @medplum/hl7");
            lines.push((connections, goal, ratio >= wanted, format!("{ratio:.1}")));
        }
        let goal = "99 of 100 answers within 25 ms".to_owned();
        lines.push((
            connections,
            goal,
            ours.p99_ms < 25.0,
            format!("{:.1} ms", ours.p99_ms),
        ));
        let goal = "every message acknowledged".to_owned();
        let left = ours.not_acknowledged;
        lines.push((connections, goal, left == 0, format!("{left} were not")));
    }
    let line = |(connections, goal, is_reached, figure): (&u64, String, bool, String)| {
        let word = if is_reached { "reached" } else { "missed" };
        format!("- {connections} connections, {goal}: {word} ({figure})\n")
    };
    lines.into_iter().map(line).collect()
}
