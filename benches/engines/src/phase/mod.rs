//! The phases, one file each; every one runs in a process of its own.

pub mod commit;
pub mod crash;
pub mod damage;
pub mod full;
pub mod life;
pub mod queue;
pub mod snapshot;

use crate::engine::Result;
use std::path::PathBuf;
use std::time::Duration;

/// What a phase is run with.
#[derive(Clone)]
pub struct Job {
    pub engine: String,
    pub dir: PathBuf,
    pub seconds: u64,
    pub messages: u64,
    pub producers: usize,
}

impl Job {
    pub fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// Runs a phase by name.
pub fn run(name: &str, job: &Job) -> Result<()> {
    match name {
        "commit" => commit::run(job),
        "load" => life::load(job),
        "read" => life::read(job),
        "prune" => life::prune(job),
        "queue" => queue::run(job),
        "write-until-killed" => crash::write_until_killed(job),
        "reopen" => crash::reopen(job),
        "full" => full::run(job),
        "damage" => damage::run(job),
        "snapshot" => snapshot::run(job),
        other => Err(format!("no phase {other:?}").into()),
    }
}
