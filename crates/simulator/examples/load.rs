//! Puts load on any MLLP server: `load address=127.0.0.1:2575 connections=16 seconds=10`.
//!
//! Options, as `name=value`: `address`, `connections` (1), `depth` (1), `bytes` (1024), `patients` (64),
//! `run` (0), and `messages` or `seconds` (10 s). Prints one line of JSON; times are in microseconds.
#![expect(clippy::print_stdout, reason = "the report is the product")]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use wardline_simulator::load::{self, LoadEnd, LoadOptions};

#[tokio::main]
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
    let report = load::run(&LoadOptions {
        connections: number("connections", 1)?.try_into()?,
        depth: number("depth", 1)?.try_into()?,
        message_bytes: number("bytes", 1_024)?.try_into()?,
        patients: number("patients", 64)?.try_into()?,
        run: number("run", 0)?.try_into()?,
        end,
        ..LoadOptions::to(address)
    })
    .await?;

    println!(
        "{{\"rate\":{:.1},\"sent\":{},\"acknowledged\":{},\"try_later\":{},\"refused\":{},\"unanswered\":{},\
         \"answers_out_of_order\":{},\"connections_lost\":{},\"seconds\":{:.3},\
         \"p50_us\":{},\"p99_us\":{},\"max_us\":{}}}",
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
    );
    Ok(())
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
