//! Builds what a bench starts, with optimisation.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{self, cargo};
use crate::workspace;

/// Paths of the built programs.
pub(super) struct Programs {
    /// `wardline`.
    pub(super) wardline: PathBuf,
    /// The simulator's load generator.
    pub(super) load: PathBuf,
    /// The simulator's partner system.
    pub(super) partner: PathBuf,
    /// The simulator's watchers of beds.
    pub(super) watchers: PathBuf,
}

impl Programs {
    /// Builds all of them.
    pub(super) fn build() -> Result<Self> {
        process::run(&mut cargo(&["build", "--release", "--package", "wardline"]))?;
        Self::build_load()
    }

    /// Builds the load and the partner alone.
    pub(super) fn build_load() -> Result<Self> {
        process::run(&mut cargo(&[
            "build",
            "--release",
            "--package",
            "wardline-simulator",
            "--examples",
        ]))?;
        let release = workspace::target().join("release");
        Ok(Self {
            wardline: release.join("wardline"),
            load: release.join("examples/load"),
            partner: release.join("examples/partner"),
            watchers: release.join("examples/watchers"),
        })
    }
}
