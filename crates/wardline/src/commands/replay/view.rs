//! What the commands need of a job.

use anyhow::bail;
use serde::Deserialize;

use crate::exit::Outcome;
use crate::terminal::harmless;

/// A job as the server shows it.
#[derive(Deserialize)]
pub(super) struct Job {
    pub(super) id: u64,
    pub(super) action: String,
    #[serde(default)]
    pub(super) selection: Selection,
    pub(super) dry_run: bool,
    pub(super) state: String,
    pub(super) counts: Counts,
    pub(super) created_at: String,
    pub(super) created_by: String,
    #[serde(default)]
    error: Option<String>,
}

/// Which messages it works on.
#[derive(Default, Deserialize)]
pub(super) struct Selection {
    #[serde(default)]
    pub(super) channel: Option<String>,
}

/// How far it is.
#[derive(Deserialize)]
pub(super) struct Counts {
    pub(super) examined: u64,
    pub(super) changed: u64,
    pub(super) skipped: u64,
}

impl Job {
    pub(super) fn is_running(&self) -> bool {
        self.state == "running"
    }

    /// Its action, and whether it only counts.
    pub(super) fn what(&self) -> String {
        let action = self.action.replace('_', " ");
        if self.dry_run {
            format!("{action} (dry run)")
        } else {
            action
        }
    }

    /// How far it is, in words.
    pub(super) fn progress(&self) -> String {
        let Counts {
            examined,
            changed,
            skipped,
        } = self.counts;
        let changed_as = if self.dry_run {
            "would be changed"
        } else {
            "changed"
        };
        format!("{examined} examined, {changed} {changed_as}, {skipped} left alone")
    }

    /// All of it, for people.
    pub(super) fn summary(&self) -> String {
        let (id, what, progress) = (self.id, self.what(), self.progress());
        let next = if self.is_running() {
            format!("It goes on: wardline replay show {id} --watch\n")
        } else {
            String::new()
        };
        format!("job {id}: {what}, {}\n{progress}\n{next}", self.state)
    }

    /// How a command ends that waited for it.
    pub(super) fn outcome(&self) -> anyhow::Result<Outcome> {
        match self.state.as_str() {
            "failed" => {
                let error = self.error.as_deref().unwrap_or("no reason was given");
                bail!("job {} failed: {}", self.id, harmless(error))
            }
            "cancelled" => Ok(Outcome::Partial),
            _ => Ok(Outcome::Done),
        }
    }
}
