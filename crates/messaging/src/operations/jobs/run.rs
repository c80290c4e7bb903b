//! Running jobs: one at a time, a page at a time, each page's effects and the progress in one commit.

use bytes::Bytes;
use wardline_kernel::{Change, Spell};

use super::{NO_MESSAGE, edits, job_queue};
use crate::Messaging;
use crate::error::OperationError;
use crate::ledger::{Outcome, Step};
use crate::model::{
    DestinationName, Disposition, EventKind, Job, JobAction, JobId, JobState, MessageId,
    MessageRecord, Queue, Selection,
};
use crate::operations::DeadLetterFilter;
use crate::port::{Direction, Query};

/// Messages worked on between two commits.
const PAGE: usize = 200;
/// Messages that are copied between two commits: as many of the largest as intake has in memory at once.
const EDIT_PAGE: usize = 4;
/// Pause before a failed store is tried again.
pub(super) const PAUSE: std::time::Duration = std::time::Duration::from_secs(2);

/// What one page comes to.
#[derive(Default)]
struct Work {
    examined: u64,
    skipped: u64,
    steps: Vec<Step>,
    /// Messages that the steps are about.
    changes: u64,
    is_last: bool,
}

/// Whether a page that failed so is tried again: nothing is wrong with the job.
pub(super) fn may_pass(error: &OperationError) -> bool {
    match error {
        OperationError::Store(_) | OperationError::Overloaded | OperationError::Stopping => true,
        OperationError::Key(error) => error.is_unavailable(),
        _ => false,
    }
}

impl Messaging {
    /// Runs jobs until the service stops.
    pub(crate) async fn run_jobs(&self) {
        let stopping = self.0.stopping().clone();
        let (mut spell, mut failed) = (Spell::default(), None);
        while !stopping.is_cancelled() {
            // Between two pages somebody may cancel: who asked first has the turn first.
            let turn = self.0.jobs.turn().await;
            let ran = self.run_next_page(&mut failed).await;
            drop(turn);
            if ran.is_ok() && spell.tell(Ok::<_, ()>(())).is_some() {
                tracing::info!("jobs go on");
            }
            match ran {
                Ok(true) => {}
                Ok(false) => tokio::select! {
                    () = self.0.jobs.changed() => {}
                    () = stopping.cancelled() => return,
                },
                Err(OperationError::Stopping) => return,
                Err(error) => {
                    if let Some(Change::Began(error)) = spell.tell(Err::<(), _>(error)) {
                        tracing::warn!(%error, "jobs wait; the first of them is tried again every two seconds");
                    }
                    tokio::select! {
                        () = tokio::time::sleep(PAUSE) => {}
                        () = stopping.cancelled() => return,
                    }
                }
            }
        }
    }

    /// Does a page of the job whose turn it is; `false` when there is none. `failed` is the last one that the log says has
    /// failed.
    async fn run_next_page(&self, failed: &mut Option<JobId>) -> Result<bool, OperationError> {
        self.end_doubt().await?;
        let Some(mut job) = self.0.jobs.next_running() else {
            return Ok(false);
        };
        match self.run_page(job.clone()).await {
            Err(error) if !may_pass(&error) => {
                // Said before it is written: as long as it cannot be, the job is tried again, and the others wait.
                if failed.replace(job.id) != Some(job.id) {
                    tracing::error!(job = %job.id, %error, "a job failed");
                }
                job.error = Some(error.to_string());
                self.write(job, JobState::Failed, Vec::new()).await?;
            }
            done => done?,
        }
        Ok(true)
    }

    /// Takes jobs as the store has them of which a commit did not say whether it was written: a page is not done again
    /// that was done, and what was cancelled does not go on. What did not apply of such a page stays counted as changed.
    pub(super) async fn end_doubt(&self) -> Result<(), OperationError> {
        let in_doubt = self.0.jobs.in_doubt();
        if in_doubt.is_empty() {
            return Ok(());
        }
        for job in self.0.store.jobs().await? {
            if in_doubt.contains(&job.id) {
                self.0.watch.tell(EventKind::JobChanged {
                    job: job.id,
                    state: job.state,
                });
                self.0.jobs.put(job);
            }
        }
        Ok(())
    }

    async fn run_page(&self, mut job: Job) -> Result<(), OperationError> {
        let work = match job.action.clone() {
            JobAction::RetryDeadLetters => {
                let (mut work, dead) = self.dead_letter_page(&mut job, PAGE).await?;
                let retry = |(queue, id)| Step::Retry { queue, id };
                work.steps.extend(dead.into_iter().map(retry));
                work
            }
            JobAction::DiscardDeadLetters { reason } => {
                let reason = self.opened_of_job(&job.selection, &reason).await?;
                let (mut work, dead) = self.dead_letter_page(&mut job, PAGE).await?;
                for (queue, id) in dead {
                    let (sealer, now) = (&self.0.sealer, self.0.clock.now());
                    let reason = sealer.seal_note((&queue, id), now, &reason).await?;
                    work.steps.push(Step::Discard { queue, id, reason });
                }
                work
            }
            JobAction::EditDeadLetters { change } => self.edit_page(&mut job, &change).await?,
            JobAction::Replay { destination } => {
                self.replay_page(&mut job, destination.as_ref()).await?
            }
        };
        job.counts.examined += work.examined;
        job.counts.skipped += work.skipped;
        job.counts.changed += work.changes;
        let state = if work.is_last {
            JobState::Finished
        } else {
            JobState::Running
        };
        let steps = if job.dry_run { Vec::new() } else { work.steps };
        self.write(job, state, steps).await
    }

    /// Commits a page's steps with the progress, then corrects the count by what did not apply.
    pub(super) async fn write(
        &self,
        mut job: Job,
        state: JobState,
        mut steps: Vec<Step>,
    ) -> Result<(), OperationError> {
        job.state = state;
        job.changed_at = self.0.clock.now();
        steps.push(Step::PutJob(Box::new(job.clone())));
        let doubt = |error: &OperationError| {
            if matches!(error, OperationError::Store(_)) {
                self.0.jobs.doubt(job.id);
            }
        };
        let outcomes = self.0.ledger.submit(steps).await.inspect_err(doubt)?;
        let not_applied = outcomes
            .iter()
            .filter(|o| **o == Outcome::NotApplicable)
            .count() as u64;
        job.counts.changed = job.counts.changed.saturating_sub(not_applied);
        job.counts.skipped += not_applied;
        if not_applied > 0 && state != JobState::Running {
            let put = Step::PutJob(Box::new(job.clone()));
            self.0.ledger.submit_one(put).await.inspect_err(doubt)?;
        }
        self.0.jobs.put(job);
        Ok(())
    }

    /// What [`Messaging::sealed_for_job`] sealed.
    async fn opened_of_job(
        &self,
        selection: &Selection,
        sealed: &[u8],
    ) -> Result<Bytes, OperationError> {
        let queue = job_queue(selection)?;
        self.0.sealer.open_note((&queue, NO_MESSAGE), sealed).await
    }

    /// Copies of the next dead letters. One that the values do not fit is left as it is, and counted as skipped.
    async fn edit_page(&self, job: &mut Job, change: &[u8]) -> Result<Work, OperationError> {
        let values = edits::read(&self.opened_of_job(&job.selection, change).await?)?;
        let (mut work, dead) = self.dead_letter_page(job, EDIT_PAGE).await?;
        for (queue, id) in dead {
            let by = job.created_by.as_str();
            match self.replacement_with((&queue, id), &values, by).await {
                Ok(step) => work.steps.push(step),
                Err(error) if may_pass(&error) => return Err(error),
                Err(error) => {
                    tracing::debug!(message_id = id.0, %error, "a dead letter was not edited");
                    work.changes -= 1;
                    work.skipped += 1;
                }
            }
        }
        Ok(work)
    }

    /// The next dead letters that are selected, and what they come to so far.
    async fn dead_letter_page(
        &self,
        job: &mut Job,
        size: usize,
    ) -> Result<(Work, Vec<(Queue, MessageId)>), OperationError> {
        let selection = job.selection.clone();
        let filter = DeadLetterFilter {
            channel: selection.channel.clone(),
            destination: selection.destination.clone(),
            reason: selection.reason,
        };
        let queues = self.queues_of(&filter).await?;
        let from = job.queue.clone();
        let queue = queues
            .into_iter()
            .find(|queue| from.as_ref().is_none_or(|from| queue >= from));
        let Some(queue) = queue else {
            let nothing = Work {
                is_last: true,
                ..Work::default()
            };
            return Ok((nothing, Vec::new()));
        };
        let after = job.after.filter(|_| from.as_ref() == Some(&queue));
        let page = self.0.store.dead_letters(&queue, after, size).await?;

        let (mut work, mut selected) = (Work::default(), Vec::new());
        for dead in page.items.into_iter().filter(|dead| dead.id <= job.until) {
            work.examined += 1;
            let wanted = selection.reason.is_none_or(|reason| reason == dead.reason);
            let record = self.0.store.record(dead.id).await?;
            if wanted && record.is_some_and(|record| matches(&selection, &record)) {
                work.changes += 1;
                selected.push((queue.clone(), dead.id));
            }
        }
        let next = page.next.filter(|next| *next < job.until);
        if next.is_some() {
            (job.queue, job.after) = (Some(queue), next);
        } else {
            // The queue is done: the search for the next one starts right behind it.
            let mut later = self.queues_of(&filter).await?;
            later.retain(|other| *other > queue);
            work.is_last = later.is_empty();
            (job.queue, job.after) = (later.into_iter().next().or(Some(queue)), None);
        }
        Ok((work, selected))
    }

    async fn replay_page(
        &self,
        job: &mut Job,
        destination: Option<&DestinationName>,
    ) -> Result<Work, OperationError> {
        let (records, next) = self.page_to_replay(job).await?;
        let mut work = Work {
            is_last: next.is_none(),
            ..Work::default()
        };
        for record in records {
            work.examined += 1;
            let is_readable = !matches!(record.disposition, Disposition::Quarantined(_));
            let places: Vec<Queue> = match destination {
                Some(destination) => vec![destination.clone()],
                None => record.destinations.clone(),
            }
            .into_iter()
            .map(|destination| Queue {
                channel: record.channel.clone(),
                destination,
            })
            .filter(|queue| is_readable && self.0.dispatchers.of(queue).is_some())
            .collect();
            if places.is_empty() {
                work.skipped += 1;
            }
            work.changes += places.len() as u64;
            let id = record.id;
            work.steps
                .extend(places.into_iter().map(|queue| Step::Requeue { queue, id }));
        }
        job.after = next.or(job.after);
        Ok(work)
    }

    /// The next messages that match, and where to go on.
    async fn page_to_replay(
        &self,
        job: &Job,
    ) -> Result<(Vec<MessageRecord>, Option<MessageId>), OperationError> {
        let selection = &job.selection;
        if !selection.ids.is_empty() {
            let after = job.after.unwrap_or_default();
            let ids: Vec<_> = selection
                .ids
                .iter()
                .copied()
                .filter(|id| *id > after)
                .take(PAGE)
                .collect();
            let mut records = Vec::with_capacity(ids.len());
            for id in &ids {
                records.extend(self.0.store.record(*id).await?);
            }
            records.retain(|record| matches(selection, record));
            return Ok((records, ids.last().copied().filter(|_| ids.len() == PAGE)));
        }
        let query = Query {
            channel: selection.channel.clone(),
            message_type: selection.message_type.clone(),
            state: None,
            tokens: selection.tokens.clone(),
            received_from: selection.received_from,
            received_until: selection.received_until,
            direction: Direction::OldestFirst,
        };
        let page = self.0.store.search(&query, job.after, PAGE).await?;
        let mut records = page.items;
        records.retain(|record| record.id <= job.until);
        Ok((records, page.next.filter(|next| *next < job.until)))
    }
}

fn matches(selection: &Selection, record: &MessageRecord) -> bool {
    let query = Query {
        channel: selection.channel.clone(),
        message_type: selection.message_type.clone(),
        tokens: selection.tokens.clone(),
        received_from: selection.received_from,
        received_until: selection.received_until,
        ..Query::default()
    };
    query.matches_record(record)
        && (selection.ids.is_empty() || selection.ids.binary_search(&record.id).is_ok())
}
