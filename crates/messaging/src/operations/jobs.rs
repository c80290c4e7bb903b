//! Jobs: work on many messages that the server does, and takes up again after a restart.

mod edits;
mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use wardline_hl7::Path;

use super::SearchRequest;
use super::discard::checked_reason;
use crate::Messaging;
use crate::error::OperationError;
use crate::ledger::Step;
use crate::model::{
    ChannelName, DeadReason, DestinationName, Job, JobAction, JobCounts, JobId, JobState,
    MessageId, Queue, Selection,
};

/// Jobs that may run or wait at once.
const MAX_RUNNING: usize = 64;
/// Messages that a job may name one by one.
const MAX_IDS: usize = 10_000;
/// Sealed under the job's place, not a message's: a job has no message.
const NO_MESSAGE: MessageId = MessageId(0);

/// What a job is to do.
#[derive(Clone)]
pub enum JobWish {
    /// Dead letters go back into their queues.
    RetryDeadLetters,
    /// Dead letters are given up, for this reason.
    DiscardDeadLetters {
        /// A person's words.
        reason: String,
    },
    /// Stored messages are delivered again, whatever became of them before.
    Replay {
        /// Only to this destination; to all that the message was routed to otherwise.
        destination: Option<DestinationName>,
    },
    /// A copy with these values is sent in the place of each dead letter, as a single edit would.
    EditDeadLetters {
        /// Where, and what.
        values: Vec<(Path, String)>,
    },
}

/// A job as it is asked for.
#[derive(Clone)]
pub struct JobRequest {
    /// What it does.
    pub wish: JobWish,
    /// To which messages: every part given must match. `state` is not looked at.
    pub matching: SearchRequest,
    /// Only dead letters at this destination.
    pub destination: Option<DestinationName>,
    /// Only dead letters for this reason.
    pub reason: Option<DeadReason>,
    /// Only these messages; empty means all that the rest selects.
    pub ids: Vec<MessageId>,
    /// Only count.
    pub dry_run: bool,
    /// The name of the token that asks.
    pub created_by: String,
}

/// All jobs, as they were last written.
pub(crate) struct Jobs {
    all: Mutex<BTreeMap<JobId, Job>>,
    cancelled: Mutex<BTreeSet<JobId>>,
    changed: Notify,
}

impl Jobs {
    pub(crate) fn new(stored: Vec<Job>) -> Self {
        Self {
            all: Mutex::new(stored.into_iter().map(|job| (job.id, job)).collect()),
            cancelled: Mutex::default(),
            changed: Notify::new(),
        }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<JobId, Job>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, job: Job) {
        self.all().insert(job.id, job);
        self.changed.notify_one();
    }

    fn next_running(&self) -> Option<Job> {
        self.all()
            .values()
            .find(|job| job.state == JobState::Running)
            .cloned()
    }

    fn is_cancelled(&self, id: JobId) -> bool {
        self.cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&id)
    }
}

impl Messaging {
    /// Starts a job. It is durable once this returns; messages that come later are not touched by it.
    ///
    /// # Errors
    /// `Invalid` when it selects nothing in particular or too much; `Overloaded` when too many jobs run; the
    /// store failed.
    pub async fn start_job(&self, request: JobRequest) -> Result<Job, OperationError> {
        let (action, selection) = self.checked_job(&request)?;
        let job = {
            let all = self.0.jobs.all();
            if all
                .values()
                .filter(|job| job.state == JobState::Running)
                .count()
                >= MAX_RUNNING
            {
                return Err(OperationError::Overloaded);
            }
            let now = self.0.clock.now();
            Job {
                id: JobId(all.keys().next_back().map_or(1, |last| last.0 + 1)),
                action,
                selection,
                dry_run: request.dry_run,
                state: JobState::Running,
                counts: JobCounts::default(),
                queue: None,
                after: None,
                until: MessageId(0),
                created_at: now,
                changed_at: now,
                created_by: request.created_by,
                error: None,
            }
        };
        let until = self.0.store.last_message_id().await?;
        let job = Job { until, ..job };
        self.0.jobs.all().insert(job.id, job.clone());
        if let Err(error) = self
            .0
            .ledger
            .submit_one(Step::PutJob(Box::new(job.clone())))
            .await
        {
            self.0.jobs.all().remove(&job.id);
            return Err(error);
        }
        self.0.jobs.changed.notify_one();
        Ok(job)
    }

    /// All jobs, newest first.
    pub fn jobs(&self) -> Vec<Job> {
        self.0.jobs.all().values().rev().cloned().collect()
    }

    /// One job.
    ///
    /// # Errors
    /// `NoSuchJob`.
    pub fn job(&self, id: JobId) -> Result<Job, OperationError> {
        self.0
            .jobs
            .all()
            .get(&id)
            .cloned()
            .ok_or(OperationError::NoSuchJob(id))
    }

    /// Ends a job; what it did stays done.
    ///
    /// # Errors
    /// `NoSuchJob`; `Invalid` when it has ended already.
    pub fn cancel_job(&self, id: JobId) -> Result<(), OperationError> {
        if self.job(id)?.state != JobState::Running {
            return Err(OperationError::Invalid(format!(
                "job {id} has ended already"
            )));
        }
        self.0
            .jobs
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id);
        self.0.jobs.changed.notify_one();
        Ok(())
    }

    fn checked_job(&self, request: &JobRequest) -> Result<(JobAction, Selection), OperationError> {
        let mut ids = request.ids.clone();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() > MAX_IDS {
            return Err(OperationError::Invalid(format!(
                "ids: expected at most {MAX_IDS}"
            )));
        }
        let matching = &request.matching;
        let selection = Selection {
            channel: matching.channel.clone(),
            destination: request.destination.clone(),
            message_type: matching.message_type.clone(),
            reason: request.reason,
            tokens: self.tokens(matching)?,
            received_from: matching.received_from,
            received_until: matching.received_until,
            ids,
        };
        let action = match &request.wish {
            JobWish::RetryDeadLetters => JobAction::RetryDeadLetters,
            JobWish::DiscardDeadLetters { reason } => JobAction::DiscardDeadLetters {
                reason: self.sealed_job_reason(&selection, reason)?,
            },
            JobWish::EditDeadLetters { values } => JobAction::EditDeadLetters {
                change: self.sealed_values(&selection, values)?,
            },
            JobWish::Replay { destination } => {
                if selection.channel.is_none() && selection.ids.is_empty() {
                    let problem = "channel: a replay needs a channel, or the ids of messages";
                    return Err(OperationError::Invalid(problem.to_owned()));
                }
                JobAction::Replay {
                    destination: destination.clone(),
                }
            }
        };
        Ok((action, selection))
    }

    /// The reason as the job keeps it. It is sealed again for each message.
    fn sealed_job_reason(
        &self,
        selection: &Selection,
        reason: &str,
    ) -> Result<Vec<u8>, OperationError> {
        let reason = checked_reason(reason)?;
        let queue = job_queue(selection)?;
        self.0
            .sealer
            .seal_note((&queue, NO_MESSAGE), self.0.clock.now(), reason.as_bytes())
    }

    /// The values as the job keeps them.
    fn sealed_values(
        &self,
        selection: &Selection,
        values: &[(Path, String)],
    ) -> Result<Vec<u8>, OperationError> {
        if values.is_empty() {
            let problem = "set: expected a value to set";
            return Err(OperationError::Invalid(problem.to_owned()));
        }
        let queue = job_queue(selection)?;
        self.0.sealer.seal_note(
            (&queue, NO_MESSAGE),
            self.0.clock.now(),
            &edits::write(values),
        )
    }
}

/// The place that a job's reason or values are bound to.
fn job_queue(selection: &Selection) -> Result<Queue, OperationError> {
    let name_error = |_| OperationError::Invalid("a name is not valid".to_owned());
    let channel = match &selection.channel {
        Some(channel) => channel.clone(),
        None => ChannelName::new("jobs").map_err(name_error)?,
    };
    let destination = match &selection.destination {
        Some(destination) => destination.clone(),
        None => DestinationName::new("all").map_err(name_error)?,
    };
    Ok(Queue {
        channel,
        destination,
    })
}
