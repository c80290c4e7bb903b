//! What stands under the tag of beds.
//!
//! | key | type | content |
//! |---|---|---|
//! | `:head` | hash | the lease; the number of the last commit |
//! | `:r` | ordered table | kind, then a bed's blind token, or the number of a stay, a merge or values that are nobody's, or 0 for the clock; the sealed bytes |
//! | `:e` | ordered table | the stay's number, the entry's number; the sealed bytes |
//!
//! Numbers are big-endian.

use bytes::Bytes;
use wardline_vitals::model::StayId;
use wardline_vitals::port::{EntryKey, Row, StoredEntry, StoredRow};

use crate::codec::number_first;

pub(super) const ROWS: &[u8] = b":r";
pub(super) const ENTRIES: &[u8] = b":e";

const BED: u8 = 0;
const STAY: u8 = 1;
const CHART: u8 = 2;
const MERGE: u8 = 3;
const ASIDE: u8 = 4;
const CLOCK: u8 = 5;
/// There is one row of the clock.
const CLOCK_NUMBER: u64 = 0;

pub(super) fn row_key(row: Row) -> Vec<u8> {
    match row {
        Row::Bed(token) => with_kind(BED, &token),
        Row::Stay(stay) => with_kind(STAY, &stay.0.to_be_bytes()),
        Row::Chart(stay) => with_kind(CHART, &stay.0.to_be_bytes()),
        Row::Merge(number) => with_kind(MERGE, &number.to_be_bytes()),
        Row::Aside(number) => with_kind(ASIDE, &number.to_be_bytes()),
        Row::Clock => with_kind(CLOCK, &CLOCK_NUMBER.to_be_bytes()),
    }
}

pub(super) fn row_of(member: &Bytes) -> Option<StoredRow> {
    let (kind, rest) = member.split_first()?;
    let (row, sealed) = if *kind == BED {
        let (token, sealed) = rest.split_first_chunk()?;
        (Row::Bed(*token), sealed)
    } else {
        let (number, sealed) = number_first(rest)?;
        let row = match *kind {
            STAY => Row::Stay(StayId(number)),
            CHART => Row::Chart(StayId(number)),
            MERGE => Row::Merge(number),
            ASIDE => Row::Aside(number),
            CLOCK if number == CLOCK_NUMBER => Row::Clock,
            _ => return None,
        };
        (row, sealed)
    };
    let sealed = member.slice_ref(sealed);
    Some(StoredRow { row, sealed })
}

pub(super) fn entry_key((stay, number): EntryKey) -> Vec<u8> {
    [stay.0.to_be_bytes(), number.to_be_bytes()].concat()
}

pub(super) fn entry_of(member: &Bytes) -> Option<StoredEntry> {
    let (stay, rest) = number_first(member)?;
    let (number, sealed) = number_first(rest)?;
    Some(StoredEntry {
        key: (StayId(stay), number),
        sealed: member.slice_ref(sealed),
    })
}

fn with_kind(kind: u8, id: &[u8]) -> Vec<u8> {
    [&[kind], id].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_back_and_keeps_its_place() {
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
        let sealed = Bytes::from_static(&[0, 255]);

        let members = rows.map(|row| Bytes::from([&row_key(row)[..], &sealed].concat()));

        assert!(members.is_sorted());
        for (member, row) in members.iter().zip(rows) {
            let sealed = sealed.clone();
            assert_eq!(row_of(member), Some(StoredRow { row, sealed }));
        }
    }

    #[test]
    fn what_is_no_row_is_none() {
        for member in [&[][..], &[9; 9], &[STAY, 1], &[BED; 16], &[CLOCK; 9]] {
            assert_eq!(row_of(&Bytes::copy_from_slice(member)), None, "{member:?}");
        }
        assert_eq!(entry_of(&Bytes::from_static(&[0; 15])), None);
    }
}
