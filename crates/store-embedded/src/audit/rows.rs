//! What stands in the tables of the audit trail.
//!
//! | table | key | value |
//! |---|---|---|
//! | audit-leaves | sequence | the leaf's bytes |
//! | audit-postings | 1 and a user's token, 2 and a patient's, 3 and a kind; sequence | nothing |
//! | audit | 0 | the head |
//! | audit | 1, level, index | the root of a perfect subtree |
//! | audit | 2, size | a checkpoint's note |
//! | audit | 6, sequence of a commit's first leaf | what finds its leaves, until that is in audit-postings |
//! | audit | 3 and an alert's id, 4 and a hold's number, 5 and a segment's | the sealed row |
//!
//! Numbers are big-endian, so that rows stand in the order of their keys.

use wardline_audit::model::Seq;
use wardline_audit::port::{Posting, RowKey, RowKind};
use wardline_audit::tree::NodeId;

use crate::engine::Key;

pub(super) const HEAD: &[u8] = &[0];
const NODE: u8 = 1;
pub(super) const CHECKPOINT: u8 = 2;
const ALERT: u8 = 3;
const HOLD: u8 = 4;
const SEGMENT: u8 = 5;
pub(super) const BEHIND: u8 = 6;

const USER: u8 = 1;
const PATIENT: u8 = 2;
const KIND: u8 = 3;

pub(super) fn leaf(seq: Seq) -> Key {
    Key::from(seq.0.to_be_bytes())
}

pub(super) fn posting_prefix(posting: Posting) -> Vec<u8> {
    match posting {
        Posting::User(token) => [&[USER], &token[..]].concat(),
        Posting::Patient(token) => [&[PATIENT], &token[..]].concat(),
        Posting::Kind(kind) => vec![KIND, kind.number()],
    }
}

pub(super) fn posting(posting: Posting, seq: Seq) -> Key {
    Key::from([posting_prefix(posting), seq.0.to_be_bytes().to_vec()].concat())
}

pub(super) fn node(node: NodeId) -> Key {
    Key::from([&[NODE, node.level], &node.index.to_be_bytes()[..]].concat())
}

pub(super) fn checkpoint(size: u64) -> Key {
    Key::from([&[CHECKPOINT], &size.to_be_bytes()[..]].concat())
}

pub(super) fn behind(first: Seq) -> Key {
    Key::from([&[BEHIND], &first.0.to_be_bytes()[..]].concat())
}

pub(super) fn row(key: RowKey) -> Key {
    let kind = row_kind(key.kind());
    match key {
        RowKey::Alert(id) => Key::from([&[kind], &id[..]].concat()),
        RowKey::Hold(number) | RowKey::Segment(number) => {
            Key::from([&[kind], &number.to_be_bytes()[..]].concat())
        }
    }
}

pub(super) fn row_kind(kind: RowKind) -> u8 {
    match kind {
        RowKind::Alert => ALERT,
        RowKind::Hold => HOLD,
        RowKind::Segment => SEGMENT,
    }
}

pub(super) fn row_of(key: &[u8]) -> Option<RowKey> {
    let (kind, id) = key.split_first()?;
    let number = || id.try_into().ok().map(u64::from_be_bytes);
    Some(match *kind {
        ALERT => RowKey::Alert(id.try_into().ok()?),
        HOLD => RowKey::Hold(number()?),
        SEGMENT => RowKey::Segment(number()?),
        _ => return None,
    })
}

/// The number at the end of a key.
pub(super) fn number_of(key: &[u8]) -> Option<u64> {
    key.last_chunk().map(|number| u64::from_be_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_back_and_stand_apart_from_all_else() {
        let keys = [
            RowKey::Alert([0; 16]),
            RowKey::Alert([255; 16]),
            RowKey::Hold(1),
            RowKey::Hold(256),
            RowKey::Segment(0),
        ];

        assert!(keys.map(row).is_sorted());
        assert_eq!(keys.map(|key| row_of(&row(key))), keys.map(Some));
        assert_eq!(row_of(&checkpoint(1)), None);
        assert_eq!(number_of(&posting(Posting::User([9; 16]), Seq(7))), Some(7));
    }
}
