//! What is played: random writes over a few channels, queues, tokens and times, so that they collide.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use wardline_messaging::model::{
    ChannelCounters, ChannelName, DeliveryState, DestinationCounters, Disposition, JobId,
    MessageId, MessageRecord, MessageType, Queue, SearchField, SearchToken,
};
use wardline_messaging::port::{Batch, MessageStore, Write};

use crate::sample;

/// One step of a plan.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Commit(Vec<Change>),
    Reopen,
}

/// One write, told so that it makes sense whatever came before.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Put(Put),
    /// The queue's number, and which of the ids given so far.
    Enqueue(usize, prop::sample::Index),
    Dequeue(usize, prop::sample::Index),
    PutDelivery(usize, prop::sample::Index, u32),
    PutDeadLetter(usize, prop::sample::Index),
    RemoveDeadLetter(usize, prop::sample::Index),
    PutJob(u64, bool),
    RemoveJob(u64),
    PutCounters(usize, u64),
    Remove(prop::sample::Index),
}

/// A message.
#[derive(Clone, Debug)]
pub(super) struct Put {
    gap: u64,
    channel: usize,
    message_type: usize,
    disposition: u8,
    tokens: Vec<SearchToken>,
    duplicate_key: Option<u64>,
    /// Clocks are set back now and then.
    second: u64,
}

pub(super) const TYPES: [&str; 4] = ["ADT^A01", "ADT^A08", "ADT", "ORU^R01"];

pub(super) fn channels() -> [ChannelName; 2] {
    [sample::channel("adt-in"), sample::channel("lab-in")]
}

pub(super) fn queues() -> [Queue; 3] {
    [
        sample::queue("adt-in", "lab"),
        sample::queue("adt-in", "archive"),
        sample::queue("lab-in", "lab"),
    ]
}

pub(super) fn search_tokens() -> [SearchToken; 3] {
    [
        sample::search_token(SearchField::Patient, 1),
        sample::search_token(SearchField::Patient, 2),
        sample::search_token(SearchField::Visit, 1),
    ]
}

pub(super) fn plans() -> impl Strategy<Value = Vec<Step>> {
    let commit = || vec(changes(), 0..8).prop_map(Step::Commit);
    vec(prop_oneof![9 => commit(), 1 => Just(Step::Reopen)], 1..12)
}

fn changes() -> impl Strategy<Value = Change> {
    let (queue, id) = (|| 0..queues().len(), any::<prop::sample::Index>);
    prop_oneof![
        6 => puts().prop_map(Change::Put),
        4 => (queue(), id()).prop_map(|(q, id)| Change::Enqueue(q, id)),
        2 => (queue(), id()).prop_map(|(q, id)| Change::Dequeue(q, id)),
        2 => (queue(), id(), 0..4_u32).prop_map(|(q, id, n)| Change::PutDelivery(q, id, n)),
        2 => (queue(), id()).prop_map(|(q, id)| Change::PutDeadLetter(q, id)),
        1 => (queue(), id()).prop_map(|(q, id)| Change::RemoveDeadLetter(q, id)),
        1 => (0..3_u64, any::<bool>()).prop_map(|(id, dry_run)| Change::PutJob(id, dry_run)),
        1 => (0..3_u64).prop_map(Change::RemoveJob),
        1 => (queue(), any::<u64>()).prop_map(|(q, n)| Change::PutCounters(q, n)),
        3 => id().prop_map(Change::Remove),
    ]
}

fn puts() -> impl Strategy<Value = Put> {
    let tokens = prop::sample::subsequence(search_tokens().to_vec(), 0..=3);
    (
        0..3_u64,
        0..2_usize,
        0..TYPES.len(),
        0..6_u8,
        tokens,
        option::of(0..3_u64),
        0..30_u64,
    )
        .prop_map(
            |(gap, channel, message_type, disposition, tokens, duplicate_key, second)| Put {
                gap,
                channel,
                message_type,
                disposition,
                tokens,
                duplicate_key,
                second,
            },
        )
}

/// Turns changes into writes, as it knows what was put before.
#[derive(Default)]
pub(super) struct Player {
    last_id: u64,
    live: Vec<MessageRecord>,
    /// How many of them earlier batches put: a batch does not remove what it puts itself.
    removable: usize,
}

impl Player {
    pub(super) fn last_id(&self) -> u64 {
        self.last_id
    }

    pub(super) async fn play(
        &mut self,
        step: &Step,
        adapter: &dyn MessageStore,
        model: &dyn MessageStore,
    ) {
        let Step::Commit(changes) = step else { return };
        self.removable = self.live.len();
        let writes: Vec<Write> = changes
            .iter()
            .flat_map(|change| self.writes(change))
            .collect();
        let batch = Batch { writes };
        adapter.commit(batch.clone()).await.unwrap();
        model.commit(batch).await.unwrap();
    }

    fn writes(&mut self, change: &Change) -> Vec<Write> {
        let queue = |number: &usize| queues()[*number].clone();
        let id = |index: &prop::sample::Index| index.index(8) as u64;
        let write = match change {
            Change::Put(put) => self.put(put),
            Change::Enqueue(number, index) => sample::enqueue(&queue(number), id(index)),
            Change::Dequeue(number, index) => sample::dequeue(&queue(number), id(index)),
            Change::PutDelivery(number, index, attempts) => Write::PutDelivery {
                queue: queue(number),
                id: MessageId(id(index)),
                delivery: sample::delivery(DeliveryState::Waiting, *attempts),
            },
            Change::PutDeadLetter(number, index) => {
                Write::PutDeadLetter(sample::dead_letter(&queue(number), id(index)))
            }
            Change::RemoveDeadLetter(number, index) => Write::RemoveDeadLetter {
                queue: queue(number),
                id: MessageId(id(index)),
            },
            Change::PutJob(number, dry_run) => {
                let mut job = sample::job(*number);
                job.dry_run = *dry_run;
                Write::PutJob(job)
            }
            Change::RemoveJob(number) => Write::RemoveJob(JobId(*number)),
            Change::PutCounters(number, n) => return counters(&queue(number), *n),
            Change::Remove(_) if self.removable == 0 => return Vec::new(),
            Change::Remove(index) => {
                let removed = self.live.remove(index.index(self.removable));
                self.removable -= 1;
                Write::RemoveMessage(removed)
            }
        };
        vec![write]
    }

    fn put(&mut self, put: &Put) -> Write {
        self.last_id += 1 + put.gap;
        let base = match put.disposition {
            0 => sample::quarantined(self.last_id),
            1 => sample::unrouted(self.last_id),
            _ => sample::record(self.last_id),
        };
        debug_assert!(base.disposition != Disposition::Unrouted || put.disposition == 1);
        let record = MessageRecord {
            channel: channels()[put.channel].clone(),
            message_type: MessageType::parse(TYPES[put.message_type]),
            tokens: put.tokens.clone(),
            duplicate_key: put.duplicate_key.map(sample::blind),
            received_at: sample::MIDNIGHT + put.second * 1_000,
            ..base
        };
        self.live.push(record.clone());
        sample::put(record)
    }
}

fn counters(queue: &Queue, n: u64) -> Vec<Write> {
    let channel = ChannelCounters {
        received: n,
        ..ChannelCounters::new(queue.channel.clone())
    };
    let destination = DestinationCounters {
        delivered: n,
        ..DestinationCounters::new(queue.clone())
    };
    vec![
        Write::PutChannelCounters(channel),
        Write::PutDestinationCounters(destination),
    ]
}
