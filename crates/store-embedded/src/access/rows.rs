//! What stands in the table of access.
//!
//! | key | value |
//! |---|---|
//! | 0, kind, id | version; 0, or 1 and the lookup key; the sealed body |
//! | 1, kind, lookup key | the id of the row that it leads to |
//!
//! Numbers are big-endian. Rows of a kind stand in the order of their ids.

use bytes::Bytes;
use wardline_access::port::{Kind, Row};

use crate::engine::{Key, Value};

const ROW: u8 = 0;
const LOOKUP: u8 = 1;
const NO_KEY: u8 = 0;
const WITH_KEY: u8 = 1;

pub(super) fn of_kind(kind: Kind) -> [u8; 2] {
    [ROW, number(kind)]
}

pub(super) fn row_key(kind: Kind, id: [u8; 16]) -> Key {
    Key::from([&of_kind(kind)[..], &id[..]].concat())
}

pub(super) fn lookup_key(kind: Kind, key: [u8; 32]) -> Key {
    Key::from([&[LOOKUP, number(kind)][..], &key[..]].concat())
}

/// The number is stored: it never changes.
const fn number(kind: Kind) -> u8 {
    match kind {
        Kind::User => 1,
        Kind::ApiKey => 2,
        Kind::Emergency => 3,
        Kind::Notice => 4,
        Kind::Approval => 5,
    }
}

pub(super) fn value_of(row: &Row) -> Value {
    let version = row.version.to_be_bytes();
    let key: &[u8] = row.key.as_ref().map_or(&[], |key| &key[..]);
    let has_key = if row.key.is_some() { WITH_KEY } else { NO_KEY };
    Value::from([&version[..], &[has_key], key, &row.body[..]].concat())
}

/// A row read back. `None` when it is not one.
pub(super) fn row_of(kind: Kind, key: &[u8], value: &[u8]) -> Option<Row> {
    let id = key.strip_prefix(&of_kind(kind)[..])?.try_into().ok()?;
    let (version, rest) = value.split_first_chunk::<8>()?;
    let (has_key, rest) = rest.split_first()?;
    let (key, body) = match *has_key {
        NO_KEY => (None, rest),
        WITH_KEY => {
            let (key, body) = rest.split_first_chunk::<32>()?;
            (Some(*key), body)
        }
        _ => return None,
    };
    Some(Row {
        kind,
        id,
        key,
        version: u64::from_be_bytes(*version),
        body: Bytes::copy_from_slice(body),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: Option<[u8; 32]>, body: &'static [u8]) -> Row {
        Row {
            kind: Kind::ApiKey,
            id: [7; 16],
            key,
            version: 258,
            body: Bytes::from_static(body),
        }
    }

    #[test]
    fn a_row_is_read_back_with_and_without_a_lookup_key() {
        for row in [
            row(None, &[]),
            row(None, &[1; 40]),
            row(Some([9; 32]), &[]),
            row(Some([0; 32]), &[0, 1]),
        ] {
            let key = row_key(row.kind, row.id);

            assert_eq!(row_of(row.kind, &key, &value_of(&row)), Some(row));
        }
    }

    #[test]
    fn a_row_of_another_kind_or_cut_short_is_none() {
        let (stored, key) = (
            value_of(&row(Some([9; 32]), &[])),
            row_key(Kind::ApiKey, [7; 16]),
        );

        assert_eq!(row_of(Kind::User, &key, &stored), None);
        for length in 0..stored.len() {
            assert_eq!(row_of(Kind::ApiKey, &key, &stored[..length]), None);
        }
        let lookup = lookup_key(Kind::ApiKey, [7; 32]);
        assert_eq!(row_of(Kind::ApiKey, &lookup, &stored), None);
    }
}
