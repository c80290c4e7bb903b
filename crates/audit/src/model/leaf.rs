//! A leaf: the bytes of one record as they are stored and hashed.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 1 | version, `0x01` |
//! | 1 | 8 | sequence: the leaf's index in the tree |
//! | 9 | 8 | time, milliseconds since 1970-01-01T00:00:00Z |
//! | 17 | 32 | hash of the leaf before it; zeros in the first one |
//! | 49 | 1 | kind |
//! | 50 | 1 | outcome |
//! | 51 | 2 | which part of its event this is, from 0 |
//! | 53 | 2 | parts of the event |
//! | 55 | 16 | blind token of the user |
//! | 71 | 2 | patients in this part, n |
//! | 73 | 16 n | blind tokens of the patients |
//! | 73 + 16 n | | all else, sealed |
//!
//! Numbers are big-endian. Whoever checks the trail needs the first five columns and no key.

use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use super::{EventKind, Outcome, Seq};
use crate::tree::Hash;

/// The version of this layout.
pub const LEAF_VERSION: u8 = 1;
/// Patients in one leaf at most.
pub const PATIENTS_PER_LEAF: usize = 1_024;

/// What stands in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafHeader {
    /// The leaf's place.
    pub seq: Seq,
    /// When it was recorded, by the trail's clock.
    pub at: UnixMillis,
    /// The hash of the leaf before it.
    pub previous: Hash,
    /// What happened.
    pub kind: EventKind,
    /// How it ended.
    pub outcome: Outcome,
    /// Which part of its event this is, from 0.
    pub part: u16,
    /// Parts of the event.
    pub parts: u16,
    /// The blind token of the user.
    pub user: Token,
    /// The blind tokens of the patients.
    pub patients: Vec<Token>,
}

impl LeafHeader {
    /// The leaf's bytes, with what is sealed.
    pub fn encode(&self, sealed: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(73 + 16 * self.patients.len() + sealed.len());
        bytes.push(LEAF_VERSION);
        bytes.extend(self.seq.0.to_be_bytes());
        bytes.extend(self.at.to_be_bytes());
        bytes.extend(self.previous);
        bytes.extend([self.kind.number(), self.outcome.number()]);
        bytes.extend(self.part.to_be_bytes());
        bytes.extend(self.parts.to_be_bytes());
        bytes.extend(self.user);
        let patients = self.patients.iter().take(PATIENTS_PER_LEAF);
        let count = u16::try_from(patients.len()).unwrap_or(u16::MAX);
        bytes.extend(count.to_be_bytes());
        bytes.extend(patients.flatten());
        bytes.extend(sealed);
        bytes
    }

    /// Reads a leaf, and gives what is sealed in it. `None` when the bytes are no leaf.
    pub fn parse(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let mut rest = Reader(bytes);
        let [version] = rest.take::<1>()?;
        if version != LEAF_VERSION {
            return None;
        }
        let (seq, at) = (rest.take()?, rest.take()?);
        let previous = rest.take::<32>()?;
        let [kind, outcome] = rest.take()?;
        let (part, parts) = (rest.take()?, rest.take()?);
        let user = rest.take()?;
        let count = u16::from_be_bytes(rest.take()?);
        if usize::from(count) > PATIENTS_PER_LEAF {
            return None;
        }
        let patients = (0..count).map(|_| rest.take::<16>());
        let patients = patients.collect::<Option<Vec<Token>>>()?;
        let header = Self {
            seq: Seq(u64::from_be_bytes(seq)),
            at: u64::from_be_bytes(at),
            previous,
            kind: EventKind::of(kind)?,
            outcome: Outcome::of(outcome)?,
            part: u16::from_be_bytes(part),
            parts: u16::from_be_bytes(parts),
            user,
            patients,
        };
        Some((header, rest.0))
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(patients: usize) -> LeafHeader {
        LeafHeader {
            seq: Seq(7),
            at: 1_795_255_200_000,
            previous: [3; 32],
            kind: EventKind::Search,
            outcome: Outcome::Success,
            part: 1,
            parts: 2,
            user: [5; 16],
            patients: vec![[6; 16]; patients],
        }
    }

    #[test]
    fn a_leaf_reads_back_as_it_was_written() {
        for patients in [0, 1, PATIENTS_PER_LEAF] {
            let bytes = header(patients).encode(b"sealed");

            assert_eq!(
                LeafHeader::parse(&bytes),
                Some((header(patients), &b"sealed"[..]))
            );
        }
    }

    /// The layout of the page, byte by byte: others write programs that read it.
    #[test]
    fn a_leaf_stands_as_its_page_says() {
        let bytes = header(1).encode(b"s");

        assert_eq!(bytes.len(), 73 + 16 + 1);
        assert_eq!(bytes[..9], [1, 0, 0, 0, 0, 0, 0, 0, 7]);
        assert_eq!(bytes[9..17], 1_795_255_200_000_u64.to_be_bytes());
        assert_eq!(bytes[17..49], [3; 32]);
        assert_eq!(bytes[49..55], [6, 0, 0, 1, 0, 2]);
        assert_eq!(bytes[55..73], [&[5; 16][..], &[0, 1]].concat());
    }

    #[test]
    fn bytes_that_are_no_leaf_are_refused() {
        let whole = header(2).encode(b"");

        for length in 0..whole.len() {
            assert_eq!(LeafHeader::parse(&whole[..length]), None, "{length} bytes");
        }
        for (at, wrong) in [(0, 2), (49, 0), (49, 200), (50, 9), (71, 255)] {
            let mut bytes = whole.clone();
            bytes[at] = wrong;
            assert_eq!(LeafHeader::parse(&bytes), None, "byte {at}");
        }
    }
}
