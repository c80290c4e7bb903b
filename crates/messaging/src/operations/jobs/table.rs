//! The jobs that there are, as they were last written; and whose turn it is to write one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::error::OperationError;
use crate::model::{Job, JobId, JobState};

/// Jobs that may run or wait at once.
const MAX_RUNNING: usize = 64;
/// How long a person's wish waits for the page that a job is at. A page takes milliseconds while the store works.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// All jobs, as they were last written. What is here is durable; of what is in doubt, a later row may be.
pub(crate) struct Jobs {
    rows: Mutex<Rows>,
    /// Held while a job that exists is written, so that nothing is written over by what was read before it.
    turn: tokio::sync::Mutex<()>,
    changed: Notify,
}

struct Rows {
    all: BTreeMap<JobId, Job>,
    /// Written last by a commit that failed, and may be stored as that commit had them all the same.
    in_doubt: BTreeSet<JobId>,
    /// The highest id that was ever given. An id is not given again, also when its job was not written for certain.
    last_id: u64,
    /// Jobs that have an id and are not durable yet.
    starting: usize,
}

/// The id of a job that is about to be stored, and its place among those that may run.
pub(super) struct Place<'a> {
    pub(super) id: JobId,
    jobs: &'a Jobs,
}

/// The right to write a job that exists.
pub(super) type Turn<'a> = tokio::sync::MutexGuard<'a, ()>;

impl Jobs {
    pub(crate) fn new(stored: Vec<Job>) -> Self {
        let all: BTreeMap<_, _> = stored.into_iter().map(|job| (job.id, job)).collect();
        Self {
            rows: Mutex::new(Rows {
                last_id: all.keys().next_back().map_or(0, |last| last.0),
                all,
                in_doubt: BTreeSet::new(),
                starting: 0,
            }),
            turn: tokio::sync::Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// An id for a new job, which nobody else gets.
    ///
    /// # Errors
    /// `TooManyJobs` when as many jobs run or wait as may.
    pub(super) fn reserve(&self) -> Result<Place<'_>, OperationError> {
        let mut rows = self.rows();
        let running = rows.all.values().filter(|job| is_running(job)).count();
        if running + rows.starting >= MAX_RUNNING {
            return Err(OperationError::TooManyJobs { max: MAX_RUNNING });
        }
        rows.starting += 1;
        rows.last_id += 1;
        Ok(Place {
            id: JobId(rows.last_id),
            jobs: self,
        })
    }

    /// Waits until nobody else writes a job that exists.
    pub(super) async fn turn(&self) -> Turn<'_> {
        self.turn.lock().await
    }

    /// The same, for somebody who waits for an answer.
    ///
    /// # Errors
    /// `JobsBusy` when it takes too long.
    pub(super) async fn turn_soon(&self) -> Result<Turn<'_>, OperationError> {
        tokio::time::timeout(LONGEST_WAIT, self.turn())
            .await
            .map_err(|_| OperationError::JobsBusy)
    }

    /// Shows a job as it was written.
    pub(super) fn put(&self, job: Job) {
        let mut rows = self.rows();
        rows.in_doubt.remove(&job.id);
        rows.all.insert(job.id, job);
        drop(rows);
        self.changed.notify_one();
    }

    /// A commit that writes this job failed: only the store knows how it stands.
    pub(super) fn doubt(&self, id: JobId) {
        self.rows().in_doubt.insert(id);
    }

    pub(super) fn in_doubt(&self) -> BTreeSet<JobId> {
        self.rows().in_doubt.clone()
    }

    pub(super) fn get(&self, id: JobId) -> Option<Job> {
        self.rows().all.get(&id).cloned()
    }

    /// The newest ones, of those with a lower id than `before`.
    pub(super) fn newest(&self, before: Option<JobId>, limit: usize) -> Vec<Job> {
        let before = before.unwrap_or(JobId(u64::MAX));
        let rows = self.rows();
        let newest_first = rows.all.range(..before).rev();
        newest_first
            .take(limit)
            .map(|(_, job)| job.clone())
            .collect()
    }

    /// The oldest jobs that have ended and are `over`, at most `limit`. The newest job of all is never one of them: a
    /// start learns from it which ids were given.
    pub(crate) fn ended(&self, over: impl Fn(&Job) -> bool, limit: usize) -> Vec<JobId> {
        let rows = self.rows();
        let newest = rows.all.keys().next_back().copied();
        let ended = rows
            .all
            .values()
            .filter(|job| !is_running(job) && Some(job.id) != newest && over(job));
        ended.map(|job| job.id).take(limit).collect()
    }

    /// These were removed.
    pub(crate) fn forget(&self, removed: &[JobId]) {
        let mut rows = self.rows();
        for id in removed {
            rows.all.remove(id);
        }
    }

    pub(super) fn next_running(&self) -> Option<Job> {
        self.rows()
            .all
            .values()
            .find(|job| is_running(job))
            .cloned()
    }

    /// Waits until a job was put, unless one was since the last time.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut rows = self.jobs.rows();
        rows.starting = rows.starting.saturating_sub(1);
    }
}

fn is_running(job: &Job) -> bool {
    job.state == JobState::Running
}
