//! The port of messaging, on Redis.

use std::sync::PoisonError;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::StoreError;
use wardline_messaging::model::{
    ChannelCounters, DeadLetter, Delivery, DestinationCounters, DestinationName, Job, MessageId,
    MessageRecord, Queue, Token,
};
use wardline_messaging::port::{
    Batch, DuplicateEntry, MessageStore, Page, Query, QueueEntry, StoreUsage,
};

use super::{RedisMessages, draft::Draft, keys, search};
use crate::call::Class;
use crate::codec::damaged;
use crate::commit::{Answer, Commit};

#[async_trait]
impl MessageStore for RedisMessages {
    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let mut turn = self.writer.turn().await;
        let (commit, new_names) = {
            let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            let draft = Draft::of(Commit::new(self.writer.tag()), &names, batch)?;
            (draft.commit, draft.new_names)
        };
        match turn.send(commit, Class::Acknowledged).await? {
            Answer::Done => {
                let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
                names.learn(new_names);
                Ok(())
            }
            Answer::Refused(_) | Answer::Gap { .. } => Err(damaged("the answer to a batch")),
        }
    }

    async fn last_message_id(&self) -> Result<MessageId, StoreError> {
        self.writer.settle().await?;
        self.last_id().await
    }

    async fn duplicates(&self, keys: &[Token]) -> Result<Vec<Option<DuplicateEntry>>, StoreError> {
        self.writer.settle().await?;
        self.known_duplicates(keys).await
    }

    async fn record(&self, id: MessageId) -> Result<Option<MessageRecord>, StoreError> {
        self.writer.settle().await?;
        self.stored_record(id).await
    }

    async fn body(&self, id: MessageId) -> Result<Option<Bytes>, StoreError> {
        self.stored_body(id).await
    }

    async fn deliveries(
        &self,
        id: MessageId,
    ) -> Result<Vec<(DestinationName, Delivery)>, StoreError> {
        self.writer.settle().await?;
        self.stored_deliveries(id).await
    }

    async fn delivery(&self, queue: &Queue, id: MessageId) -> Result<Option<Delivery>, StoreError> {
        self.writer.settle().await?;
        self.stored_delivery(queue, id).await
    }

    async fn queued(
        &self,
        queue: &Queue,
        after: MessageId,
        limit: usize,
    ) -> Result<Vec<QueueEntry>, StoreError> {
        self.writer.settle().await?;
        self.entries_of(queue, after, limit).await
    }

    async fn is_queued(&self, queue: &Queue, id: MessageId) -> Result<bool, StoreError> {
        self.writer.settle().await?;
        self.is_in_queue(queue, id).await
    }

    async fn search(
        &self,
        query: &Query,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<MessageRecord>, StoreError> {
        self.writer.settle().await?;
        search::page(self, query, cursor, limit).await
    }

    async fn dead_letters(
        &self,
        queue: &Queue,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<DeadLetter>, StoreError> {
        self.writer.settle().await?;
        self.letters_of(queue, cursor, limit).await
    }

    async fn dead_letter(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<DeadLetter>, StoreError> {
        self.writer.settle().await?;
        self.letter(queue, id).await
    }

    async fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        self.stored_queues().await
    }

    async fn channel_counters(&self) -> Result<Vec<ChannelCounters>, StoreError> {
        self.writer.settle().await?;
        let all = self.all_of(keys::CHANNEL_COUNTERS, "a channel's totals");
        let mut counters: Vec<ChannelCounters> = all.await?;
        counters.sort_by(|a, b| a.channel.cmp(&b.channel));
        Ok(counters)
    }

    async fn destination_counters(&self) -> Result<Vec<DestinationCounters>, StoreError> {
        self.writer.settle().await?;
        let all = self.all_of(keys::DESTINATION_COUNTERS, "a destination's totals");
        let mut counters: Vec<DestinationCounters> = all.await?;
        counters.sort_by(|a, b| a.queue.cmp(&b.queue));
        Ok(counters)
    }

    async fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.all_jobs().await
    }

    async fn usage(&self) -> Result<StoreUsage, StoreError> {
        self.memory().await
    }
}
