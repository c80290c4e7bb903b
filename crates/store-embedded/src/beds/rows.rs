//! What stands in the tables of beds.
//!
//! | table | key | value |
//! |---|---|---|
//! | beds | kind, then a bed's blind token, or the number of a stay, a merge or values that are nobody's, or 0 for the clock | the sealed bytes |
//! | bed-entries | the stay's number, the entry's number | the sealed bytes |
//!
//! Numbers are big-endian, so that rows stand in the order of their keys.

use wardline_vitals::model::StayId;
use wardline_vitals::port::{EntryKey, Row};

use crate::engine::Key;

const BED: u8 = 0;
const STAY: u8 = 1;
const CHART: u8 = 2;
const MERGE: u8 = 3;
const ASIDE: u8 = 4;
const CLOCK: u8 = 5;
/// There is one row of the clock.
const CLOCK_NUMBER: u64 = 0;

pub(super) fn row_key(row: Row) -> Key {
    match row {
        Row::Bed(token) => with_kind(BED, &token),
        Row::Stay(stay) => with_kind(STAY, &stay.0.to_be_bytes()),
        Row::Chart(stay) => with_kind(CHART, &stay.0.to_be_bytes()),
        Row::Merge(number) => with_kind(MERGE, &number.to_be_bytes()),
        Row::Aside(number) => with_kind(ASIDE, &number.to_be_bytes()),
        Row::Clock => with_kind(CLOCK, &CLOCK_NUMBER.to_be_bytes()),
    }
}

pub(super) fn row_of(key: &[u8]) -> Option<Row> {
    let (kind, id) = key.split_first()?;
    let number = || id.try_into().ok().map(u64::from_be_bytes);
    Some(match *kind {
        BED => Row::Bed(id.try_into().ok()?),
        STAY => Row::Stay(StayId(number()?)),
        CHART => Row::Chart(StayId(number()?)),
        MERGE => Row::Merge(number()?),
        ASIDE => Row::Aside(number()?),
        CLOCK if number()? == CLOCK_NUMBER => Row::Clock,
        _ => return None,
    })
}

pub(super) fn entry_key((stay, number): EntryKey) -> Key {
    Key::from([stay.0.to_be_bytes(), number.to_be_bytes()].concat())
}

pub(super) fn entry_of(key: &[u8]) -> Option<EntryKey> {
    let (stay, number) = key.split_at_checked(8)?;
    let number_of = |bytes: &[u8]| bytes.try_into().ok().map(u64::from_be_bytes);
    Some((StayId(number_of(stay)?), number_of(number)?))
}

fn with_kind(kind: u8, id: &[u8]) -> Key {
    Key::from([&[kind], id].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_back_and_keeps_its_place() {
        let rows = [
            Row::Bed([0; 16]),
            Row::Bed([255; 16]),
            Row::Stay(StayId(1)),
            Row::Stay(StayId(256)),
            Row::Chart(StayId(u64::MAX)),
            Row::Merge(7),
            Row::Aside(7),
            Row::Clock,
        ];

        let keys = rows.map(row_key);

        assert!(keys.is_sorted());
        assert_eq!(keys.map(|key| row_of(&key)), rows.map(Some));
        let entry = (StayId(256), 7);
        assert_eq!(entry_of(&entry_key(entry)), Some(entry));
    }

    #[test]
    fn what_is_no_key_is_none() {
        for key in [&[][..], &[9; 9], &[STAY, 1], &[BED; 16], &[CLOCK; 9]] {
            assert_eq!(row_of(key), None, "{key:?}");
        }
        assert_eq!(entry_of(&[0; 15]), None);
    }
}
