//! What stands under the tag of access.
//!
//! | key | type | content |
//! |---|---|---|
//! | `:r<kind>` | ordered table | id; version; the put that wrote it; 0, or 1 and the lookup key; the sealed body |
//! | `:k<kind>` | hash | lookup key → the id of the row that it leads to |
//!
//! Numbers are big-endian.

use bytes::Bytes;
use wardline_access::port::{Kind, Row};

const NO_KEY: u8 = 0;
const WITH_KEY: u8 = 1;

/// What tells one put from another that would write the same.
pub(super) type PutId = [u8; 8];

pub(super) fn table(kind: Kind) -> Vec<u8> {
    [b":r", letter(kind)].concat()
}

pub(super) fn lookups(kind: Kind) -> Vec<u8> {
    [b":k", letter(kind)].concat()
}

/// The letter is stored: it never changes.
const fn letter(kind: Kind) -> &'static [u8] {
    match kind {
        Kind::User => b"1",
        Kind::ApiKey => b"2",
        Kind::Emergency => b"3",
        Kind::Notice => b"4",
        Kind::Approval => b"5",
    }
}

/// How a row of this id and version begins.
pub(super) fn begins(id: [u8; 16], version: u64) -> Vec<u8> {
    [&id[..], &version.to_be_bytes()].concat()
}

/// The row behind its id.
pub(super) fn rest_of(row: &Row, put: PutId) -> Vec<u8> {
    let version = row.version.to_be_bytes();
    let key: &[u8] = row.key.as_ref().map_or(&[], |key| &key[..]);
    let has_key = if row.key.is_some() { WITH_KEY } else { NO_KEY };
    [&version[..], &put, &[has_key], key, &row.body].concat()
}

/// A row read back. `None` when it is not one.
pub(super) fn row_of(kind: Kind, stored: &Bytes) -> Option<Row> {
    let (id, rest) = stored.split_first_chunk::<16>()?;
    let (version, rest) = rest.split_first_chunk::<8>()?;
    let (_, rest) = rest.split_first_chunk::<8>()?;
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
        id: *id,
        key,
        version: u64::from_be_bytes(*version),
        body: stored.slice_ref(body),
    })
}

/// The version of a row that begins like this.
pub(super) fn version_of(stored: &[u8]) -> Option<u64> {
    let (version, _) = stored.get(16..)?.split_first_chunk()?;
    Some(u64::from_be_bytes(*version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_back_with_and_without_a_lookup_key_and_none_is_that_is_cut_short() {
        for key in [None, Some([9; 32])] {
            let row = Row {
                kind: Kind::ApiKey,
                id: [7; 16],
                key,
                version: 258,
                body: Bytes::from_static(&[0, 1]),
            };
            let stored = Bytes::from([&row.id[..], &rest_of(&row, [3; 8])].concat());

            assert_eq!(row_of(Kind::ApiKey, &stored), Some(row));
            assert_eq!(version_of(&stored), Some(258));
            for length in 0..33 {
                assert_eq!(row_of(Kind::ApiKey, &stored.slice(..length)), None);
            }
        }
    }
}
