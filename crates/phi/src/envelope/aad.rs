//! The identity that a sealed value is tied to.

use std::fmt;

use super::SUITE;

/// Which record and field a value belongs to. It is authenticated with the value and not stored in it: whoever
/// opens must say it again, and a value moved to another record, field or schema does not open.
///
/// The ring adds suite and key id. Encoding: the six parts in the order suite (1 byte), record kind, record
/// id, field, schema version (2 bytes), key id (4 bytes), each preceded by its length as 4 bytes big-endian,
/// so that no two identities share an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aad<'a> {
    /// The kind of record, such as `message` or `attempt`. Never reuse a kind for other content.
    pub kind: &'a str,
    /// The record's id, unique within its kind.
    pub record: RecordId<'a>,
    /// The field within the record, such as `raw`.
    pub field: &'a str,
    /// The version of the plaintext's layout, so that an old layout is never read as a new one.
    pub schema: u16,
}

/// The id of a record: a number or bytes. A number never equals bytes, and bytes do not show in `{:?}`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum RecordId<'a> {
    /// A number, such as a message's place in the order of arrival.
    Number(u64),
    /// Anything else.
    Bytes(&'a [u8]),
}

impl fmt::Debug for RecordId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Bytes(_) => f.write_str("redacted"),
        }
    }
}

impl From<u64> for RecordId<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a [u8]> for RecordId<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a str> for RecordId<'a> {
    fn from(text: &'a str) -> Self {
        Self::Bytes(text.as_bytes())
    }
}

const NUMBER: u8 = 0;
const BYTES: u8 = 1;

impl<'a> Aad<'a> {
    /// The identity of `field` of the record `record` of the kind `kind`.
    pub fn new(
        kind: &'a str,
        record: impl Into<RecordId<'a>>,
        field: &'a str,
        schema: u16,
    ) -> Self {
        Self {
            kind,
            record: record.into(),
            field,
            schema,
        }
    }

    pub(crate) fn encode(&self, key_id: u32) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        part(&mut out, &[&[SUITE]]);
        part(&mut out, &[self.kind.as_bytes()]);
        match self.record {
            RecordId::Number(number) => part(&mut out, &[&[NUMBER], &number.to_be_bytes()]),
            RecordId::Bytes(bytes) => part(&mut out, &[&[BYTES], bytes]),
        }
        part(&mut out, &[self.field.as_bytes()]);
        part(&mut out, &[&self.schema.to_be_bytes()]);
        part(&mut out, &[&key_id.to_be_bytes()]);
        out
    }
}

fn part(out: &mut Vec<u8>, pieces: &[&[u8]]) {
    let length: usize = pieces.iter().map(|piece| piece.len()).sum();
    // A part beyond 4 GiB is no identity; its length saturates and the bytes after it still differ.
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    for piece in pieces {
        out.extend_from_slice(piece);
    }
}
