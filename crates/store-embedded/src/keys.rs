//! What stands in each table: the keys.
//!
//! | table | key | value |
//! |---|---|---|
//! | records | id | the record |
//! | bodies | id | the sealed bytes |
//! | tokens | field, token, id | nothing |
//! | duplicates | duplicate key | id, content hash, time |
//! | queued | queue number, id | lanes, time |
//! | deliveries | id, queue number | the delivery |
//! | dead-letters | queue number, id | the dead letter |
//! | postings | feed number, id | nothing |
//! | meta | a letter and what it asks for | see below |
//!
//! Numbers are big-endian, so that the order of bytes is the order of numbers. A feed is a channel with a
//! message type; its number, and a queue's, are given by `names`. The first feed numbers are set aside for
//! what could not be routed or read.

use wardline_messaging::model::{ChannelName, JobId, MessageId, Queue, SearchToken};
use wardline_phi::DataKeyId;

use crate::engine::Key;

/// Row of `meta`: how many commits there were, and the greatest id. Written by every commit, and of a length
/// that no other table's key has, so that it can be told apart in the journal.
pub(crate) const HEAD: &[u8; 13] = b"wardline/head";
/// Row of `meta`: the first commit that was not known to be on disk when the batch with this row was written, big-endian;
/// in a batch without it, all before it were. It says something where it stands in the journal alone, and its length is
/// that of the head.
pub(crate) const UNSYNCED: &[u8; 13] = b"wardline/open";
/// Row of `meta`: the schema.
pub(crate) const SCHEMA: &[u8] = b"schema";
/// Row of `meta`: the greatest id whose tokens, postings and control id are in their tables (see `recent`).
pub(crate) const INDEXED: &[u8] = b"indexed";
/// Rows of `meta`: names and their numbers.
pub(crate) const QUEUE_NAMES: &[u8] = b"q";
pub(crate) const FEED_NAMES: &[u8] = b"f";
pub(crate) const CHANNEL_COUNTERS: &[u8] = b"c";
pub(crate) const DESTINATION_COUNTERS: &[u8] = b"d";
pub(crate) const JOBS: &[u8] = b"j";
pub(crate) const WRAPPED_KEYS: &[u8] = b"k";
pub(crate) const BUCKETS: &[u8] = b"b";

/// The number of a queue, as `names` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct QueueNumber(pub(crate) u32);

/// The number of a list of messages: of a feed, or of one of the kinds below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FeedNumber(pub(crate) u32);

impl FeedNumber {
    /// Messages no destination wanted.
    pub(crate) const UNROUTED: Self = Self(1);
    /// Messages that could not be read.
    pub(crate) const QUARANTINED: Self = Self(2);
    /// Messages of feeds that came after the last number was given.
    pub(crate) const OTHER: Self = Self(3);
    /// The first of a feed of its own.
    pub(crate) const FIRST: Self = Self(16);
}

pub(crate) fn message(id: MessageId) -> Key {
    Key::from(id.0.to_be_bytes())
}

pub(crate) fn token_prefix(token: &SearchToken) -> [u8; 17] {
    let mut prefix = [0; 17];
    let (field, rest) = prefix.split_at_mut(1);
    // The field's number is its value on disk (model: `repr(u8)`).
    field.fill(match token.field {
        wardline_messaging::model::SearchField::ControlId => 1,
        wardline_messaging::model::SearchField::Patient => 2,
        wardline_messaging::model::SearchField::Visit => 3,
        wardline_messaging::model::SearchField::Accession => 4,
    });
    rest.copy_from_slice(&token.token);
    prefix
}

pub(crate) fn token(token: &SearchToken, id: MessageId) -> Key {
    joined(&token_prefix(token), &id.0.to_be_bytes())
}

pub(crate) fn queued(queue: QueueNumber, id: MessageId) -> Key {
    joined(&queue.0.to_be_bytes(), &id.0.to_be_bytes())
}

pub(crate) fn delivery(id: MessageId, queue: QueueNumber) -> Key {
    joined(&id.0.to_be_bytes(), &queue.0.to_be_bytes())
}

pub(crate) fn posting(feed: FeedNumber, id: MessageId) -> Key {
    joined(&feed.0.to_be_bytes(), &id.0.to_be_bytes())
}

pub(crate) fn queue_name(number: QueueNumber) -> Key {
    joined(QUEUE_NAMES, &number.0.to_be_bytes())
}

pub(crate) fn feed_name(number: FeedNumber) -> Key {
    joined(FEED_NAMES, &number.0.to_be_bytes())
}

pub(crate) fn channel_counters(channel: &ChannelName) -> Key {
    joined(CHANNEL_COUNTERS, channel.as_str().as_bytes())
}

pub(crate) fn destination_counters(queue: &Queue) -> Key {
    joined(DESTINATION_COUNTERS, queue.to_string().as_bytes())
}

pub(crate) fn job(id: JobId) -> Key {
    joined(JOBS, &id.0.to_be_bytes())
}

pub(crate) fn wrapped_key(id: DataKeyId) -> Key {
    joined(WRAPPED_KEYS, &id.0.to_be_bytes())
}

pub(crate) fn bucket(number: u64) -> Key {
    joined(BUCKETS, &number.to_be_bytes())
}

/// The message at the end of a key.
pub(crate) fn id_at_end(key: &[u8]) -> Option<MessageId> {
    key.last_chunk()
        .map(|id| MessageId(u64::from_be_bytes(*id)))
}

/// The number at the end of a key.
pub(crate) fn number_at_end(key: &[u8]) -> Option<u32> {
    key.last_chunk().map(|number| u32::from_be_bytes(*number))
}

fn joined(first: &[u8], second: &[u8]) -> Key {
    Key::from([first, second].concat())
}
