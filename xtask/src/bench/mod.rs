//! `cargo xtask bench`: measurements, each beside its peers in one run.

use anyhow::{Result, bail};

/// Runs one bench by its name.
///
/// # Errors
/// There is no such bench.
pub(crate) fn run(_arguments: &[String]) -> Result<()> {
    bail!("there is no bench yet")
}
