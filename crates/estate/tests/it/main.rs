//! An estate on this machine, by real servers.

#![cfg(test)]

mod change;
mod drill;
mod keyless;
mod lab;
mod promises;
mod rendered;

use wardline_estate::description::Topology;
use wardline_estate::lab::LabSpec;

/// A lab that holds no server for dead which only waits for a processor that other tests keep busy.
fn unhurried(topology: Topology, folder: &std::path::Path) -> LabSpec {
    let mut spec = LabSpec::new(topology, folder);
    spec.settings.down_after_ms = 2_000;
    spec.settings.node_timeout_ms = 2_000;
    spec
}
