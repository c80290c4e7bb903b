//! A batch on its way to the store, and what follows when it arrives or does not.

use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

use super::batch::{Consequences, Drawn, Pending};
use super::handle::Answer;
use super::queues::Queues;
use super::step::Outcome;
use super::totals::Totals;
use crate::port::{MessageStore, StoreError};
use crate::watch::{Cause, Watch};

type Commit = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;

/// A batch that is being committed.
pub(super) struct Flight {
    commit: Commit,
    cargo: Option<Cargo>,
    pending: Arc<Pending>,
}

/// What is done once the batch is durable, and who waits for it.
struct Cargo {
    totals: Totals,
    consequences: Consequences,
    answers: Vec<(Answer, Vec<Outcome>)>,
}

/// A batch of which it is known what became of it.
pub(super) struct Landed {
    committed: Result<(), StoreError>,
    cargo: Option<Cargo>,
}

impl Flight {
    /// Hands the batch over to the store when it is first waited for.
    pub(super) fn new(
        store: &Arc<dyn MessageStore>,
        drawn: Drawn,
        answers: Vec<(Answer, Vec<Outcome>)>,
    ) -> Self {
        let (store, batch) = (Arc::clone(store), drawn.batch);
        let commit: Commit = if batch.writes.is_empty() {
            Box::pin(std::future::ready(Ok(())))
        } else {
            Box::pin(async move { store.commit(batch).await })
        };
        Self {
            commit,
            cargo: Some(Cargo {
                totals: drawn.totals,
                consequences: drawn.consequences,
                answers,
            }),
            pending: Arc::new(drawn.pending),
        }
    }

    /// What the store does not show yet.
    pub(super) fn pending(&self) -> Arc<Pending> {
        Arc::clone(&self.pending)
    }

    /// Waits for the end of the flight, if there is one; for ever otherwise. May be broken off and begun again.
    pub(super) async fn ends(flight: &mut Option<Self>) -> Landed {
        let Some(under_way) = flight else {
            return std::future::pending().await;
        };
        let committed = under_way.commit.as_mut().await;
        let cargo = under_way.cargo.take();
        *flight = None;
        Landed { committed, cargo }
    }
}

/// Where a batch's consequences go.
pub(super) struct Landing {
    pub(super) totals: Arc<RwLock<Totals>>,
    pub(super) watch: Arc<Watch>,
    pub(super) queues: Arc<Queues>,
}

impl Landing {
    /// The totals as they are committed.
    pub(super) fn totals(&self) -> Totals {
        self.totals
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// These are committed, whatever was thought to be.
    pub(super) fn put_totals(&self, totals: Totals) {
        *self.totals.write().unwrap_or_else(PoisonError::into_inner) = totals;
    }

    /// Feeds the dispatchers, tells of events, answers; or says that it came to nothing.
    pub(super) fn land(&self, landed: Landed) -> Result<(), StoreError> {
        let Some(cargo) = landed.cargo else {
            return landed.committed;
        };
        match landed.committed {
            Ok(()) => {
                self.take_effect(cargo.totals, cargo.consequences);
                self.watch.available(Cause::Store);
                let answers = cargo.answers.into_iter();
                Answer::give_all(answers.map(|(answer, outcomes)| (answer, Ok(outcomes))));
                Ok(())
            }
            Err(error) => {
                self.lose(&cargo.consequences);
                let answers = cargo.answers.into_iter().map(|(answer, _)| answer);
                self.fail(answers, &error);
                Err(error)
            }
        }
    }

    /// Tells those who wait that nothing of what they asked for took effect.
    pub(super) fn fail(&self, answers: impl IntoIterator<Item = Answer>, error: &StoreError) {
        self.watch.unavailable(Cause::Store, &error.to_string());
        let answers = answers.into_iter();
        Answer::give_all(answers.map(|answer| (answer, Err(error.clone()))));
    }

    fn take_effect(&self, totals: Totals, consequences: Consequences) {
        self.totals
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .apply(totals);
        for (queue, entry) in consequences.queued {
            if let Some(feed) = self.queues.feed(&queue) {
                feed.push(entry);
            }
        }
        for (queue, entry) in consequences.requeued {
            if let Some(feed) = self.queues.feed(&queue) {
                feed.requeued(entry);
            }
        }
        for event in consequences.events {
            self.watch.tell(event);
        }
    }

    /// The batch may be on disk nevertheless: only the queues themselves know.
    fn lose(&self, consequences: &Consequences) {
        for (queue, _) in &consequences.queued {
            if let Some(feed) = self.queues.feed(queue) {
                feed.lost();
            }
        }
        for (queue, entry) in &consequences.requeued {
            if let Some(feed) = self.queues.feed(queue) {
                feed.requeue_lost(entry.id);
            }
        }
    }
}
