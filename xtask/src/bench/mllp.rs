//! Acknowledged messages a second, beside two libraries whose servers answer and keep nothing.

use anyhow::Result;

use super::load::{Load, Report, Until};
use super::options::Options;
use super::peer::Peer;
use super::programs::Programs;
use super::table::{Table, megabytes, real, whole};
use super::wardline::Wardline;
use super::{empty_folder, machine, record};
use crate::say;

const CONNECTIONS: [u64; 3] = [1, 16, 64];
const WARM_UP: Until = Until::Seconds(1);
const NAMES: [&str; 3] = ["wardline", "@medplum/hl7", "python-hl7"];

/// A server that is measured.
#[derive(Clone, Copy)]
struct Server {
    port: u16,
    process: u32,
}

/// What was measured of one server at one number of connections.
struct Measured {
    report: Report,
    /// Processor time of the server for one message. It says more than the rate on a busy machine.
    processor_us: f64,
}

/// For each number of connections, one result for each of [`NAMES`].
type Results = [(u64, [Option<Measured>; 3])];

/// Measures and prints; writes the figures down when asked to.
pub(super) fn run(options: &Options) -> Result<()> {
    let about = machine::sentence()?;
    let programs = say::step("build", Programs::build)?;
    let folder = empty_folder("mllp")?;
    let (medplum, python) = say::step("peers", || Ok((Peer::medplum_hl7()?, Peer::python_hl7()?)))?;
    let wardline = Wardline::initialise(&programs.wardline, &folder, &[])?;
    let running = wardline.start()?;
    let servers = [
        (wardline.mllp_port, running.id()),
        (medplum.port, medplum.id()),
        (python.port, python.id()),
    ]
    .map(|(port, process)| Server { port, process });

    let seconds = options.number("seconds", 5);
    let rounds = options.number("rounds", 3).max(1);
    let mut load = Load {
        program: &programs.load,
        port: 0,
        run: 0,
        connections: 0,
        depth: options.number("depth", 1),
        patients: 1_000,
    };
    let mut results = Vec::new();
    for connections in CONNECTIONS {
        let title = format!("{connections} connections, {rounds} rounds of {seconds} s");
        let row = say::step(&title, || {
            let mut measured = NAMES.map(|_| Vec::new());
            for _ in 0..rounds {
                for (server, measured) in servers.iter().zip(&mut measured) {
                    load = Load {
                        connections,
                        port: server.port,
                        ..load
                    };
                    measured.push(measure(&mut load, *server, seconds)?);
                }
            }
            Ok(measured.map(middle))
        })?;
        results.push((connections, row));
    }
    let memory = megabytes(running.peak_memory_bytes()?);
    running.stop()?;

    let text = format!(
        "{about}\n\n1 KiB ADT^A08 of 1 000 patients, {} on their way on each connection; the middle of {rounds} rounds \
         of {seconds} s by its rate. Wardline parses, checks for duplicates, seals, indexes and syncs before it answers; \
         the libraries answer and keep nothing. Peak memory of Wardline: {memory}.\n\n{}\n{}",
        load.depth,
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

/// One measurement, after a warm-up. Each run of the load has a number of its own.
fn measure(load: &mut Load<'_>, server: Server, seconds: u64) -> Result<Measured> {
    load.run += 1;
    load.put(WARM_UP)?;
    load.run += 1;
    let before = machine::processor_time(server.process)?;
    let report = load.put(Until::Seconds(seconds))?;
    let used = machine::processor_time(server.process)?.saturating_sub(before);
    let processor_us = used.as_secs_f64() * 1e6 / real(report.acknowledged.max(1));
    Ok(Measured {
        report,
        processor_us,
    })
}

/// The measurement whose rate is in the middle.
fn middle(mut measured: Vec<Measured>) -> Option<Measured> {
    measured.sort_by(|one, other| one.report.rate.total_cmp(&other.report.rate));
    let place = measured.len() / 2;
    measured.into_iter().nth(place)
}

fn table(results: &Results) -> Table {
    let mut table = Table::new(&[
        "server",
        "connections",
        "acknowledged/s",
        "p50 ms",
        "p99 ms",
        "max ms",
        "processor us each",
        "wardline is",
    ]);
    for (connections, row) in results {
        let ours = row
            .first()
            .and_then(Option::as_ref)
            .map_or(0.0, |ours| ours.report.rate);
        for (name, measured) in NAMES.iter().zip(row) {
            let Some(Measured {
                report,
                processor_us,
            }) = measured
            else {
                continue;
            };
            table.row(vec![
                (*name).to_owned(),
                connections.to_string(),
                whole(report.rate),
                format!("{:.2}", report.p50_ms),
                format!("{:.2}", report.p99_ms),
                format!("{:.1}", report.max_ms),
                whole(*processor_us),
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
        let (ours, medplum) = (&ours.report, &medplum.report);
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
