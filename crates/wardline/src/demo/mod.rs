//! `wardline demo`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::exit::Outcome;

/// What `demo` takes.
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Where messages are kept; a temporary directory that is removed at the end when not given
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Where the HTTP API listens
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) http: SocketAddr,
    /// Where messages come in
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:2575")]
    pub(crate) mllp: SocketAddr,
    /// Beds of the hospital
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) beds: u32,
    /// How much faster than the clock the hospital lives
    #[arg(long, value_name = "FACTOR", default_value_t = 60.0)]
    pub(crate) speed: f64,
    /// The same seed gives the same hospital
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Something that goes wrong
    #[arg(long, value_name = "SCENARIO")]
    pub(crate) scenario: Option<Scenario>,
}

/// Something that goes wrong in the demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// A partner system stops answering for a while
    PartnerDown,
    /// Many patients arrive at once
    Surge,
    /// A sender makes mistakes
    Malformed,
}

/// Runs the demonstration until it is told to stop.
pub(crate) fn run(args: DemoArgs) -> anyhow::Result<Outcome> {
    drop(args);
    anyhow::bail!("this build has no demonstration yet")
}
