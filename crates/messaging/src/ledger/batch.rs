//! One batch in the making: what the steps of many calls come to, as writes that take effect together.

mod append;
mod decide;
mod settle;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::step::{Outcome, Step};
use super::totals::{Draft, Totals};
use crate::error::OperationError;
use crate::model::{EventKind, MessageId, Queue, Token, UnixMillis};
use crate::port::{Batch, DuplicateEntry, MessageStore, QueueEntry, Write};
use crate::sealing::Sealer;

/// What a batch is made with.
pub(super) struct Context<'a> {
    pub(super) store: &'a dyn MessageStore,
    pub(super) sealer: &'a Sealer,
    pub(super) totals: &'a Totals,
    pub(super) now: UnixMillis,
}

/// What a batch that is being committed will have changed: the store does not show it yet.
#[derive(Default)]
pub(super) struct Pending {
    duplicates: HashMap<Token, DuplicateEntry>,
    touched: Touched,
}

/// Messages, and where, that steps of a batch change.
type Touched = BTreeMap<MessageId, BTreeSet<Option<Queue>>>;

/// A batch in the making.
pub(super) struct Draw<'a> {
    context: Context<'a>,
    totals: Draft<'a>,
    next_id: MessageId,
    writes: Vec<Write>,
    /// What is known of control ids, the appends of this batch included.
    duplicates: HashMap<Token, DuplicateEntry>,
    /// What steps of this batch changed. A later step reads what is committed, so it must wait.
    touched: Touched,
    /// The batch before, while it is being committed.
    pending: Option<Arc<Pending>>,
    consequences: Consequences,
}

/// What is done once the batch is durable, and not before.
#[derive(Default)]
pub(super) struct Consequences {
    pub(super) queued: Vec<(Queue, QueueEntry)>,
    pub(super) requeued: Vec<(Queue, QueueEntry)>,
    pub(super) events: Vec<EventKind>,
}

/// A finished batch.
pub(super) struct Drawn {
    pub(super) batch: Batch,
    pub(super) totals: Totals,
    pub(super) next_id: MessageId,
    pub(super) consequences: Consequences,
    pub(super) pending: Pending,
}

impl<'a> Draw<'a> {
    pub(super) fn new(
        context: Context<'a>,
        next_id: MessageId,
        pending: Option<Arc<Pending>>,
    ) -> Self {
        Self {
            totals: Draft::new(context.totals),
            context,
            next_id,
            writes: Vec::new(),
            duplicates: HashMap::new(),
            touched: BTreeMap::new(),
            pending,
            consequences: Consequences::default(),
        }
    }

    /// Looks up at once what is known of all control ids in these steps.
    pub(super) async fn learn_duplicates<'s>(
        &mut self,
        steps: impl Iterator<Item = &'s Step>,
    ) -> Result<(), OperationError> {
        let keys: Vec<Token> = steps
            .filter_map(|step| match step {
                Step::Append { append, .. } | Step::Replace { with: append, .. } => append
                    .duplicate_key
                    .filter(|_| append.duplicate_window_ms > 0),
                _ => None,
            })
            .collect();
        let known = self.context.store.duplicates(&keys).await?;
        for (key, stored) in keys.into_iter().zip(known) {
            let pending = self.pending.as_deref();
            let pending = pending.and_then(|pending| pending.duplicates.get(&key).copied());
            if let Some(known) = pending.or(stored) {
                // What this batch appended under it is later still.
                self.duplicates.entry(key).or_insert(known);
            }
        }
        Ok(())
    }

    /// The batch before is committed: the store shows what it changed.
    pub(super) fn nothing_pending(&mut self) {
        self.pending = None;
    }

    /// Whether a call's steps must wait for the next batch, as this one, or the one being committed, changes
    /// what they look at.
    pub(super) fn must_wait(&self, steps: &[Step]) -> bool {
        let pending = self.pending.as_deref().map(|pending| &pending.touched);
        [Some(&self.touched), pending]
            .into_iter()
            .flatten()
            .any(|touched| looks_at(steps, touched))
    }

    /// Adds the steps of one call.
    ///
    /// # Errors
    /// The store cannot be read or a value not be sealed: the whole batch is to be given up.
    pub(super) async fn add(&mut self, steps: Vec<Step>) -> Result<Vec<Outcome>, OperationError> {
        let subjects: Vec<_> = steps
            .iter()
            .filter_map(Step::subject)
            .map(|(id, queue)| (id, queue.cloned()))
            .collect();
        let mut outcomes = Vec::with_capacity(steps.len());
        for step in steps {
            outcomes.push(self.add_step(step).await?);
        }
        for (id, queue) in subjects {
            self.touched.entry(id).or_default().insert(queue);
        }
        Ok(outcomes)
    }

    pub(super) fn finish(self) -> Drawn {
        let mut writes = self.writes;
        writes.extend(self.totals.writes());
        Drawn {
            batch: Batch { writes },
            totals: self.totals.into_changed(),
            next_id: self.next_id,
            consequences: self.consequences,
            pending: Pending {
                duplicates: self.duplicates,
                touched: self.touched,
            },
        }
    }

    async fn add_step(&mut self, step: Step) -> Result<Outcome, OperationError> {
        match step {
            Step::Append { append, key } => self.append(*append, key),
            Step::Settle(settle) => self.settle(*settle).await,
            Step::Retry { queue, id } => self.retry(queue, id).await,
            Step::Discard { queue, id, reason } => self.discard(queue, id, reason).await,
            Step::Replace {
                queue,
                id,
                with,
                key,
            } => self.replace((queue, id), *with, key).await,
            Step::Park { queue, id } => self.park(queue, id).await,
            Step::Skip { queue, id, reason } => self.skip(queue, id, reason).await,
            Step::Requeue { queue, id } => self.requeue(queue, id).await,
            Step::PutJob(job) => {
                self.consequences.events.push(EventKind::JobChanged {
                    job: job.id,
                    state: job.state,
                });
                self.writes.push(Write::PutJob(*job));
                Ok(Outcome::Done)
            }
            Step::RemoveJob(id) => {
                self.writes.push(Write::RemoveJob(id));
                Ok(Outcome::Done)
            }
            Step::Probe(channel) => {
                self.totals.channel(&channel);
                Ok(Outcome::Done)
            }
            Step::Remove(record) => self.remove(*record).await,
        }
    }
}

fn looks_at(steps: &[Step], touched: &Touched) -> bool {
    steps.iter().filter_map(Step::subject).any(|(id, queue)| {
        touched.get(&id).is_some_and(|touched| {
            queue.is_none() || touched.contains(&None) || touched.contains(&queue.cloned())
        })
    })
}
