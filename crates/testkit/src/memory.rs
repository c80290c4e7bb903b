//! The store as plain maps: a model to compare adapters with, and a store for tests of what stands above.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use wardline_messaging::model::{
    ChannelCounters, ChannelName, DeadLetter, Delivery, DestinationCounters, DestinationName,
    Disposition, Job, JobId, MessageId, MessageRecord, Queue, Token,
};
use wardline_messaging::port::{
    Batch, Direction, DuplicateEntry, MessageState, MessageStore, Page, Query, QueueEntry,
    StoreError, StoreUsage, Write,
};

/// A store that forgets with its last clone. Clones share what is stored.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<Mutex<Tables>>);

#[derive(Debug, Default)]
struct Tables {
    last_id: MessageId,
    messages: BTreeMap<MessageId, (MessageRecord, Bytes)>,
    duplicates: BTreeMap<Token, DuplicateEntry>,
    queued: BTreeMap<Queue, BTreeMap<MessageId, QueueEntry>>,
    deliveries: BTreeMap<(MessageId, Queue), Delivery>,
    dead: BTreeMap<Queue, BTreeMap<MessageId, DeadLetter>>,
    queues: BTreeSet<Queue>,
    channel_counters: BTreeMap<ChannelName, ChannelCounters>,
    destination_counters: BTreeMap<Queue, DestinationCounters>,
    jobs: BTreeMap<JobId, Job>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn apply(&mut self, write: Write) {
        match write {
            Write::PutMessage { record, body } => self.put_message(record, body),
            Write::Enqueue { queue, entry } => {
                self.queues.insert(queue.clone());
                self.queued
                    .entry(queue)
                    .or_default()
                    .insert(entry.id, entry);
            }
            Write::Dequeue { queue, id } => {
                self.queued.entry(queue).or_default().remove(&id);
            }
            Write::PutDelivery {
                queue,
                id,
                delivery,
            } => {
                self.queues.insert(queue.clone());
                self.deliveries.insert((id, queue), delivery);
            }
            Write::PutDeadLetter(letter) => {
                self.queues.insert(letter.queue.clone());
                self.dead
                    .entry(letter.queue.clone())
                    .or_default()
                    .insert(letter.id, letter);
            }
            Write::RemoveDeadLetter { queue, id } => {
                self.dead.entry(queue).or_default().remove(&id);
            }
            Write::PutJob(job) => {
                self.jobs.insert(job.id, job);
            }
            Write::RemoveJob(id) => {
                self.jobs.remove(&id);
            }
            Write::PutChannelCounters(counters) => {
                self.channel_counters
                    .insert(counters.channel.clone(), counters);
            }
            Write::PutDestinationCounters(counters) => {
                self.queues.insert(counters.queue.clone());
                self.destination_counters
                    .insert(counters.queue.clone(), counters);
            }
            Write::RemoveMessage(record) => self.remove_message(&record),
        }
    }

    fn put_message(&mut self, record: MessageRecord, body: Bytes) {
        self.last_id = self.last_id.max(record.id);
        if let Some(key) = record.duplicate_key {
            let entry = DuplicateEntry {
                id: record.id,
                content_hash: record.content_hash,
                received_at: record.received_at,
            };
            self.duplicates.insert(key, entry);
        }
        self.messages.insert(record.id, (record, body));
    }

    fn remove_message(&mut self, record: &MessageRecord) {
        self.messages.remove(&record.id);
        self.deliveries.retain(|(id, _), _| *id != record.id);
        if let Some(key) = record.duplicate_key
            && self
                .duplicates
                .get(&key)
                .is_some_and(|entry| entry.id == record.id)
        {
            self.duplicates.remove(&key);
        }
    }

    fn is_in_state(&self, record: &MessageRecord, state: MessageState) -> bool {
        let waiting = || {
            self.queued
                .values()
                .any(|queue| queue.contains_key(&record.id))
        };
        let dead = || {
            self.dead
                .values()
                .any(|letters| letters.contains_key(&record.id))
        };
        match state {
            MessageState::Waiting => waiting(),
            MessageState::Dead => dead(),
            MessageState::Done => {
                record.disposition == Disposition::Routed && !waiting() && !dead()
            }
            MessageState::Unrouted => record.disposition == Disposition::Unrouted,
            MessageState::Quarantined => {
                matches!(record.disposition, Disposition::Quarantined(_))
            }
        }
    }

    fn matches(&self, query: &Query, record: &MessageRecord) -> bool {
        query.matches_record(record)
            && query
                .state
                .is_none_or(|state| self.is_in_state(record, state))
    }
}

/// The first `limit` of `items`, and the cursor after them if there are more.
fn page<T>(items: impl Iterator<Item = T>, limit: usize, id: impl Fn(&T) -> MessageId) -> Page<T> {
    let mut items: Vec<T> = items.take(limit.saturating_add(1)).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    Page {
        next: items.last().map(id).filter(|_| more),
        items,
    }
}

#[async_trait]
impl MessageStore for MemoryStore {
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let mut tables = self.tables();
        for write in batch.writes {
            tables.apply(write);
        }
        Ok(())
    }

    async fn last_message_id(&self) -> Result<MessageId, StoreError> {
        Ok(self.tables().last_id)
    }

    async fn duplicates(&self, keys: &[Token]) -> Result<Vec<Option<DuplicateEntry>>, StoreError> {
        let tables = self.tables();
        Ok(keys
            .iter()
            .map(|key| tables.duplicates.get(key).copied())
            .collect())
    }

    async fn record(&self, id: MessageId) -> Result<Option<MessageRecord>, StoreError> {
        Ok(self
            .tables()
            .messages
            .get(&id)
            .map(|(record, _)| record.clone()))
    }

    async fn body(&self, id: MessageId) -> Result<Option<Bytes>, StoreError> {
        Ok(self
            .tables()
            .messages
            .get(&id)
            .map(|(_, body)| body.clone()))
    }

    async fn deliveries(
        &self,
        id: MessageId,
    ) -> Result<Vec<(DestinationName, Delivery)>, StoreError> {
        let tables = self.tables();
        let of_message = tables.deliveries.iter().filter(|((of, _), _)| *of == id);
        Ok(of_message
            .map(|((_, q), d)| (q.destination.clone(), d.clone()))
            .collect())
    }

    async fn delivery(&self, queue: &Queue, id: MessageId) -> Result<Option<Delivery>, StoreError> {
        Ok(self.tables().deliveries.get(&(id, queue.clone())).cloned())
    }

    async fn queued(
        &self,
        queue: &Queue,
        after: MessageId,
        limit: usize,
    ) -> Result<Vec<QueueEntry>, StoreError> {
        let tables = self.tables();
        let Some(entries) = tables.queued.get(queue) else {
            return Ok(Vec::new());
        };
        Ok(entries
            .range(after.next()..)
            .take(limit)
            .map(|(_, entry)| entry.clone())
            .collect())
    }

    async fn is_queued(&self, queue: &Queue, id: MessageId) -> Result<bool, StoreError> {
        Ok(self
            .tables()
            .queued
            .get(queue)
            .is_some_and(|entries| entries.contains_key(&id)))
    }

    async fn search(
        &self,
        query: &Query,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<MessageRecord>, StoreError> {
        let tables = self.tables();
        let records = tables.messages.values().map(|(record, _)| record);
        let matching = records.filter(|record| tables.matches(query, record));
        let found = match query.direction {
            Direction::OldestFirst => {
                let beyond = matching.filter(|r| cursor.is_none_or(|cursor| r.id > cursor));
                page(beyond.cloned(), limit, |r| r.id)
            }
            Direction::NewestFirst => {
                let beyond = matching
                    .rev()
                    .filter(|r| cursor.is_none_or(|cursor| r.id < cursor));
                page(beyond.cloned(), limit, |r| r.id)
            }
        };
        Ok(found)
    }

    async fn dead_letters(
        &self,
        queue: &Queue,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<DeadLetter>, StoreError> {
        let tables = self.tables();
        let letters = tables
            .dead
            .get(queue)
            .into_iter()
            .flat_map(BTreeMap::values);
        let beyond = letters.filter(|letter| cursor.is_none_or(|cursor| letter.id > cursor));
        Ok(page(beyond.cloned(), limit, |letter| letter.id))
    }

    async fn dead_letter(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<DeadLetter>, StoreError> {
        Ok(self
            .tables()
            .dead
            .get(queue)
            .and_then(|letters| letters.get(&id))
            .cloned())
    }

    async fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        Ok(self.tables().queues.iter().cloned().collect())
    }

    async fn channel_counters(&self) -> Result<Vec<ChannelCounters>, StoreError> {
        Ok(self.tables().channel_counters.values().cloned().collect())
    }

    async fn destination_counters(&self) -> Result<Vec<DestinationCounters>, StoreError> {
        Ok(self
            .tables()
            .destination_counters
            .values()
            .cloned()
            .collect())
    }

    async fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        Ok(self.tables().jobs.values().cloned().collect())
    }

    async fn usage(&self) -> Result<StoreUsage, StoreError> {
        let bodies = self
            .tables()
            .messages
            .values()
            .map(|(_, body)| body.len())
            .sum::<usize>();
        Ok(StoreUsage {
            used_bytes: u64::try_from(bodies).unwrap_or(u64::MAX),
            free_bytes: u64::MAX,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryStore;
    use crate::conformance::StoreUnderTest;

    struct Memory(MemoryStore);

    impl StoreUnderTest for Memory {
        fn store(&self) -> &dyn wardline_messaging::port::MessageStore {
            &self.0
        }

        fn reopen(&mut self) {
            self.0 = self.0.clone();
        }
    }

    crate::conformance!(Memory(MemoryStore::new()));

    #[test]
    fn random_writes_give_the_same_answers_as_the_model() {
        crate::model_based::check(16, || Memory(MemoryStore::new()));
    }
}
