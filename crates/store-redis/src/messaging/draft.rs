//! A batch on its way: writes turned into the steps of one commit, in their order.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde::Serialize;
use wardline_kernel::{StoreError, UnixMillis};
use wardline_messaging::model::{
    DeadLetter, Delivery, Disposition, LaneKey, MessageId, MessageRecord, Queue,
};
use wardline_messaging::port::{Batch, QueueEntry, Write};

use super::keys::{self, Feed, Set};
use super::names::{Names, NewNames};
use crate::bits::{place_of, stretch_of};
use crate::codec::encode;
use crate::commit::{Commit, Counted, HEAD, Span};

/// A row of a queue behind its id.
#[derive(Serialize)]
struct QueuedRow<'a> {
    lanes: &'a [LaneKey],
    received_at: UnixMillis,
}

/// The steps of a batch.
pub(super) struct Draft<'a> {
    names: &'a Names,
    pub(super) new_names: NewNames,
    pub(super) commit: Commit,
    last_id: Option<MessageId>,
    /// The times of each stretch, as this batch widens them.
    times: BTreeMap<u64, (UnixMillis, UnixMillis)>,
    /// Fields and bits that are set at the end, those of a key at once: that is quicker than one by one.
    fields: BTreeMap<Vec<u8>, BTreeMap<Vec<u8>, Vec<u8>>>,
    bits: BTreeMap<Vec<u8>, BTreeSet<u64>>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(commit: Commit, names: &'a Names, batch: Batch) -> Result<Self, StoreError> {
        let mut draft = Self {
            names,
            new_names: NewNames::default(),
            commit,
            last_id: None,
            times: BTreeMap::new(),
            fields: BTreeMap::new(),
            bits: BTreeMap::new(),
        };
        // What was taken is delivered, settled and removed also when no more can be taken.
        let takes = |write: &Write| matches!(write, Write::PutMessage { .. });
        if !batch.writes.iter().any(takes) {
            draft.commit.also_when_full();
        }
        for write in batch.writes {
            draft.add(write)?;
        }
        draft.finish();
        Ok(draft)
    }

    fn finish(&mut self) {
        for (key, fields) in std::mem::take(&mut self.fields) {
            self.commit.set_all(&key, fields.into_iter().collect());
        }
        for (key, places) in &self.bits {
            self.commit.set_bits(key, places);
        }
        if let Some(last_id) = self.last_id {
            self.commit.raise(HEAD, keys::LAST, last_id.0);
        }
        for (stretch, times) in &self.times {
            self.commit
                .widen(keys::TIME, &stretch.to_be_bytes(), *times);
        }
        for queue in &self.new_names.queues {
            self.commit
                .add(keys::QUEUE_NAMES, queue.to_string().as_bytes());
        }
        for feed in &self.new_names.feeds {
            let name = keys::feed_name(&Some(feed.clone()));
            self.commit.add(keys::FEED_NAMES, name.as_bytes());
        }
    }

    fn add(&mut self, write: Write) -> Result<(), StoreError> {
        match write {
            Write::PutMessage { record, body } => self.put_message(&record, &body),
            Write::Enqueue { queue, entry } => self.enqueue(&queue, &entry),
            Write::Dequeue { queue, id } => {
                let bits = keys::set(Set::Waiting, stretch_of(id.0));
                let counted = counted(keys::WAITING_COUNTS, &bits, id);
                self.commit
                    .remove_counted(&keys::queue(&queue), &keys::id(id), counted);
                Ok(())
            }
            Write::PutDelivery {
                queue,
                id,
                delivery,
            } => self.put_delivery(&queue, id, &delivery),
            Write::PutDeadLetter(letter) => self.put_dead_letter(&letter),
            Write::RemoveDeadLetter { queue, id } => {
                let bits = keys::set(Set::Dead, stretch_of(id.0));
                let counted = counted(keys::DEAD_COUNTS, &bits, id);
                self.commit
                    .remove_counted(&keys::dead_letters(&queue), &keys::id(id), counted);
                Ok(())
            }
            Write::PutJob(job) => {
                let number = job.id.0.to_be_bytes();
                self.commit.put_row(keys::JOBS, &number, &encode(&job)?);
                Ok(())
            }
            Write::RemoveJob(id) => {
                let span = Span::of(&id.0.to_be_bytes());
                self.commit.remove_rows(keys::JOBS, &span);
                Ok(())
            }
            Write::PutChannelCounters(counters) => {
                let field = counters.channel.as_str().as_bytes();
                let row = encode(&counters)?;
                self.commit.set(keys::CHANNEL_COUNTERS, field, &row);
                Ok(())
            }
            Write::PutDestinationCounters(counters) => {
                self.name_queue(&counters.queue);
                let field = counters.queue.to_string();
                let row = encode(&counters)?;
                self.commit
                    .set(keys::DESTINATION_COUNTERS, field.as_bytes(), &row);
                Ok(())
            }
            Write::RemoveMessage(record) => {
                self.remove_message(&record);
                Ok(())
            }
        }
    }

    fn put_message(&mut self, record: &MessageRecord, body: &Bytes) -> Result<(), StoreError> {
        let (id, key) = (record.id, keys::id(record.id));
        let thousand = keys::thousand_of(id);
        self.set(keys::records(thousand), id, encode(record)?);
        self.set(keys::bodies(thousand), id, body.to_vec());
        for token in &record.tokens {
            let member = [&keys::token(token)[..], &key].concat();
            self.commit.add(&keys::tokens(token), &member);
        }
        if let Some(duplicate_key) = record.duplicate_key {
            let at = record.received_at.to_be_bytes();
            let entry = [&key[..], &record.content_hash, &at].concat();
            self.commit
                .set(&keys::duplicates(&duplicate_key), &duplicate_key, &entry);
        }
        let (stretch, place) = (stretch_of(id.0), place_of(id.0));
        let mut sets = self.sets_of(record);
        sets.push(keys::set(Set::All, stretch));
        for bits in sets {
            self.bits.entry(bits).or_default().insert(place);
        }
        self.last_id = self.last_id.max(Some(id));
        let at = record.received_at;
        let times = self.times.entry(stretch).or_insert((at, at));
        *times = (times.0.min(at), times.1.max(at));
        Ok(())
    }

    /// The bitmaps that a message is in, beside that of all.
    fn sets_of(&mut self, record: &MessageRecord) -> Vec<Vec<u8>> {
        let stretch = stretch_of(record.id.0);
        let feed: Feed = self.names.feed_of(&mut self.new_names, record);
        let mut sets = vec![keys::feed(&feed, stretch)];
        match record.disposition {
            Disposition::Routed => {}
            Disposition::Unrouted => sets.push(keys::set(Set::Unrouted, stretch)),
            Disposition::Quarantined(_) => sets.push(keys::set(Set::Quarantined, stretch)),
        }
        sets
    }

    fn enqueue(&mut self, queue: &Queue, entry: &QueueEntry) -> Result<(), StoreError> {
        self.name_queue(queue);
        let row = encode(&QueuedRow {
            lanes: &entry.lanes,
            received_at: entry.received_at,
        })?;
        let bits = keys::set(Set::Waiting, stretch_of(entry.id.0));
        let counted = counted(keys::WAITING_COUNTS, &bits, entry.id);
        self.commit
            .put_counted(&keys::queue(queue), &keys::id(entry.id), &row, counted);
        Ok(())
    }

    fn put_delivery(
        &mut self,
        queue: &Queue,
        id: MessageId,
        delivery: &Delivery,
    ) -> Result<(), StoreError> {
        self.name_queue(queue);
        let key = keys::deliveries(keys::thousand_of(id), queue);
        self.set(key, id, encode(delivery)?);
        Ok(())
    }

    fn put_dead_letter(&mut self, letter: &DeadLetter) -> Result<(), StoreError> {
        self.name_queue(&letter.queue);
        let bits = keys::set(Set::Dead, stretch_of(letter.id.0));
        let counted = counted(keys::DEAD_COUNTS, &bits, letter.id);
        let key = keys::dead_letters(&letter.queue);
        self.commit
            .put_counted(&key, &keys::id(letter.id), &encode(letter)?, counted);
        Ok(())
    }

    fn remove_message(&mut self, record: &MessageRecord) {
        let (id, key) = (record.id, keys::id(record.id));
        let thousand = keys::thousand_of(id);
        self.unset(&keys::records(thousand), id);
        self.unset(&keys::bodies(thousand), id);
        for token in &record.tokens {
            let member = [&keys::token(token)[..], &key].concat();
            self.commit.remove(&keys::tokens(token), &member);
        }
        if let Some(duplicate_key) = record.duplicate_key {
            self.commit
                .unset_if(&keys::duplicates(&duplicate_key), &duplicate_key, &key);
        }
        let queues = self.names.queues.iter().chain(&self.new_names.queues);
        let deliveries: Vec<_> = queues
            .map(|queue| keys::deliveries(thousand, queue))
            .collect();
        for key in deliveries {
            self.unset(&key, id);
        }
        let (stretch, place) = (stretch_of(id.0), place_of(id.0));
        for bits in self.sets_of(record) {
            self.clear_bit(&bits, place, None);
        }
        let told = keys::stretch_field(id);
        let all = keys::set(Set::All, stretch);
        self.clear_bit(&all, place, Some((keys::TIME, &told)));
    }

    fn set(&mut self, key: Vec<u8>, id: MessageId, row: Vec<u8>) {
        let fields = self.fields.entry(key).or_default();
        fields.insert(keys::id(id).to_vec(), row);
    }

    /// Removes what is stored, and what this batch would have set.
    fn unset(&mut self, key: &[u8], id: MessageId) {
        let field = keys::id(id);
        if let Some(fields) = self.fields.get_mut(key) {
            fields.remove(&field[..]);
        }
        self.commit.unset(key, &[field.to_vec()]);
    }

    fn clear_bit(&mut self, key: &[u8], place: u64, told: Option<(&[u8], &[u8])>) {
        if let Some(places) = self.bits.get_mut(key) {
            places.remove(&place);
        }
        self.commit.clear_bit(key, place, told);
    }

    fn name_queue(&mut self, queue: &Queue) {
        if !self.names.queues.contains(queue) && !self.new_names.queues.contains(queue) {
            self.new_names.queues.insert(queue.clone());
        }
    }
}

fn counted<'a>(counts: &'a [u8], bits: &'a [u8], id: MessageId) -> Counted<'a> {
    Counted {
        counts,
        bits,
        place: place_of(id.0),
    }
}
