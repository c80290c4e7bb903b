//! Jobs: work on many messages that the server does, and takes up again after a restart.

mod edits;
mod run;
mod table;

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
pub(crate) use table::Jobs;

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

impl Messaging {
    /// Starts a job. It is durable once this returns; messages that come later are not touched by it.
    ///
    /// # Errors
    /// `Invalid` when it selects nothing in particular or too much; `TooManyJobs`; `Key` when the key of what it is
    /// to keep cannot be had now; the store failed.
    pub async fn start_job(&self, request: JobRequest) -> Result<Job, OperationError> {
        let messaging = self.clone();
        let stored = async move { messaging.store_job(request).await };
        self.0.see_through(stored).await
    }

    /// The newest jobs first, at most `limit`; with `before` only those with a lower id.
    pub fn jobs(&self, before: Option<JobId>, limit: usize) -> Vec<Job> {
        self.0.jobs.newest(before, limit)
    }

    /// One job.
    ///
    /// # Errors
    /// `NoSuchJob`.
    pub fn job(&self, id: JobId) -> Result<Job, OperationError> {
        self.0.jobs.get(id).ok_or(OperationError::NoSuchJob(id))
    }

    /// Ends a job; what it did stays done. It is durable once this returns: nothing more is done by it, also after a
    /// crash.
    ///
    /// # Errors
    /// `NoSuchJob`; `Invalid` when it has ended already; `JobsBusy` when what it does now takes too long; the store
    /// failed. But for the first two it goes on then: ask again.
    pub async fn cancel_job(&self, id: JobId) -> Result<(), OperationError> {
        self.running_job(id)?;
        let messaging = self.clone();
        let ended = async move {
            let _turn = messaging.0.jobs.turn_soon().await?;
            messaging.end_doubt().await?;
            // It may have gone on, or ended, meanwhile.
            let job = messaging.running_job(id)?;
            messaging.write(job, JobState::Cancelled, Vec::new()).await
        };
        self.0.see_through(ended).await
    }

    /// Stores a job before anybody sees it: it must not begin, nor be seen to, while it may still be lost.
    async fn store_job(&self, request: JobRequest) -> Result<Job, OperationError> {
        let (action, selection) = self.checked_job(&request).await?;
        let place = self.0.jobs.reserve()?;
        let until = self.0.store.last_message_id().await?;
        let now = self.0.clock.now();
        let job = Job {
            id: place.id,
            action,
            selection,
            dry_run: request.dry_run,
            state: JobState::Running,
            counts: JobCounts::default(),
            queue: None,
            after: None,
            until,
            created_at: now,
            changed_at: now,
            created_by: request.created_by,
            error: None,
        };
        let put = Step::PutJob(Box::new(job.clone()));
        if let Err(error) = self.0.ledger.submit_one(put).await {
            if matches!(error, OperationError::Store(_)) {
                self.take_back(job);
            }
            return Err(error);
        }
        self.0.jobs.put(job.clone());
        Ok(job)
    }

    /// A job that was not stored for certain may be there all the same: nobody is to find it running at the next start.
    fn take_back(&self, mut job: Job) {
        job.state = JobState::Cancelled;
        let messaging = self.clone();
        tokio::spawn(async move {
            let stopping = messaging.0.stopping().clone();
            loop {
                let put = Step::PutJob(Box::new(job.clone()));
                match messaging.0.ledger.submit_one(put).await {
                    Ok(_) => return messaging.0.jobs.put(job),
                    Err(OperationError::Stopping) => return,
                    Err(error) => tracing::debug!(%error, job = job.id.0, "not taken back yet"),
                }
                tokio::select! {
                    () = tokio::time::sleep(run::PAUSE) => {}
                    () = stopping.cancelled() => return,
                }
            }
        });
    }

    fn running_job(&self, id: JobId) -> Result<Job, OperationError> {
        let job = self.job(id)?;
        if job.state == JobState::Running {
            return Ok(job);
        }
        let problem = format!("job {id} has ended already");
        Err(OperationError::Invalid(problem))
    }

    async fn checked_job(
        &self,
        request: &JobRequest,
    ) -> Result<(JobAction, Selection), OperationError> {
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
                reason: self
                    .sealed_for_job(&selection, checked_reason(reason)?.as_bytes())
                    .await?,
            },
            JobWish::EditDeadLetters { values } => {
                if values.is_empty() {
                    let problem = "set: expected a value to set";
                    return Err(OperationError::Invalid(problem.to_owned()));
                }
                JobAction::EditDeadLetters {
                    change: self
                        .sealed_for_job(&selection, &edits::write(values))
                        .await?,
                }
            }
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

    /// A reason, or values, as the job keeps them. They are sealed again for each message.
    async fn sealed_for_job(
        &self,
        selection: &Selection,
        note: &[u8],
    ) -> Result<Vec<u8>, OperationError> {
        let (queue, now) = (job_queue(selection)?, self.0.clock.now());
        let sealer = &self.0.sealer;
        sealer.seal_note((&queue, NO_MESSAGE), now, note).await
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
