//! A store that fails or dawdles by plan, around a store that does not.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;
use wardline_messaging::model::{
    ChannelCounters, DeadLetter, Delivery, DestinationCounters, DestinationName, Job, MessageId,
    MessageRecord, Queue, Token,
};
use wardline_messaging::port::{
    Batch, Direction, DuplicateEntry, MessageStore, Page, Query, QueueEntry, StoreError, StoreUsage,
};

/// How a commit fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No room; nothing is written.
    Full,
    /// Cannot be reached; nothing is written.
    Unavailable,
    /// The batch is written, but the answer is lost: [`StoreError::Unavailable`].
    AnswerLost,
    /// Found damaged; nothing is written.
    Corrupt,
}

/// A store whose commits fail or wait as a test says. Reads always work.
#[derive(Clone)]
pub struct Faults {
    store: Arc<dyn MessageStore>,
    plan: Arc<Mutex<Plan>>,
    held: watch::Sender<bool>,
}

#[derive(Default)]
struct Plan {
    next: VecDeque<Option<Fault>>,
    broken: Option<Fault>,
    commits_asked: usize,
    searches_pause: bool,
}

impl Faults {
    /// `store`, for now without faults.
    pub fn over(store: Arc<dyn MessageStore>) -> Self {
        Self {
            store,
            plan: Arc::default(),
            held: watch::Sender::new(false),
        }
    }

    /// The next commits fail, or work where there is `None`, in this order.
    pub fn next_commits(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.with_plan(|plan| plan.next.extend(faults));
    }

    /// Every commit fails until [`Faults::mend`].
    pub fn break_down(&self, fault: Fault) {
        self.with_plan(|plan| plan.broken = Some(fault));
    }

    /// Commits work again, and what was planned is forgotten.
    pub fn mend(&self) {
        self.with_plan(|plan| {
            plan.broken = None;
            plan.next.clear();
        });
    }

    /// Commits wait until [`Faults::release`].
    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Commits that wait go on.
    pub fn release(&self) {
        self.held.send_replace(false);
    }

    /// From now on the first page of a search is empty and says where to go on, as of a store that has looked at enough.
    pub fn pause_searches(&self) {
        self.with_plan(|plan| plan.searches_pause = true);
    }

    /// Commits asked for so far, whether they worked or not.
    pub fn commits_asked(&self) -> usize {
        self.with_plan(|plan| plan.commits_asked)
    }

    fn with_plan<T>(&self, change: impl FnOnce(&mut Plan) -> T) -> T {
        change(&mut self.plan.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn next_fault(&self) -> Option<Fault> {
        self.with_plan(|plan| {
            plan.commits_asked += 1;
            plan.next.pop_front().flatten().or(plan.broken)
        })
    }
}

#[async_trait]
impl MessageStore for Faults {
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let fault = self.next_fault();
        self.held.subscribe().wait_for(|held| !held).await.unwrap();
        match fault {
            None => self.store.commit(batch).await,
            Some(Fault::Full) => Err(StoreError::Full),
            Some(Fault::Unavailable) => Err(StoreError::Unavailable("as planned".to_owned())),
            Some(Fault::Corrupt) => Err(StoreError::Corrupt("as planned".to_owned())),
            Some(Fault::AnswerLost) => {
                self.store.commit(batch).await?;
                Err(StoreError::Unavailable(
                    "written, and the answer lost, as planned".to_owned(),
                ))
            }
        }
    }

    async fn last_message_id(&self) -> Result<MessageId, StoreError> {
        // As of a store that is asked over a wire: others go on meanwhile.
        tokio::task::yield_now().await;
        self.store.last_message_id().await
    }

    async fn duplicates(&self, keys: &[Token]) -> Result<Vec<Option<DuplicateEntry>>, StoreError> {
        self.store.duplicates(keys).await
    }

    async fn record(&self, id: MessageId) -> Result<Option<MessageRecord>, StoreError> {
        self.store.record(id).await
    }

    async fn body(&self, id: MessageId) -> Result<Option<Bytes>, StoreError> {
        self.store.body(id).await
    }

    async fn deliveries(
        &self,
        id: MessageId,
    ) -> Result<Vec<(DestinationName, Delivery)>, StoreError> {
        self.store.deliveries(id).await
    }

    async fn delivery(&self, queue: &Queue, id: MessageId) -> Result<Option<Delivery>, StoreError> {
        self.store.delivery(queue, id).await
    }

    async fn queued(
        &self,
        queue: &Queue,
        after: MessageId,
        limit: usize,
    ) -> Result<Vec<QueueEntry>, StoreError> {
        self.store.queued(queue, after, limit).await
    }

    async fn is_queued(&self, queue: &Queue, id: MessageId) -> Result<bool, StoreError> {
        self.store.is_queued(queue, id).await
    }

    async fn search(
        &self,
        query: &Query,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<MessageRecord>, StoreError> {
        let page = self.store.search(query, cursor, limit).await?;
        match page.items.first() {
            Some(first) if cursor.is_none() && self.with_plan(|plan| plan.searches_pause) => {
                Ok(Page {
                    items: Vec::new(),
                    next: Some(match query.direction {
                        Direction::NewestFirst => first.id.next(),
                        Direction::OldestFirst => MessageId(first.id.0.saturating_sub(1)),
                    }),
                })
            }
            _ => Ok(page),
        }
    }

    async fn dead_letters(
        &self,
        queue: &Queue,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<DeadLetter>, StoreError> {
        self.store.dead_letters(queue, cursor, limit).await
    }

    async fn dead_letter(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<DeadLetter>, StoreError> {
        self.store.dead_letter(queue, id).await
    }

    async fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        self.store.queues().await
    }

    async fn channel_counters(&self) -> Result<Vec<ChannelCounters>, StoreError> {
        self.store.channel_counters().await
    }

    async fn destination_counters(&self) -> Result<Vec<DestinationCounters>, StoreError> {
        self.store.destination_counters().await
    }

    async fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.store.jobs().await
    }

    async fn usage(&self) -> Result<StoreUsage, StoreError> {
        self.store.usage().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemoryStore, block_on, sample};

    fn put(id: u64) -> Batch {
        sample::batch([sample::put(sample::record(id))])
    }

    #[test]
    fn planned_faults_come_in_order_and_only_a_lost_answer_writes() {
        let faults = Faults::over(Arc::new(MemoryStore::new()));
        faults.next_commits([Some(Fault::Full), None, Some(Fault::AnswerLost)]);

        let stored = block_on(async {
            assert!(matches!(faults.commit(put(1)).await, Err(StoreError::Full)));
            assert!(faults.commit(put(2)).await.is_ok());
            assert!(matches!(
                faults.commit(put(3)).await,
                Err(StoreError::Unavailable(_))
            ));
            assert!(faults.commit(put(4)).await.is_ok());
            faults
                .search(&Query::default(), None, 10)
                .await
                .unwrap()
                .items
        });

        assert_eq!(stored.iter().map(|r| r.id.0).collect::<Vec<_>>(), [4, 3, 2]);
        assert_eq!(faults.commits_asked(), 4);
    }

    #[test]
    fn a_broken_store_fails_until_it_is_mended() {
        let faults = Faults::over(Arc::new(MemoryStore::new()));

        block_on(async {
            faults.break_down(Fault::Corrupt);
            assert!(matches!(
                faults.commit(put(1)).await,
                Err(StoreError::Corrupt(_))
            ));
            assert!(matches!(
                faults.commit(put(1)).await,
                Err(StoreError::Corrupt(_))
            ));
            faults.mend();
            assert!(faults.commit(put(1)).await.is_ok());
        });
    }

    #[test]
    fn a_held_commit_waits_until_it_is_released() {
        let faults = Faults::over(Arc::new(MemoryStore::new()));
        faults.hold();

        block_on(async {
            let waiting = tokio::spawn({
                let faults = faults.clone();
                async move { faults.commit(put(1)).await }
            });
            while faults.commits_asked() == 0 {
                tokio::task::yield_now().await;
            }
            assert_eq!(faults.last_message_id().await.unwrap(), MessageId(0));
            faults.release();
            waiting.await.unwrap().unwrap();
            assert_eq!(faults.last_message_id().await.unwrap(), MessageId(1));
        });
    }
}
