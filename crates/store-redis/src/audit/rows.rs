//! What stands under the tag of a trail.
//!
//! | key | type | content |
//! |---|---|---|
//! | `:head` | hash | the lease; the number of the last commit; `size`; `head`: what the trail ends with |
//! | `:l:<thousand>` | hash | sequence → the leaf |
//! | `:s:<stretch>` | bitmap | which leaves are there |
//! | `:k:<kind>:<stretch>` | bitmap | leaves of a kind |
//! | `:time` | hash | stretch → nothing of interest: there are leaves in it |
//! | `:p:<bucket>` | ordered table | 1 and a user's token, or 2 and a patient's; the sequence |
//! | `:n` | hash | level, index → the root of a perfect subtree |
//! | `:c` | ordered table | size; the checkpoint's note |
//! | `:w<kind>` | ordered table | the key of a row beside the trail; the row |
//!
//! Numbers are big-endian. A thousand is 1,024 leaves, a stretch 16,384, both in hexadecimal digits.

use bytes::Bytes;
use wardline_audit::port::{Posting, RowKey, RowKind, StoredCheckpoint};
use wardline_audit::tree::NodeId;

use crate::bits::stretch_of;
use crate::codec::{bucket, number_first};

pub(super) const SIZE: &[u8] = b"size";
pub(super) const END: &[u8] = b"head";
pub(super) const STRETCHES: &[u8] = b":time";
pub(super) const NODES: &[u8] = b":n";
pub(super) const CHECKPOINTS: &[u8] = b":c";

const THOUSAND_AS_BITS: u32 = 10;
const USER: u8 = 1;
const PATIENT: u8 = 2;

pub(super) fn leaves(seq: u64) -> Vec<u8> {
    format!(":l:{:x}", seq >> THOUSAND_AS_BITS).into_bytes()
}

pub(super) fn present(stretch: u64) -> Vec<u8> {
    format!(":s:{stretch:x}").into_bytes()
}

pub(super) fn kinds(kind: u8, stretch: u64) -> Vec<u8> {
    format!(":k:{kind}:{stretch:x}").into_bytes()
}

/// Where a posting stands.
pub(super) enum Place {
    /// In bitmaps of this kind.
    Bits(u8),
    /// In this table, behind this beginning.
    Table(Vec<u8>, Vec<u8>),
}

pub(super) fn place(posting: Posting) -> Place {
    let of = |letter: u8, token: &[u8]| {
        let table = format!(":p:{}", bucket(token)).into_bytes();
        Place::Table(table, [&[letter], token].concat())
    };
    match posting {
        Posting::User(token) => of(USER, &token),
        Posting::Patient(token) => of(PATIENT, &token),
        Posting::Kind(kind) => Place::Bits(kind.number()),
    }
}

pub(super) fn stretch_field(seq: u64) -> [u8; 8] {
    stretch_of(seq).to_be_bytes()
}

pub(super) fn node(node: NodeId) -> Vec<u8> {
    [&[node.level][..], &node.index.to_be_bytes()].concat()
}

pub(super) fn checkpoint_of(member: &Bytes) -> Option<StoredCheckpoint> {
    let (size, note) = number_first(member)?;
    let note = std::str::from_utf8(note).ok()?.to_owned();
    Some(StoredCheckpoint { size, note })
}

pub(super) fn row_table(kind: RowKind) -> &'static [u8] {
    match kind {
        RowKind::Alert => b":w1",
        RowKind::Hold => b":w2",
        RowKind::Segment => b":w3",
    }
}

pub(super) fn row_key(key: RowKey) -> Vec<u8> {
    match key {
        RowKey::Alert(id) => id.to_vec(),
        RowKey::Hold(number) | RowKey::Segment(number) => number.to_be_bytes().to_vec(),
    }
}

pub(super) fn row_of(kind: RowKind, member: &Bytes) -> Option<(RowKey, Bytes)> {
    let (key, row) = match kind {
        RowKind::Alert => {
            let (id, row) = member.split_first_chunk()?;
            (RowKey::Alert(*id), row)
        }
        RowKind::Hold => number_first(member).map(|(n, row)| (RowKey::Hold(n), row))?,
        RowKind::Segment => number_first(member).map(|(n, row)| (RowKey::Segment(n), row))?,
    };
    Some((key, member.slice_ref(row)))
}
