//! Reading what is named: by its id, its key or its queue.
//!
//! Always from a view: read directly, the engine may show a part of a batch that is being committed.

use std::ops::Bound::Included;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use wardline_messaging::model::{
    ChannelCounters, DeadLetter, Delivery, DestinationCounters, DestinationName, Job, MessageId,
    MessageRecord, Queue, Token,
};
use wardline_messaging::port::{DuplicateEntry, Page, QueueEntry, StoreError};

use crate::codec::{self, DuplicateRow, QueuedRow};
use crate::engine::{Rows, Table};
use crate::error::damaged;
use crate::keys::{self, QueueNumber};
use crate::open::Opened;

impl Opened {
    pub(crate) fn duplicates(
        &self,
        keys: &[Token],
    ) -> Result<Vec<Option<DuplicateEntry>>, StoreError> {
        // Before the view: what is moved into the table meanwhile is in one of both.
        let recent: Vec<_> = keys.iter().map(|key| self.recent.duplicate(key)).collect();
        let view = self.engine.view();
        let find = |(key, recent): (&Token, Option<DuplicateRow>)| {
            let row = match recent {
                Some(row) => row,
                None => match view.get(Table::Duplicates, key)? {
                    Some(value) => codec::decode(Table::Duplicates, &value)?,
                    None => return Ok(None),
                },
            };
            Ok(Some(DuplicateEntry {
                id: row.id,
                content_hash: row.content_hash,
                received_at: row.received_at,
            }))
        };
        keys.iter().zip(recent).map(find).collect()
    }

    pub(crate) fn record(&self, id: MessageId) -> Result<Option<MessageRecord>, StoreError> {
        if id < self.published.lowest() {
            return Ok(None);
        }
        self.row(Table::Records, &keys::message(id))
    }

    pub(crate) fn body(&self, id: MessageId) -> Result<Option<Bytes>, StoreError> {
        if id < self.published.lowest() {
            return Ok(None);
        }
        let body = self.engine.view().get(Table::Bodies, &keys::message(id))?;
        Ok(body.map(|body| Bytes::copy_from_slice(&body)))
    }

    pub(crate) fn deliveries(
        &self,
        id: MessageId,
    ) -> Result<Vec<(DestinationName, Delivery)>, StoreError> {
        let view = self.engine.view();
        let names = self.published.names();
        let mut found = Vec::new();
        for (queue, number) in names.queues() {
            if let Some(value) = view.get(Table::Deliveries, &keys::delivery(id, number))? {
                let delivery = codec::decode(Table::Deliveries, &value)?;
                found.push((queue.destination.clone(), delivery));
            }
        }
        Ok(found)
    }

    pub(crate) fn delivery(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<Delivery>, StoreError> {
        match self.number_of(queue) {
            Some(number) => self.row(Table::Deliveries, &keys::delivery(id, number)),
            None => Ok(None),
        }
    }

    pub(crate) fn queued(
        &self,
        queue: &Queue,
        after: MessageId,
        limit: usize,
    ) -> Result<Vec<QueueEntry>, StoreError> {
        let Some(number) = self.number_of(queue) else {
            return Ok(Vec::new());
        };
        let start = self.published.floors.start(number);
        let last_id = self.published.last_id();
        let from = after.next().max(start.lowest);
        let mut rows = self.rows_from(Table::Queued, number, from);
        let mut entries: Vec<QueueEntry> = Vec::new();
        while entries.len() < limit
            && let Some((key, value)) = rows.next()?
        {
            let id = keys::id_at_end(&key).ok_or_else(|| damaged("a queue's key"))?;
            let row: QueuedRow = codec::decode(Table::Queued, &value)?;
            entries.push(QueueEntry {
                id,
                lanes: row.lanes,
                received_at: row.received_at,
            });
        }
        let was_from_the_beginning = after.next() <= start.lowest.max(MessageId(1));
        if was_from_the_beginning && limit > 0 {
            // New messages get greater ids than the last, so they never come in below.
            let first = entries.first().map_or(u64::MAX, |entry| entry.id.0);
            let floor = MessageId(first).min(last_id.next());
            self.published.floors.raise(number, start, floor);
        }
        Ok(entries)
    }

    pub(crate) fn is_queued(&self, queue: &Queue, id: MessageId) -> Result<bool, StoreError> {
        let Some(number) = self.number_of(queue) else {
            return Ok(false);
        };
        let row = self
            .engine
            .view()
            .get(Table::Queued, &keys::queued(number, id))?;
        Ok(row.is_some())
    }

    pub(crate) fn dead_letters(
        &self,
        queue: &Queue,
        cursor: Option<MessageId>,
        limit: usize,
    ) -> Result<Page<DeadLetter>, StoreError> {
        let mut items: Vec<DeadLetter> = Vec::new();
        let Some(number) = self.number_of(queue) else {
            return Ok(Page { items, next: None });
        };
        let from = cursor.map_or(MessageId::default(), MessageId::next);
        let mut rows = self.rows_from(Table::DeadLetters, number, from);
        while let Some((_, value)) = rows.next()? {
            if items.len() >= limit.max(1) {
                let next = items.last().map(|letter| letter.id);
                return Ok(Page { items, next });
            }
            items.push(codec::decode(Table::DeadLetters, &value)?);
        }
        Ok(Page { items, next: None })
    }

    pub(crate) fn dead_letter(
        &self,
        queue: &Queue,
        id: MessageId,
    ) -> Result<Option<DeadLetter>, StoreError> {
        match self.number_of(queue) {
            Some(number) => self.row(Table::DeadLetters, &keys::queued(number, id)),
            None => Ok(None),
        }
    }

    pub(crate) fn channel_counters(&self) -> Result<Vec<ChannelCounters>, StoreError> {
        self.all_of(keys::CHANNEL_COUNTERS)
    }

    pub(crate) fn destination_counters(&self) -> Result<Vec<DestinationCounters>, StoreError> {
        let mut counters: Vec<DestinationCounters> = self.all_of(keys::DESTINATION_COUNTERS)?;
        // The order of `channel/destination` as text is not that of channel, then destination.
        counters.sort_by(|a, b| a.queue.cmp(&b.queue));
        Ok(counters)
    }

    pub(crate) fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        self.all_of(keys::JOBS)
    }

    /// All rows of `meta` whose keys begin so.
    pub(crate) fn all_of<T: DeserializeOwned>(&self, prefix: &[u8]) -> Result<Vec<T>, StoreError> {
        let mut rows = self.engine.view().prefix(Table::Meta, prefix);
        let mut found = Vec::new();
        while let Some((_, value)) = rows.next()? {
            found.push(codec::decode(Table::Meta, &value)?);
        }
        Ok(found)
    }

    fn number_of(&self, queue: &Queue) -> Option<QueueNumber> {
        self.published.names().queue(queue)
    }

    fn row<T: DeserializeOwned>(&self, table: Table, key: &[u8]) -> Result<Option<T>, StoreError> {
        let value = self.engine.view().get(table, key)?;
        value.map(|value| codec::decode(table, &value)).transpose()
    }

    /// Rows of a queue in `table`, from a message on.
    fn rows_from(&self, table: Table, queue: QueueNumber, from: MessageId) -> Rows {
        let first = keys::queued(queue, from);
        let last = keys::queued(queue, MessageId(u64::MAX));
        self.engine
            .view()
            .range(table, Included(&*first), Included(&*last))
    }
}
