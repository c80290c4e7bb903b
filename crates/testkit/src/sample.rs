//! Records to store: what a test does not name is plausible and the same each time.

use bytes::Bytes;
use wardline_messaging::model::{
    AcceptedAs, Attempt, AttemptResult, ChannelName, DeadLetter, DeadReason, Delivery,
    DeliveryState, DestinationName, Disposition, Job, JobAction, JobCounts, JobId, JobState,
    LaneKey, MessageId, MessageRecord, MessageType, Problem, Queue, SearchField, SearchToken,
    Selection, Token, UnixMillis,
};
use wardline_messaging::port::{Batch, QueueEntry, Write};

/// 2026-11-21T00:00:00Z.
pub const MIDNIGHT: UnixMillis = 1_795_219_200_000;

/// A channel's name.
pub fn channel(name: &str) -> ChannelName {
    ChannelName::new(name).unwrap()
}

/// A destination of a channel.
pub fn queue(channel_name: &str, destination: &str) -> Queue {
    Queue {
        channel: channel(channel_name),
        destination: DestinationName::new(destination).unwrap(),
    }
}

/// A blind token told apart by `seed`.
pub fn blind(seed: u64) -> Token {
    // Spread over the whole token, as an HMAC's bytes are.
    let mix = |x: u64| {
        x.wrapping_add(1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .to_be_bytes()
    };
    let mut token = [0; 16];
    token[..8].copy_from_slice(&mix(seed));
    token[8..].copy_from_slice(&mix(!seed));
    token
}

/// A search token told apart by `seed`.
pub fn search_token(field: SearchField, seed: u64) -> SearchToken {
    SearchToken {
        field,
        token: blind(seed),
    }
}

/// One second a message, from midnight.
fn received_at(id: u64) -> UnixMillis {
    MIDNIGHT.saturating_add(id.saturating_mul(1_000))
}

/// An `ADT^A01` on channel `adt-in`, routed to `adt-in/lab`, received `id` seconds after midnight.
pub fn record(id: u64) -> MessageRecord {
    MessageRecord {
        id: MessageId(id),
        channel: channel("adt-in"),
        received_at: received_at(id),
        peer: "192.0.2.17".to_owned(),
        message_type: MessageType::parse("ADT^A01"),
        size_bytes: 1_024,
        disposition: Disposition::Routed,
        accepted_as: AcceptedAs::New,
        destinations: vec![DestinationName::new("lab").unwrap()],
        lanes: vec![LaneKey(id % 7)],
        tokens: vec![search_token(SearchField::ControlId, id)],
        duplicate_key: Some(blind(1_000_000 + id)),
        content_hash: blind(2_000_000 + id),
        parent: None,
    }
}

/// A record that could not be read at the door.
pub fn quarantined(id: u64) -> MessageRecord {
    let problem = Problem {
        code: 101,
        place: "MSH-10".to_owned(),
        text: "required field missing".to_owned(),
    };
    MessageRecord {
        disposition: Disposition::Quarantined(problem),
        destinations: Vec::new(),
        ..record(id)
    }
}

/// A record that no destination wanted.
pub fn unrouted(id: u64) -> MessageRecord {
    MessageRecord {
        disposition: Disposition::Unrouted,
        destinations: Vec::new(),
        ..record(id)
    }
}

/// A body told apart by `id`; stands for sealed bytes.
pub fn body(id: u64) -> Bytes {
    Bytes::from(id.to_le_bytes().repeat(64))
}

/// Stores `record` with [`body`].
pub fn put(record: MessageRecord) -> Write {
    let body = body(record.id.0);
    Write::PutMessage { record, body }
}

/// Puts a message into a queue.
pub fn enqueue(queue: &Queue, id: u64) -> Write {
    Write::Enqueue {
        queue: queue.clone(),
        entry: entry(id),
    }
}

/// Takes a message out of a queue.
pub fn dequeue(queue: &Queue, id: u64) -> Write {
    Write::Dequeue {
        queue: queue.clone(),
        id: MessageId(id),
    }
}

/// The entry that [`enqueue`] puts.
pub fn entry(id: u64) -> QueueEntry {
    QueueEntry {
        id: MessageId(id),
        lanes: vec![LaneKey(id % 7)],
        received_at: received_at(id),
    }
}

/// A delivery after `attempts` attempts.
pub fn delivery(state: DeliveryState, attempts: u32) -> Delivery {
    let mut delivery = Delivery::waiting(MIDNIGHT);
    delivery.state = state;
    for number in 0..attempts {
        delivery.record(Attempt {
            at: MIDNIGHT + u64::from(number),
            took_ms: 12,
            result: AttemptResult::TryLater,
            detail: "connection refused".to_owned(),
            answer: Some(vec![0xa5; 40]),
        });
    }
    delivery
}

/// A dead letter.
pub fn dead_letter(queue: &Queue, id: u64) -> DeadLetter {
    DeadLetter {
        id: MessageId(id),
        queue: queue.clone(),
        reason: DeadReason::Refused,
        since: MIDNIGHT + id,
        attempt_count: 3,
        lanes: vec![LaneKey(id % 7)],
    }
}

/// A job that runs.
pub fn job(id: u64) -> Job {
    Job {
        id: JobId(id),
        action: JobAction::RetryDeadLetters,
        selection: Selection::default(),
        dry_run: false,
        state: JobState::Running,
        counts: JobCounts::default(),
        queue: None,
        after: None,
        until: MessageId(1_000),
        created_at: MIDNIGHT,
        changed_at: MIDNIGHT,
        created_by: "operator".to_owned(),
        error: None,
    }
}

/// A batch of these writes.
pub fn batch(writes: impl IntoIterator<Item = Write>) -> Batch {
    Batch {
        writes: writes.into_iter().collect(),
    }
}
