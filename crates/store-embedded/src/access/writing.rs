//! Whether a put is taken, and what it writes. Runs on the writer's thread, so nothing changes in between.

use wardline_access::port::{Put, Row};
use wardline_kernel::StoreError;

use super::rows;
use crate::engine::{self, Engine, Table, Value};
use crate::error::damaged;

/// What becomes of a put.
pub(crate) enum Decided {
    /// These rows are written, and then it is done.
    Write(Vec<engine::Row>),
    /// It changes nothing.
    Not(Put),
}

/// Compares a put with what there is.
pub(crate) fn decide(engine: &Engine, row: &Row) -> Result<Decided, StoreError> {
    let place = rows::row_key(row.kind, row.id);
    let there = engine.get(Table::Access, &place)?;
    let there = there.map(|value| {
        let there = rows::row_of(row.kind, &place, &value);
        there.ok_or_else(|| damaged("a row of the table of access"))
    });
    let there = there.transpose()?;
    let version = there.as_ref().map_or(0, |there| there.version);
    if version.checked_add(1) != Some(row.version) {
        return Ok(Decided::Not(Put::Conflict(version)));
    }
    let old_key = there.and_then(|there| there.key);
    let mut writes: Vec<engine::Row> = Vec::new();
    if old_key != row.key {
        if let Some(key) = row.key {
            let lookup = rows::lookup_key(row.kind, key);
            if engine.contains(Table::Access, &lookup)? {
                return Ok(Decided::Not(Put::Taken));
            }
            writes.push((Table::Access, lookup, Some(Value::from(row.id))));
        }
        if let Some(key) = old_key {
            writes.push((Table::Access, rows::lookup_key(row.kind, key), None));
        }
    }
    writes.push((Table::Access, place, Some(rows::value_of(row))));
    Ok(Decided::Write(writes))
}
