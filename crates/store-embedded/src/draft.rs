//! A batch on its way to the engine: writes turned into rows.
//!
//! The engine takes a key once per batch, so of several rows with one key the last counts. Rows of the draft
//! are seen by later writes of the same batch.

use std::collections::{BTreeMap, BTreeSet};

use wardline_messaging::model::{DeadLetter, Delivery, MessageId, MessageRecord, Queue, Token};
use wardline_messaging::port::{Batch, QueueEntry, StoreError, Write};

use crate::buckets;
use crate::codec::{self, DuplicateRow, QueuedRow};
use crate::directory::{Directory, Published};
use crate::engine::{Durability, Engine, Key, Row, Table, Value, WriteError};
use crate::keys::{self, FeedNumber, QueueNumber};
use crate::recent::{self, Recent, Stored};

/// Rows to write, and the directory as it will be then.
pub(crate) struct Draft<'a> {
    engine: &'a Engine,
    directory: &'a mut Directory,
    rows: BTreeMap<(Table, Key), Option<Value>>,
    changed_buckets: BTreeSet<u64>,
    has_new_names: bool,
    /// The greatest id before this batch: what is queued and not greater comes back.
    last_id: MessageId,
    returning: Vec<(QueueNumber, MessageId)>,
    /// What is to be indexed.
    stored: Vec<Stored>,
}

impl<'a> Draft<'a> {
    /// An empty draft. `directory` is changed as writes are added: it is right only if the draft is
    /// committed.
    pub(crate) fn new(engine: &'a Engine, directory: &'a mut Directory) -> Self {
        Self {
            engine,
            last_id: directory.head.last_id,
            directory,
            returning: Vec::new(),
            stored: Vec::new(),
            rows: BTreeMap::new(),
            changed_buckets: BTreeSet::new(),
            has_new_names: false,
        }
    }

    /// Adds all writes of a batch, in their order.
    pub(crate) fn add(&mut self, batch: Batch) -> Result<(), StoreError> {
        batch
            .writes
            .into_iter()
            .try_for_each(|write| self.add_write(write))
    }

    /// Adds a row as it is.
    pub(crate) fn put(&mut self, table: Table, key: Key, value: Value) {
        self.rows.insert((table, key), Some(value));
    }

    /// Adds rows as they are.
    pub(crate) fn add_rows(&mut self, rows: Vec<Row>) {
        let rows = rows.into_iter();
        self.rows
            .extend(rows.map(|(table, key, value)| ((table, key), value)));
    }

    /// Writes it all as the next commit; `synced` commits are on disk so far. Gives the bytes that this took in the journal,
    /// at most.
    pub(crate) fn commit(
        mut self,
        published: &Published,
        recent: &Recent,
        (durability, synced): (Durability, u64),
    ) -> Result<u64, WriteError> {
        if self.has_new_names {
            published.set_names(&self.directory.names);
        }
        for number in std::mem::take(&mut self.changed_buckets) {
            let bucket = self.directory.buckets.get(number);
            published.set_bucket(number, bucket);
            let row = bucket.map(|bucket| codec::encode(&bucket)).transpose()?;
            self.rows.insert((Table::Meta, keys::bucket(number)), row);
        }
        if synced < self.directory.head.commits {
            let first = Value::from(synced.saturating_add(1).to_be_bytes());
            self.put(Table::Meta, Key::from(keys::UNSYNCED), first);
        }
        self.directory.head.commits = self.directory.head.commits.saturating_add(1);
        let head = codec::encode(&self.directory.head)?;
        self.put(Table::Meta, Key::from(keys::HEAD), head);
        let rows = self
            .rows
            .into_iter()
            .map(|((table, key), value)| (table, key, value));
        published.floors.before_return(&self.returning);
        let journaled = self.engine.write(rows, durability)?;
        published.floors.after_return(&self.returning);
        recent.add(self.stored);
        published.set_last_id(self.directory.head.last_id);
        published.set_lowest(self.directory.lowest());
        Ok(journaled)
    }

    fn add_write(&mut self, write: Write) -> Result<(), StoreError> {
        match write {
            Write::PutMessage { record, body } => {
                self.put(
                    Table::Bodies,
                    keys::message(record.id),
                    Value::from(body.as_ref()),
                );
                self.put_record(record)?;
            }
            Write::Enqueue { queue, entry } => self.enqueue(&queue, entry)?,
            Write::Dequeue { queue, id } => {
                if let Some(number) = self.directory.names.queue(&queue) {
                    self.remove(Table::Queued, keys::queued(number, id));
                }
            }
            Write::PutDelivery {
                queue,
                id,
                delivery,
            } => self.put_delivery(&queue, id, &delivery)?,
            Write::PutDeadLetter(letter) => self.put_dead_letter(&letter)?,
            Write::RemoveDeadLetter { queue, id } => {
                if let Some(number) = self.directory.names.queue(&queue) {
                    self.remove(Table::DeadLetters, keys::queued(number, id));
                }
            }
            Write::PutJob(job) => self.put(Table::Meta, keys::job(job.id), codec::encode(&job)?),
            Write::RemoveJob(id) => self.remove(Table::Meta, keys::job(id)),
            Write::PutChannelCounters(counters) => {
                let key = keys::channel_counters(&counters.channel);
                self.put(Table::Meta, key, codec::encode(&counters)?);
            }
            Write::PutDestinationCounters(counters) => {
                self.number_queue(&counters.queue)?;
                let key = keys::destination_counters(&counters.queue);
                self.put(Table::Meta, key, codec::encode(&counters)?);
            }
            Write::RemoveMessage(record) => self.remove_message(&record)?,
        }
        Ok(())
    }

    fn put_record(&mut self, record: MessageRecord) -> Result<(), StoreError> {
        let id = record.id;
        self.put(Table::Records, keys::message(id), codec::encode(&record)?);
        self.directory.buckets.add(id, record.received_at);
        self.changed_buckets.insert(buckets::number_of(id));
        self.directory.head.last_id = self.directory.head.last_id.max(id);
        let feeds = self.feeds_of(&record)?;
        self.stored.push(Stored { record, feeds });
        Ok(())
    }

    fn enqueue(&mut self, queue: &Queue, entry: QueueEntry) -> Result<(), StoreError> {
        let number = self.number_queue(queue)?;
        if entry.id <= self.last_id {
            self.returning.push((number, entry.id));
        }
        let row = QueuedRow {
            lanes: entry.lanes,
            received_at: entry.received_at,
        };
        self.put(
            Table::Queued,
            keys::queued(number, entry.id),
            codec::encode(&row)?,
        );
        Ok(())
    }

    fn put_delivery(
        &mut self,
        queue: &Queue,
        id: MessageId,
        delivery: &Delivery,
    ) -> Result<(), StoreError> {
        let number = self.number_queue(queue)?;
        self.put(
            Table::Deliveries,
            keys::delivery(id, number),
            codec::encode(delivery)?,
        );
        Ok(())
    }

    fn put_dead_letter(&mut self, letter: &DeadLetter) -> Result<(), StoreError> {
        let number = self.number_queue(&letter.queue)?;
        self.put(
            Table::DeadLetters,
            keys::queued(number, letter.id),
            codec::encode(letter)?,
        );
        Ok(())
    }

    fn remove_message(&mut self, record: &MessageRecord) -> Result<(), StoreError> {
        let id = record.id;
        let key = keys::message(id);
        // A removal that comes again must not count the message's stretch of time down twice.
        if id < self.directory.lowest() || !self.is_there(Table::Records, &key)? {
            return Ok(());
        }
        self.remove(Table::Records, key.clone());
        self.remove(Table::Bodies, key.clone());
        for token in &record.tokens {
            self.remove(Table::Tokens, keys::token(token, id));
        }
        if let Some(duplicate_key) = record.duplicate_key {
            self.remove_duplicate(duplicate_key, id)?;
        }
        for feed in self.feeds_of(record)? {
            self.remove(Table::Postings, keys::posting(feed, id));
        }
        self.remove_deliveries(&key)?;
        self.directory.buckets.remove(id);
        self.changed_buckets.insert(buckets::number_of(id));
        Ok(())
    }

    fn remove_duplicate(&mut self, key: Token, id: MessageId) -> Result<(), StoreError> {
        let key = Key::from(key);
        if let Some(value) = self.get(Table::Duplicates, &key)? {
            let row: DuplicateRow = codec::decode(Table::Duplicates, &value)?;
            if row.id == id {
                self.remove(Table::Duplicates, key);
            }
        }
        Ok(())
    }

    fn remove_deliveries(&mut self, message: &Key) -> Result<(), StoreError> {
        let mut stored = self.engine.view().prefix(Table::Deliveries, message);
        while let Some(key) = stored.next_key()? {
            self.remove(Table::Deliveries, key);
        }
        let drafted = self.rows.range((Table::Deliveries, message.clone())..);
        let of_message = drafted
            .map(|((table, key), _)| (*table, key.clone()))
            .take_while(|(table, key)| *table == Table::Deliveries && key.starts_with(message));
        for (table, key) in of_message.collect::<Vec<_>>() {
            self.remove(table, key);
        }
        Ok(())
    }

    /// The lists that a message is in: its channel's and type's, and that of what is wrong with it.
    fn feeds_of(&mut self, record: &MessageRecord) -> Result<Vec<FeedNumber>, StoreError> {
        let feed = (record.channel.clone(), record.message_type.clone());
        let given = self.directory.names.number_feed(&feed);
        if given.is_new {
            self.has_new_names = true;
            self.put(
                Table::Meta,
                keys::feed_name(given.number),
                codec::encode(&feed)?,
            );
        }
        Ok(recent::feeds_of(record, given.number))
    }

    fn number_queue(&mut self, queue: &Queue) -> Result<QueueNumber, StoreError> {
        let given = self.directory.names.number_queue(queue);
        if given.is_new {
            self.has_new_names = true;
            self.put(
                Table::Meta,
                keys::queue_name(given.number),
                codec::encode(queue)?,
            );
        }
        Ok(given.number)
    }

    fn remove(&mut self, table: Table, key: Key) {
        self.rows.insert((table, key), None);
    }

    fn get(&self, table: Table, key: &Key) -> Result<Option<Value>, StoreError> {
        match self.rows.get(&(table, key.clone())) {
            Some(drafted) => Ok(drafted.clone()),
            None => self.engine.get(table, key),
        }
    }

    fn is_there(&self, table: Table, key: &Key) -> Result<bool, StoreError> {
        match self.rows.get(&(table, key.clone())) {
            Some(drafted) => Ok(drafted.is_some()),
            None => self.engine.contains(table, key),
        }
    }
}
