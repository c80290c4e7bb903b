//! The index entries of some thousands of messages, made to be added to quickly and sorted once.

use std::collections::{BTreeMap, HashMap};

use wardline_messaging::model::{Disposition, MessageId, MessageRecord, Token};
use wardline_messaging::port::StoreError;

use crate::codec::{self, DuplicateRow};
use crate::engine::{Key, Value};
use crate::keys::{self, FeedNumber};

/// A token's beginning of a key, and the message.
type TokenKey = [u8; 25];

/// A message that was stored, with the lists that it is in.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) record: MessageRecord,
    pub(crate) feeds: Vec<FeedNumber>,
}

/// Index entries by kind.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    /// As they came, so ids ascend.
    tokens: Vec<TokenKey>,
    postings: BTreeMap<FeedNumber, Vec<u64>>,
    duplicates: HashMap<Token, DuplicateRow>,
    first_id: Option<MessageId>,
    last_id: MessageId,
    weight: usize,
}

impl Entries {
    pub(super) fn add(&mut self, stored: &Stored) {
        let record = &stored.record;
        let id = record.id;
        for token in &record.tokens {
            let mut key = [0; 25];
            let (prefix, rest) = key.split_at_mut(17);
            prefix.copy_from_slice(&keys::token_prefix(token));
            rest.copy_from_slice(&id.0.to_be_bytes());
            self.tokens.push(key);
        }
        for feed in &stored.feeds {
            self.postings.entry(*feed).or_default().push(id.0);
        }
        if let Some(key) = record.duplicate_key {
            self.duplicates.insert(key, duplicate_row(record));
        }
        self.first_id.get_or_insert(id);
        self.last_id = self.last_id.max(id);
        self.weight += record.tokens.len() + stored.feeds.len() + 2;
    }

    pub(super) fn first_id(&self) -> Option<MessageId> {
        self.first_id
    }

    pub(super) fn last_id(&self) -> MessageId {
        self.last_id
    }

    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    pub(super) fn duplicate(&self, key: &Token) -> Option<DuplicateRow> {
        self.duplicates.get(key).copied()
    }

    pub(super) fn of_token(&self, prefix: &[u8; 17], found: &mut Vec<u64>) {
        let keys = self.tokens.iter().filter(|key| key.starts_with(prefix));
        found.extend(keys.filter_map(|key| keys::id_at_end(key)).map(|id| id.0));
    }

    pub(super) fn of_feed(&self, feed: FeedNumber, found: &mut Vec<u64>) {
        found.extend(self.postings.get(&feed).into_iter().flatten());
    }

    /// The rows of `tokens`, in order.
    pub(super) fn token_rows(&self) -> impl Iterator<Item = (Key, Value)> + use<> {
        let mut tokens = self.tokens.clone();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
            .into_iter()
            .map(|key| (Key::from(key), Value::from([])))
    }

    /// The rows of `postings`, in order.
    pub(super) fn posting_rows(&self) -> impl Iterator<Item = (Key, Value)> + '_ {
        self.postings.iter().flat_map(|(feed, ids)| {
            let mut ids = ids.clone();
            ids.sort_unstable();
            ids.dedup();
            let row = |id| (keys::posting(*feed, MessageId(id)), Value::from([]));
            ids.into_iter().map(row)
        })
    }

    /// The rows of `duplicates`, in order.
    pub(super) fn duplicate_rows(&self) -> Result<Vec<(Key, Value)>, StoreError> {
        let mut rows: Vec<_> = self.duplicates.iter().collect();
        rows.sort_unstable_by_key(|(key, _)| **key);
        rows.into_iter()
            .map(|(key, row)| Ok((Key::from(*key), codec::encode(row)?)))
            .collect()
    }
}

/// The lists that a message is in: its feed's, and that of what is wrong with it.
pub(crate) fn feeds_of(record: &MessageRecord, feed: FeedNumber) -> Vec<FeedNumber> {
    match record.disposition {
        Disposition::Routed => vec![feed],
        Disposition::Unrouted => vec![feed, FeedNumber::UNROUTED],
        Disposition::Quarantined(_) => vec![feed, FeedNumber::QUARANTINED],
    }
}

fn duplicate_row(record: &MessageRecord) -> DuplicateRow {
    DuplicateRow {
        id: record.id,
        content_hash: record.content_hash,
        received_at: record.received_at,
    }
}
