//! The `wardline` program: it reads the command line and the configuration, wires the parts together and
//! shows what they answer. What Wardline can do lives in the crates below it.
//!
//! Start at `cli` for the list of commands; each has a room of its own in `commands`.

mod cli;
mod client;
mod commands;
pub mod config;
mod cores;
mod demo;
mod exit;
mod files;
mod insight;
mod lifecycle;
mod outside;
mod private_file;
mod roles;
mod serve;
mod shifts;
mod telemetry;
mod terminal;
mod tokens;

use std::process::ExitCode;

use clap::Parser as _;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    cores::off();
    let outcome = cli::Cli::parse().run();
    exit::finish(outcome)
}
