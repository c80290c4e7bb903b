//! `cargo xtask bench`: measurements of the release binary, each beside its peers in one run.
//!
//! Everything runs as a process of its own: the server under test, the load, the partner. `mllp`, `delivery`,
//! `sessions`, `beds`, `redis` and `trace` are the benches; the other files are what they are made of.

mod beds;
mod board;
mod delivery;
mod load;
mod machine;
mod mllp;
mod options;
mod partner;
mod peer;
mod programs;
mod record;
mod redis;
mod search;
mod sessions;
mod table;
mod trace;
mod wardline;

use std::net::TcpListener;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{say, workspace};
use options::Options;

const HELP: &str = "\
Usage: cargo xtask bench NAME [options]

  mllp      durable acknowledged messages a second at 1, 16 and 64 connections, beside @medplum/hl7 and
            python-hl7, which keep nothing
              --seconds N   of each measurement (default 5)
              --rounds N    measurements of each server, of which the middle one counts (default 3)
              --depth N     messages on their way on each connection (default 1)
  delivery  64 patients and a partner that takes 200 ms; one fast partner; a restart with a long queue;
            searches; memory
              --full        a million queued, five million searched (default: a hundredth)
              --fast N      messages to the fast partner
              --queued N    messages that wait during the restart
              --searched N  messages that are searched among
  sessions  checks of sessions a second over HTTP at 64 connections, one and many in a call, beside
            redis-benchmark's HGETALL
              --sessions N  that live (default 10000; a million takes minutes to begin)
              --seconds N   of each measurement (default 5)
              --rounds N    of each, of which the middle one counts (default 3)
  beds      updates of 200 beds to 1000 streams, and reads of beds over HTTP at 64 connections, beside PostgreSQL's
            and Redis's reads of the same text by its key
              --seconds N   of each measurement (default 10)
              --rounds N    of each read, of which the middle one counts (default 3)
              --streams N   that are open (default 1000, at most 4000)
              --rate N      values a second (default 100)
  redis     on a lab of Redis (a master, two replicas, three Sentinels), with and without TLS: checks of sessions beside
            redis-benchmark on the same master, and durable intake beside the embedded store
              --checks, --intake  only one of them
              --sessions N, --seconds N, --rounds N
  board     the page of the board in a browser, with beds that all change every second: its long tasks, its memory
              --beds N      how many (default 500)
              --seconds N   how long (default 3600)
  trace     the system calls of one message: on disk before the acknowledgement

  --record  also writes the figures into docs/measurements.md
";

/// Runs one bench by its name.
///
/// # Errors
/// There is no such bench, something is missing, or what was measured is not what must be.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        say::text(HELP);
        return Ok(());
    };
    match name.as_str() {
        "mllp" => mllp::run(&Options::parse(
            rest,
            &["seconds", "rounds", "depth"],
            &["record"],
        )?),
        "delivery" => delivery::run(&Options::parse(
            rest,
            &["fast", "queued", "searched"],
            &["full", "record"],
        )?),
        "sessions" => sessions::run(&Options::parse(
            rest,
            &["sessions", "seconds", "rounds"],
            &["record"],
        )?),
        "beds" => beds::run(&Options::parse(
            rest,
            &["seconds", "rounds", "streams", "rate"],
            &["record"],
        )?),
        "redis" => redis::run(&Options::parse(
            rest,
            &["sessions", "seconds", "rounds"],
            &["checks", "intake", "record"],
        )?),
        "board" => board::run(&Options::parse(rest, &["beds", "seconds"], &["record"])?),
        "trace" => trace::run(&Options::parse(rest, &[], &[])?),
        "help" | "--help" | "-h" => {
            say::text(HELP);
            Ok(())
        }
        unknown => bail!("there is no bench `{unknown}`\n\n{HELP}"),
    }
}

/// An empty folder for one run, on the disk that the build is on.
fn empty_folder(name: &str) -> Result<PathBuf> {
    let folder = workspace::target().join("bench").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A port that nobody listens on at the moment.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
