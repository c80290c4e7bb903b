//! Puts load on any MLLP server: `load address=127.0.0.1:2575 connections=16 seconds=10`.
//!
//! Options, as `name=value`: `address`, `connections` (1), `depth` (1), `bytes` (1024), `patients` (64),
//! `run` (0), and `messages` or `seconds` (10 s). Prints one line of JSON; times are in microseconds, and
//! after a number of messages it names control id and MRN of some that were spread over the run.
#![expect(clippy::print_stdout, reason = "the report is the product")]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use wardline_simulator::load::{self, LoadEnd, LoadOptions, Report};

/// Messages that are named at the end.
const SAMPLES: u64 = 200;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let number = |name: &str, otherwise: u64| -> Result<u64, Box<dyn Error>> {
        Ok(arguments
            .get(name)
            .map_or(Ok(otherwise), |value| value.parse())?)
    };
    let address = arguments
        .get("address")
        .ok_or("address=HOST:PORT is missing")?
        .parse()?;
    let end = match arguments.get("messages") {
        Some(messages) => LoadEnd::Messages(messages.parse()?),
        None => LoadEnd::Elapsed(Duration::from_secs(number("seconds", 10)?)),
    };
    let options = LoadOptions {
        connections: number("connections", 1)?.try_into()?,
        depth: number("depth", 1)?.try_into()?,
        message_bytes: number("bytes", 1_024)?.try_into()?,
        patients: number("patients", 64)?.try_into()?,
        run: number("run", 0)?.try_into()?,
        end,
        ..LoadOptions::to(address)
    };
    let report = load::run(&options).await?;

    println!(
        "{{\"rate\":{:.1},\"sent\":{},\"acknowledged\":{},\"try_later\":{},\"refused\":{},\"unanswered\":{},\
         \"answers_out_of_order\":{},\"connections_lost\":{},\"seconds\":{:.3},\
         \"p50_us\":{},\"p99_us\":{},\"max_us\":{},\"samples\":[{}]}}",
        report.rate(),
        report.sent,
        report.acknowledged,
        report.try_later,
        report.refused,
        report.unanswered,
        report.answers_out_of_order,
        report.connections_lost,
        report.elapsed.as_secs_f64(),
        report.latency.p50().as_micros(),
        report.latency.p99().as_micros(),
        report.latency.max().as_micros(),
        samples(&options, &report).join(","),
    );
    Ok(())
}

/// Pairs of control id and MRN, as JSON.
fn samples(options: &LoadOptions, report: &Report) -> Vec<String> {
    let LoadEnd::Messages(messages) = options.end else {
        return Vec::new();
    };
    let connections = u64::from(options.connections);
    let each = (messages / connections).max(1);
    let sample = |place: u64| {
        // A prime far from the usual sizes spreads the numbers.
        let number = place * 7_919 % each;
        let connection = u32::try_from(place % connections).unwrap_or(0);
        let (patient, _) = report.numbering().place(connection, number);
        let control_id = report.numbering().control_id(connection, number);
        format!("[\"{control_id}\",\"{}\"]", report.numbering().mrn(patient))
    };
    (0..SAMPLES.min(messages)).map(sample).collect()
}

fn arguments() -> Result<BTreeMap<String, String>, String> {
    const KNOWN: [&str; 8] = [
        "address",
        "connections",
        "depth",
        "bytes",
        "patients",
        "run",
        "messages",
        "seconds",
    ];
    let pair = |argument: String| match argument.split_once('=') {
        Some((name, value)) if KNOWN.contains(&name) => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!(
            "`{argument}` is none of {}",
            KNOWN.map(|name| format!("{name}=")).join(" ")
        )),
    };
    std::env::args().skip(1).map(pair).collect()
}
