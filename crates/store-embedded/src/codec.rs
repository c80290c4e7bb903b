//! How a row's value stands on disk: one byte of version, then postcard.
//!
//! postcard writes fields in order and without names, so a change of a model type changes the bytes. The test
//! at the end holds the bytes of every kind of row: when it fails, old stores cannot be read any more, and
//! the schema's number has to be raised.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wardline_messaging::model::{LaneKey, MessageId, Token, UnixMillis};
use wardline_messaging::port::StoreError;

use crate::engine::{Table, Value};
use crate::error::damaged;

/// The schema that this version reads and writes: keys, values and their meaning.
pub(crate) const SCHEMA: u64 = 1;

/// Version of the encoding of single rows.
const ROW_VERSION: u8 = 1;
/// What most rows fit into, so that their buffer does not grow step by step.
const USUAL_ROW_BYTES: usize = 512;

/// Row [`keys::HEAD`](crate::keys::HEAD).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Commits so far.
    pub(crate) commits: u64,
    /// The greatest id ever put.
    pub(crate) last_id: MessageId,
}

/// A row of `queued`: the id stands in its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct QueuedRow {
    pub(crate) lanes: Vec<LaneKey>,
    pub(crate) received_at: UnixMillis,
}

/// A row of `duplicates`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DuplicateRow {
    pub(crate) id: MessageId,
    pub(crate) content_hash: Token,
    pub(crate) received_at: UnixMillis,
}

/// A row's value as bytes.
pub(crate) fn encode<T: Serialize>(row: &T) -> Result<Value, StoreError> {
    let mut bytes = Vec::with_capacity(USUAL_ROW_BYTES);
    bytes.push(ROW_VERSION);
    let bytes = postcard::to_extend(row, bytes);
    bytes
        .map(Value::from)
        .map_err(|_| StoreError::Unavailable("a row cannot be encoded".to_owned()))
}

/// A row's value from bytes.
pub(crate) fn decode<T: DeserializeOwned>(table: Table, value: &[u8]) -> Result<T, StoreError> {
    let unreadable = |what: &str| damaged(&format!("a row of table {} {what}", table.name()));
    match value.split_first() {
        Some((&ROW_VERSION, rest)) => match postcard::take_from_bytes(rest) {
            Ok((row, [])) => Ok(row),
            _ => Err(unreadable("is not readable")),
        },
        Some((version, _)) => Err(unreadable(&format!("has version {version}"))),
        None => Err(unreadable("is empty")),
    }
}

/// The commits that the head row in `value` counts, for whoever reads the journal.
pub(crate) fn commits_of_head(value: &[u8]) -> Option<u64> {
    decode::<Head>(Table::Meta, value)
        .ok()
        .map(|head| head.commits)
}

#[cfg(test)]
mod tests;
