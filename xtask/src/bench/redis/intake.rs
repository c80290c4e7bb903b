//! HL7 messages that are acknowledged when they are durable: on Redis (every replica in line has them) and in the embedded
//! store (synced), one after the other under the same load.

use std::process::Command;

use anyhow::Result;

use super::super::empty_folder;
use super::super::load::{Load, Report, Until};
use super::super::options::Options;
use super::super::programs::Programs;
use super::super::table::{Table, megabytes, whole};
use super::super::wardline::Wardline;
use super::{WITH_TLS, name_of, raise};
use crate::say;

const CONNECTIONS: [u64; 2] = [16, 64];
const WARM_UP: Until = Until::Seconds(1);
const STORES: [&str; 3] = ["embedded", "Redis, TLS 1.3", "Redis, plain"];

/// What was measured of one store: a report for each of [`CONNECTIONS`], and the most memory that the instance held.
struct Measured {
    reports: Vec<Report>,
    peak_memory_bytes: u64,
}

pub(super) fn run(options: &Options, programs: &Programs) -> Result<String> {
    let seconds = options.number("seconds", 4);
    let rounds = options.number("rounds", 3).max(1);
    let mut measured = vec![say::step("intake, embedded", || {
        measure(programs, "embedded", &[], (seconds, rounds))
    })?];
    for tls in WITH_TLS {
        let title = format!("intake, {}", name_of(tls));
        measured.push(say::step(&title, || {
            let lab = raise(programs, "intake", tls)?;
            measure(programs, name_of(tls), &lab.environment, (seconds, rounds))
        })?);
    }
    Ok(format!(
        "1 KiB ADT^A08 of 1 000 patients, one on its way on each connection; the middle of {rounds} rounds of {seconds} s by \
         its rate. Redis: `replicated`, a master whose two replicas both confirm, and three Sentinels, all on this machine's \
         two cores with Wardline and the load; the append-only file is synced each second. Embedded: synced before each \
         answer.\n\n{}",
        table(&measured).markdown()
    ))
}

fn measure(
    programs: &Programs,
    name: &str,
    environment: &[(String, String)],
    (seconds, rounds): (u64, u64),
) -> Result<Measured> {
    let folder = empty_folder(&format!("redis-intake-of-{name}"))?;
    let wardline = Wardline::initialise(&programs.wardline, &folder, &[])?;
    let mut serve = Command::new(wardline.program());
    serve.envs(environment.iter().cloned());
    let running = wardline.start_below(&mut serve)?;
    let mut run = 0;
    let mut reports = Vec::new();
    for connections in CONNECTIONS {
        let mut of_rounds = Vec::new();
        for _ in 0..rounds {
            for until in [WARM_UP, Until::Seconds(seconds)] {
                run += 1;
                let load = Load {
                    program: &programs.load,
                    port: wardline.mllp_port,
                    run,
                    connections,
                    depth: 1,
                    patients: 1_000,
                };
                of_rounds.push(load.put(until)?);
            }
        }
        // The warm-ups are the first, the third, and so on.
        let mut counted: Vec<Report> = of_rounds.into_iter().skip(1).step_by(2).collect();
        counted.sort_by(|one, other| one.rate.total_cmp(&other.rate));
        let middle = counted.len() / 2;
        reports.extend(counted.into_iter().nth(middle));
    }
    let peak_memory_bytes = running.peak_memory_bytes()?;
    running.stop()?;
    Ok(Measured {
        reports,
        peak_memory_bytes,
    })
}

fn table(measured: &[Measured]) -> Table {
    let mut table = Table::new(&[
        "store",
        "connections",
        "acknowledged/s",
        "beside embedded",
        "p50 ms",
        "p99 ms",
        "max ms",
        "not acknowledged",
        "peak memory",
    ]);
    let embedded = |place: usize| {
        let report = measured.first().and_then(|first| first.reports.get(place));
        report.map_or(1.0, |report| report.rate)
    };
    for (place, connections) in CONNECTIONS.iter().enumerate() {
        for (store, measured) in STORES.iter().zip(measured) {
            let Some(report) = measured.reports.get(place) else {
                continue;
            };
            table.row(vec![
                (*store).to_owned(),
                connections.to_string(),
                whole(report.rate),
                format!("{:.2}", report.rate / embedded(place)),
                format!("{:.2}", report.p50_ms),
                format!("{:.2}", report.p99_ms),
                format!("{:.1}", report.max_ms),
                report.not_acknowledged.to_string(),
                megabytes(measured.peak_memory_bytes),
            ]);
        }
    }
    table
}
