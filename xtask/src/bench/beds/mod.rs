//! Live beds: how soon a value is seen on many streams, and reads of a bed beside PostgreSQL and Redis.

mod hospital;
mod postgres;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::options::Options;
use super::programs::Programs;
use super::sessions::{Figures, Redis, middle, wrk};
use super::table::{Table, megabytes, real, whole};
use super::wardline::Wardline;
use super::{empty_folder, machine, record};
use crate::{process, say};
use hospital::Hospital;
use postgres::Postgres;

const TITLE: &str = "Live beds";
const BEDS: usize = 200;
const CONNECTIONS: u64 = 64;
/// What is claimed of Redis beside PostgreSQL.
const CLAIMED: f64 = 200.0;
const MOST_STREAMS: u64 = 4_000;
const MOST_SECONDS: u64 = 600;

/// Measures the streams, then the reads in turns; of each read, the middle round counts.
///
/// # Errors
/// A program is missing, or a server does not answer.
pub(super) fn run(options: &Options) -> Result<()> {
    let (seconds, rounds) = (
        options.number("seconds", 10),
        options.number("rounds", 3).max(1),
    );
    let (streams, rate) = (
        options.number("streams", 1_000),
        options.number("rate", 100),
    );
    ensure!(
        (1..=MOST_STREAMS).contains(&streams) && (1..=MOST_SECONDS).contains(&seconds),
        "expected 1 to {MOST_STREAMS} streams and 1 to {MOST_SECONDS} seconds"
    );
    let about = machine::sentence()?;
    let programs = say::step("build", Programs::build)?;
    let folder = empty_folder("beds")?;
    let wardline = Wardline::initialise(&programs.wardline, &folder, &[])?;
    hospital::add_destination(&folder)?;
    let token = wardline.make_token("board", "beds:read,vitals:write")?;
    let named = wardline.make_token("named", "beds:read,phi")?;
    let mut command = Command::new("prlimit");
    command.arg("--nofile=16384").arg(wardline.program());
    command.env("WARDLINE_HTTP__MAX_CONNECTIONS", "16384");
    command.env(
        "WARDLINE_BEDS__MAX_STREAMS_PER_TOKEN",
        MOST_STREAMS.to_string(),
    );
    let running = wardline.start_below(&mut command)?;
    let hospital = Hospital {
        http_port: wardline.http_port,
        mllp_port: wardline.mllp_port,
        token,
    };
    say::step("admit 200 patients", || hospital.fill(BEDS))?;

    let title = format!("{streams} streams, {rate} values a second, {seconds} s");
    let seen = say::step(&title, || {
        let mut watchers = Command::new("prlimit");
        watchers
            .arg("--nofile=16384")
            .arg(&programs.watchers)
            .env("TOKEN", &hospital.token);
        watchers.args([
            format!("address=127.0.0.1:{}", hospital.http_port),
            format!("watchers={streams}"),
            format!("rate={rate}"),
            format!("seconds={seconds}"),
            format!("beds={BEDS}"),
        ]);
        Seen::read(&process::output(&mut watchers)?)
    })?;
    let memory = megabytes(running.peak_memory_bytes()?);

    let beds = (1..=BEDS)
        .map(|number| hospital.bed(number))
        .collect::<Result<Vec<_>>>()?;
    let redis = Redis::start(0)?;
    put(&redis, &beds)?;
    let postgres = Postgres::start(&beds)?;
    let masked = script(&folder.join("masked.lua"), &hospital.token)?;
    let named = script(&folder.join("named.lua"), &named)?;
    let mut reads = [const { Vec::new() }; 4];
    say::step(&format!("reads, {rounds} rounds"), || {
        let [of_masked, of_named, of_postgres, of_redis] = &mut reads;
        for _ in 0..rounds {
            of_masked.push(wrk(&masked, hospital.http_port, seconds)?);
            of_named.push(wrk(&named, hospital.http_port, seconds)?);
            of_postgres.push(postgres.measure(seconds)?);
            of_redis.push(redis.measure(BEDS, ["get", "b:__rand_int__"])?);
        }
        Ok(())
    })?;
    running.stop()?;

    let [of_masked, of_named, of_postgres, of_redis] = reads.map(middle);
    let reads = [of_masked?, of_named?, of_postgres?, of_redis?];
    let bytes = beds.iter().map(String::len).sum::<usize>() / BEDS;
    let text = format!(
        "{about}\n\n{}\n\nReads of one of {BEDS} beds at random ({bytes} bytes of JSON) over {CONNECTIONS} connections; \
         the middle one of {rounds} rounds of {seconds} s (Redis: 300 000 reads). Wardline answers what is true at the \
         moment, with ages, to a token that it checks; with the patient named, that is decided by policy and synced in \
         the audit trail before the answer leaves. The others give back a text by its key: PostgreSQL from memory, \
         a prepared statement by `pgbench -M prepared -j 2`, Redis by `redis-benchmark -P 1`, Wardline by `wrk -t1`. \
         With the streams open the server held {memory} at most.\n\n{}\n{}\n",
        seen.sentence(streams, rate, seconds),
        table(&reads).markdown(),
        sentences(&reads),
    );
    say::text(&format!("\n{text}"));
    if options.has("record") {
        record::write(TITLE, &text)?;
    }
    Ok(())
}

/// What the watchers report.
#[derive(Debug, PartialEq)]
struct Seen {
    delivered: u64,
    skipped: u64,
    /// Seconds that the posts took: longer than was asked for when the server did not keep up.
    seconds: f64,
    /// Milliseconds from a post to a watcher: median, 99 of 100, longest.
    waits_ms: [f64; 3],
}

impl Seen {
    fn read(printed: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(printed)?;
        let number = |name: &str| {
            let number = report.get(name).and_then(Value::as_f64);
            number.with_context(|| format!("the watchers do not tell {name}"))
        };
        let count = |name: &str| {
            let count = report.get(name).and_then(Value::as_u64);
            count.with_context(|| format!("the watchers do not tell {name}"))
        };
        let waits_us = [number("p50_us")?, number("p99_us")?, number("max_us")?];
        Ok(Self {
            delivered: count("delivered")?,
            skipped: count("skipped")?,
            seconds: number("seconds")?,
            waits_ms: waits_us.map(|us| us / 1_000.0),
        })
    }

    fn sentence(&self, streams: u64, rate: u64, seconds: u64) -> String {
        let [p50, p99, max] = self.waits_ms;
        format!(
            "{streams} streams of {BEDS} occupied beds, {rate} values a second for {seconds} s (sent in {:.1} s). From a \
             post to the event read at a watcher, the watchers' own time included: p50 {p50:.1} ms, p99 {p99:.1} ms, \
             longest {max:.1} ms over {} deliveries; {} were skipped for a newer state of the same bed.",
            self.seconds,
            whole(real(self.delivered)),
            whole(real(self.skipped)),
        )
    }
}

fn table([masked, named, postgres, redis]: &[Figures; 4]) -> Table {
    let mut table = Table::new(&["", "reads a second", "beside PostgreSQL", "p50", "p99"]);
    for (name, figures) in [
        ("Wardline, `GET /v1/beds/{id}`, patient masked", masked),
        ("the same, patient named, recorded in the trail", named),
        ("PostgreSQL, by primary key", postgres),
        ("Redis, `GET`", redis),
    ] {
        table.row(vec![
            name.to_owned(),
            whole(figures.per_second),
            format!("{:.2}", figures.per_second / postgres.per_second),
            figures.p50.clone(),
            figures.p99.clone(),
        ]);
    }
    table
}

/// What the gate costs at most, of the same read without it.
const GATE_COSTS: f64 = 0.3;

/// What the figures say of the gate, and of a claim that is often made.
fn sentences([masked, named, postgres, redis]: &[Figures; 4]) -> String {
    let cost = 1.0 - named.per_second / masked.per_second;
    let is_reached = named.per_second >= (1.0 - GATE_COSTS) * masked.per_second;
    let word = if is_reached { "reached" } else { "missed" };
    let gate = format!(
        "Policy and trail cost {:.0} % of the reads a second; goal at most {:.0} %: {word}.",
        cost * 100.0,
        GATE_COSTS * 100.0
    );
    let ratio = redis.per_second / postgres.per_second;
    let word = if ratio >= CLAIMED {
        "holds"
    } else {
        "does not hold"
    };
    let claim = format!(
        "\"Redis is 200 times faster than PostgreSQL\" {word} here: for reads by key, both in memory on one machine, it \
         read {ratio:.1} times as many a second."
    );
    format!("{gate}\n\n{claim}")
}

/// Puts each bed where `redis-benchmark` looks for it: its numbers have twelve digits and begin at 0.
fn put(redis: &Redis, beds: &[String]) -> Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", redis.port))?;
    let mut answers = BufReader::new(stream.try_clone()?);
    for (number, bed) in beds.iter().enumerate() {
        let key = format!("b:{number:012}");
        let (keys, length) = (key.len(), bed.len());
        write!(
            stream,
            "*3\r\n$3\r\nSET\r\n${keys}\r\n{key}\r\n${length}\r\n{bed}\r\n"
        )?;
        let mut answer = String::new();
        answers.read_line(&mut answer)?;
        ensure!(answer == "+OK\r\n", "Redis answers {answer}");
    }
    Ok(())
}

/// A script for wrk that reads beds in a scattered order.
fn script(path: &Path, token: &str) -> Result<PathBuf> {
    let text = format!(
        "local requests = {{}}\nfunction init(args)\n  wrk.headers[\"Authorization\"] = \"Bearer {token}\"\n  for n = 1, \
         {BEDS} do\n    requests[n] = wrk.format(\"GET\", \"/v1/beds/BENCH~\" .. n .. \"~1\")\n  end\nend\nlocal n = \
         0\nfunction request()\n  n = n + 1\n  return requests[(n * 7919) % #requests + 1]\nend\n"
    );
    std::fs::write(path, text)?;
    Ok(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(per_second: f64) -> Figures {
        Figures {
            per_second,
            p50: String::new(),
            p99: String::new(),
        }
    }

    #[test]
    fn the_report_of_the_watchers_is_read() {
        let printed = "{\"watchers\":2,\"posted\":10,\"seconds\":1.5,\"delivered\":18,\"skipped\":2,\"p50_us\":500,\
            \"p99_us\":2500,\"max_us\":7000}";

        let seen = Seen::read(printed).unwrap();

        let expected = Seen {
            delivered: 18,
            skipped: 2,
            seconds: 1.5,
            waits_ms: [0.5, 2.5, 7.0],
        };
        assert_eq!(seen, expected);
        assert!(Seen::read("{\"watchers\":2}").is_err());
    }

    #[test]
    fn the_cost_of_the_gate_is_judged_by_what_was_measured() {
        let of = |named| sentences(&[rate(10.0), rate(named), rate(1.0), rate(1.0)]);

        assert!(of(7.0).contains("cost 30 % of the reads a second; goal at most 30 %: reached"));
        assert!(of(6.9).contains("cost 31 %"));
        assert!(of(6.9).contains("missed"));
    }

    #[test]
    fn the_claim_is_judged_by_what_was_measured() {
        let of = |redis| sentences(&[rate(1.0), rate(1.0), rate(10.0), rate(redis)]);

        assert!(of(1_999.0).contains("does not hold"));
        assert!(of(2_000.0).contains("PostgreSQL\" holds here"));
        assert!(of(25.0).contains("2.5 times"));
    }
}
