//! What stands under the tag of messages.
//!
//! | key | type | content |
//! |---|---|---|
//! | `:head` | hash | the lease; the number of the last commit; `last`: the greatest id ever put |
//! | `:r:<thousand>` | hash | id → the record |
//! | `:b:<thousand>` | hash | id → the sealed body |
//! | `:d:<thousand>:<queue>` | hash | id → what became of it there |
//! | `:k:<bucket>` | hash | duplicate key → id, content hash, time |
//! | `:t:<bucket>` | ordered table | field, token, id |
//! | `:q:<queue>` | ordered table | id; lanes and time |
//! | `:x:<queue>` | ordered table | id; the dead letter |
//! | `:j` | ordered table | the job's number; the job |
//! | `:s:<set>:<stretch>` | bitmap | ids: `a` all, `u` unrouted, `q` quarantined, `w` waiting, `d` dead letters |
//! | `:f:<stretch>:<feed>` | bitmap | ids that came on a channel as a type |
//! | `:w`, `:v` | hash | id → in how many queues it waits, at how many it is a dead letter |
//! | `:time` | hash | stretch → the earliest and the latest time in it |
//! | `:cc`, `:dc` | hash | totals of channels and destinations |
//! | `:qn`, `:fn` | set as a sorted one | names of queues and feeds |
//!
//! Numbers are big-endian. A thousand is 1,024 ids, a stretch 16,384, both written in hexadecimal digits: keys stay
//! small, so that a Cluster can move them, and go with their last message. A feed is a channel with a message type; what
//! comes after the last feed that is told apart is in feed `-`.

use wardline_messaging::model::{
    ChannelName, MessageId, MessageType, Queue, SearchField, SearchToken,
};

use crate::bits::stretch_of;
use crate::codec::bucket;

/// Field of the head: the greatest id ever put.
pub(super) const LAST: &[u8] = b"last";
pub(super) const TIME: &[u8] = b":time";
pub(super) const CHANNEL_COUNTERS: &[u8] = b":cc";
pub(super) const DESTINATION_COUNTERS: &[u8] = b":dc";
pub(super) const JOBS: &[u8] = b":j";
pub(super) const QUEUE_NAMES: &[u8] = b":qn";
pub(super) const FEED_NAMES: &[u8] = b":fn";
pub(super) const WAITING_COUNTS: &[u8] = b":w";
pub(super) const DEAD_COUNTS: &[u8] = b":v";

const THOUSAND_AS_BITS: u32 = 10;

/// A set of messages that has a bitmap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    All,
    Unrouted,
    Quarantined,
    Waiting,
    Dead,
}

/// What arrives on one channel as one type; `None`: one of those that are not told apart.
pub(super) type Feed = Option<(ChannelName, MessageType)>;

/// The thousand that an id is in.
pub(super) fn thousand_of(id: MessageId) -> u64 {
    id.0 >> THOUSAND_AS_BITS
}

pub(super) fn records(thousand: u64) -> Vec<u8> {
    format!(":r:{thousand:x}").into_bytes()
}

pub(super) fn bodies(thousand: u64) -> Vec<u8> {
    format!(":b:{thousand:x}").into_bytes()
}

pub(super) fn deliveries(thousand: u64, queue: &Queue) -> Vec<u8> {
    format!(":d:{thousand:x}:{queue}").into_bytes()
}

pub(super) fn duplicates(key: &[u8]) -> Vec<u8> {
    format!(":k:{}", bucket(key)).into_bytes()
}

pub(super) fn tokens(token: &SearchToken) -> Vec<u8> {
    format!(":t:{}", bucket(&token.token)).into_bytes()
}

/// What a token's members begin with.
pub(super) fn token(token: &SearchToken) -> Vec<u8> {
    // The field's number is stored (model: `repr(u8)`).
    let field = match token.field {
        SearchField::ControlId => 1,
        SearchField::Patient => 2,
        SearchField::Visit => 3,
        SearchField::Accession => 4,
    };
    [&[field], &token.token[..]].concat()
}

pub(super) fn queue(queue: &Queue) -> Vec<u8> {
    format!(":q:{queue}").into_bytes()
}

pub(super) fn dead_letters(queue: &Queue) -> Vec<u8> {
    format!(":x:{queue}").into_bytes()
}

pub(super) fn set(set: Set, stretch: u64) -> Vec<u8> {
    let letter = match set {
        Set::All => 'a',
        Set::Unrouted => 'u',
        Set::Quarantined => 'q',
        Set::Waiting => 'w',
        Set::Dead => 'd',
    };
    format!(":s:{letter}:{stretch:x}").into_bytes()
}

pub(super) fn feed(feed: &Feed, stretch: u64) -> Vec<u8> {
    format!(":f:{stretch:x}:{}", feed_name(feed)).into_bytes()
}

pub(super) fn feed_name(feed: &Feed) -> String {
    match feed {
        Some((channel, message_type)) => format!("{channel}/{}", message_type.as_str()),
        None => "-".to_owned(),
    }
}

pub(super) fn id(id: MessageId) -> [u8; 8] {
    id.0.to_be_bytes()
}

/// The field of a stretch in [`TIME`].
pub(super) fn stretch_field(id: MessageId) -> [u8; 8] {
    stretch_of(id.0).to_be_bytes()
}
