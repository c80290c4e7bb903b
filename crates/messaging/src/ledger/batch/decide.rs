//! What a person decides about one message: each looks at what is committed, and changes nothing when that is
//! not so any more.

use super::Draw;
use crate::error::OperationError;
use crate::ledger::step::{Append, Outcome};
use crate::model::{
    DeadLetter, DeadReason, Delivery, DeliveryState, EventKind, MessageId, MessageRecord, Queue,
};
use crate::port::{QueueEntry, Write};
use crate::sealing::HeldKey;

impl Draw<'_> {
    pub(super) async fn retry(
        &mut self,
        queue: Queue,
        id: MessageId,
    ) -> Result<Outcome, OperationError> {
        let Some(dead) = self.context.store.dead_letter(&queue, id).await? else {
            return Ok(Outcome::NotApplicable);
        };
        let Some(record) = self.context.store.record(id).await? else {
            return Ok(Outcome::NotApplicable);
        };
        self.bury_no_more(&queue, id);
        let entry = QueueEntry {
            id,
            lanes: dead.lanes,
            received_at: record.received_at,
        };
        self.put_back(queue, entry).await
    }

    pub(super) async fn discard(
        &mut self,
        queue: Queue,
        id: MessageId,
        reason: Vec<u8>,
    ) -> Result<Outcome, OperationError> {
        if self.context.store.dead_letter(&queue, id).await?.is_none() {
            return Ok(Outcome::NotApplicable);
        }
        self.bury_no_more(&queue, id);
        self.totals.destination(&queue).discarded += 1;
        self.put_state(queue, id, DeliveryState::Discarded, Some(reason))
            .await
    }

    pub(super) async fn replace(
        &mut self,
        (queue, id): (Queue, MessageId),
        with: Append,
        key: HeldKey,
    ) -> Result<Outcome, OperationError> {
        if self.context.store.dead_letter(&queue, id).await?.is_none() {
            return Ok(Outcome::NotApplicable);
        }
        let stored = self.append(with, key)?;
        if matches!(stored, Outcome::Stored { .. }) {
            self.bury_no_more(&queue, id);
            self.put_state(queue, id, DeliveryState::Superseded, None)
                .await?;
        }
        Ok(stored)
    }

    pub(super) async fn park(
        &mut self,
        queue: Queue,
        id: MessageId,
    ) -> Result<Outcome, OperationError> {
        let Some(record) = self.take_out(&queue, id).await? else {
            return Ok(Outcome::NotApplicable);
        };
        self.totals.destination(&queue).dead += 1;
        let delivery = self.context.store.delivery(&queue, id).await?;
        self.writes.push(Write::PutDeadLetter(DeadLetter {
            id,
            queue: queue.clone(),
            reason: DeadReason::Parked,
            since: self.context.now,
            attempt_count: delivery.map_or(0, |delivery| delivery.attempt_count),
            lanes: record.lanes,
        }));
        self.consequences.events.push(EventKind::DeadLettered {
            queue: queue.clone(),
            id,
        });
        self.put_state(queue, id, DeliveryState::Dead, None).await
    }

    pub(super) async fn skip(
        &mut self,
        queue: Queue,
        id: MessageId,
        reason: Vec<u8>,
    ) -> Result<Outcome, OperationError> {
        if self.take_out(&queue, id).await?.is_none() {
            return Ok(Outcome::NotApplicable);
        }
        self.totals.destination(&queue).discarded += 1;
        self.put_state(queue, id, DeliveryState::Discarded, Some(reason))
            .await
    }

    pub(super) async fn requeue(
        &mut self,
        queue: Queue,
        id: MessageId,
    ) -> Result<Outcome, OperationError> {
        let store = self.context.store;
        let Some(record) = store.record(id).await? else {
            return Ok(Outcome::NotApplicable);
        };
        if store.is_queued(&queue, id).await? {
            return Ok(Outcome::NotApplicable);
        }
        if store.dead_letter(&queue, id).await?.is_some() {
            self.bury_no_more(&queue, id);
        }
        let MessageRecord {
            lanes, received_at, ..
        } = record;
        self.put_back(
            queue,
            QueueEntry {
                id,
                lanes,
                received_at,
            },
        )
        .await
    }

    pub(super) async fn remove(
        &mut self,
        record: MessageRecord,
    ) -> Result<Outcome, OperationError> {
        let store = self.context.store;
        let mut queues: Vec<_> = record.destinations.clone();
        queues.extend(
            store
                .deliveries(record.id)
                .await?
                .into_iter()
                .map(|(name, _)| name),
        );
        for destination in queues {
            let queue = Queue {
                channel: record.channel.clone(),
                destination,
            };
            let is_needed = store.is_queued(&queue, record.id).await?
                || store.dead_letter(&queue, record.id).await?.is_some();
            if is_needed {
                return Ok(Outcome::NotApplicable);
            }
        }
        self.writes.push(Write::RemoveMessage(record));
        Ok(Outcome::Done)
    }

    async fn put_back(
        &mut self,
        queue: Queue,
        entry: QueueEntry,
    ) -> Result<Outcome, OperationError> {
        let id = entry.id;
        self.totals.destination(&queue).waiting += 1;
        self.writes.push(Write::Enqueue {
            queue: queue.clone(),
            entry: entry.clone(),
        });
        self.consequences.requeued.push((queue.clone(), entry));
        self.put_state(queue, id, DeliveryState::Waiting, None)
            .await
    }

    /// Takes a waiting message out of its queue; `None` when it does not wait.
    async fn take_out(
        &mut self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<MessageRecord>, OperationError> {
        if !self.context.store.is_queued(queue, id).await? {
            return Ok(None);
        }
        let Some(record) = self.context.store.record(id).await? else {
            return Ok(None);
        };
        let totals = self.totals.destination(queue);
        totals.waiting = totals.waiting.saturating_sub(1);
        self.writes.push(Write::Dequeue {
            queue: queue.clone(),
            id,
        });
        Ok(Some(record))
    }

    fn bury_no_more(&mut self, queue: &Queue, id: MessageId) {
        let totals = self.totals.destination(queue);
        totals.dead = totals.dead.saturating_sub(1);
        self.writes.push(Write::RemoveDeadLetter {
            queue: queue.clone(),
            id,
        });
    }

    async fn put_state(
        &mut self,
        queue: Queue,
        id: MessageId,
        state: DeliveryState,
        reason: Option<Vec<u8>>,
    ) -> Result<Outcome, OperationError> {
        let now = self.context.now;
        let before = self.context.store.delivery(&queue, id).await?;
        let mut delivery = before
            .unwrap_or_else(|| Delivery::waiting(now))
            .into_state(state, now);
        delivery.reason = reason;
        self.writes.push(Write::PutDelivery {
            queue,
            id,
            delivery,
        });
        Ok(Outcome::Done)
    }
}
