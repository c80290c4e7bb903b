//! Gathering what the index tables do not hold yet, when the store is opened.

use std::ops::Bound::{Included, Unbounded};

use wardline_messaging::model::{MessageId, MessageRecord};
use wardline_messaging::port::StoreError;

use super::{Entries, Recent, Stored, feeds_of, movement};
use crate::codec;
use crate::directory::Directory;
use crate::engine::{Durability, Engine, Key, Table, WriteError};
use crate::keys;

/// Reads the records that came after the last move.
pub(crate) fn gather(
    engine: &Engine,
    directory: &Directory,
    index_at_once: usize,
) -> Result<Recent, StoreError> {
    let view = engine.view();
    let indexed = match view.get(Table::Meta, keys::INDEXED)? {
        Some(value) => codec::decode(Table::Meta, &value)?,
        None => MessageId::default(),
    };
    let first = keys::message(indexed.next().max(directory.lowest()));
    let mut rows = view.range(Table::Records, Included(&first), Unbounded);
    let mut entries = Entries::default();
    while let Some((_, value)) = rows.next()? {
        let record: MessageRecord = codec::decode(Table::Records, &value)?;
        let feed = (record.channel.clone(), record.message_type.clone());
        let feeds = feeds_of(&record, directory.names.feed(&feed));
        entries.add(&Stored { record, feeds });
        // Only when moves failed for long, as on a full disk: memory stays bounded.
        if entries.weight() >= index_at_once.saturating_mul(4) {
            let moved = std::mem::take(&mut entries);
            movement::write(engine, &moved)?;
            write_down(engine, moved.last_id())?;
        }
    }
    Ok(Recent::of(entries, index_at_once))
}

/// Notes up to where the tables hold everything, before anything of that can be removed: a record that is read
/// again must not bring back a control id that a later message took and went with.
fn write_down(engine: &Engine, indexed: MessageId) -> Result<(), StoreError> {
    let row = (
        Table::Meta,
        Key::from(keys::INDEXED),
        Some(codec::encode(&indexed)?),
    );
    let written = engine.write([row], Durability::Synced);
    written.map(|_| ()).map_err(WriteError::told)
}
