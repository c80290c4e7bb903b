//! Some thousands of entries, as they came: keys of the table of postings, in place.

use std::ops::Range;

use wardline_audit::model::Seq;
use wardline_audit::port::{Leaf, Posting};

use super::super::rows;
use crate::engine::{Key, Value};

/// The longest key: a kind, a token, a sequence.
const LONGEST: usize = 1 + 16 + 8;

/// A key of the table of postings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    /// Filled up with zeros: keys of unlike length differ in their first byte.
    bytes: [u8; LONGEST],
    length: u8,
}

/// Entries, and the rows that hold them until they are in their table.
#[derive(Default)]
pub(super) struct Entries {
    entries: Vec<Entry>,
    stored_in: Vec<Seq>,
    last: Option<Seq>,
}

/// What finds these leaves, as one value: each key behind its length.
pub(super) fn encode(leaves: &[Leaf]) -> Vec<u8> {
    let mut value = Vec::new();
    for leaf in leaves {
        for posting in &leaf.postings {
            let key = rows::posting(*posting, leaf.seq);
            value.push(u8::try_from(key.len()).unwrap_or(u8::MAX));
            value.extend_from_slice(&key);
        }
    }
    value
}

impl Entry {
    fn new(key: &[u8]) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..key.len())?.copy_from_slice(key);
        Some(Self {
            bytes,
            length: u8::try_from(key.len()).ok()?,
        })
    }

    fn key(&self) -> &[u8] {
        self.bytes
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    fn seq(&self) -> Option<Seq> {
        rows::number_of(self.key()).map(Seq)
    }
}

impl Entries {
    /// Takes in a row's value; `None` when it is none.
    pub(super) fn read(&mut self, first: Seq, value: &[u8]) -> Option<()> {
        let mut rest = value;
        while let Some((length, behind)) = rest.split_first() {
            let (key, behind) = behind.split_at_checked(usize::from(*length))?;
            let entry = Entry::new(key)?;
            self.last = self.last.max(Some(entry.seq()?));
            self.entries.push(entry);
            rest = behind;
        }
        self.stored_in.push(first);
        Some(())
    }

    /// Takes in what finds these leaves, of which the first names the row.
    pub(super) fn add(&mut self, leaves: &[(Seq, Vec<Posting>)]) {
        let Some((first, _)) = leaves.first() else {
            return;
        };
        if self.last.is_some_and(|last| *first <= last) {
            return;
        }
        for (seq, postings) in leaves {
            let keys = postings.iter().map(|posting| rows::posting(*posting, *seq));
            self.entries.extend(keys.filter_map(|key| Entry::new(&key)));
            self.last = Some(*seq);
        }
        self.stored_in.push(*first);
    }

    pub(super) fn weight(&self) -> usize {
        // A row without entries is to be taken out too.
        self.entries.len().max(self.stored_in.len())
    }

    /// The first record that any of this may find.
    pub(super) fn first(&self) -> Option<Seq> {
        self.stored_in.first().copied()
    }

    pub(super) fn stored_in(&self) -> &[Seq] {
        &self.stored_in
    }

    pub(super) fn find(&self, prefix: &[u8], range: &Range<Seq>) -> Vec<Seq> {
        let of_posting = self
            .entries
            .iter()
            .filter(|entry| entry.key().starts_with(prefix));
        let found = of_posting.filter_map(Entry::seq);
        found.filter(|seq| range.contains(seq)).collect()
    }

    /// The table's rows, in order.
    pub(super) fn rows(&self) -> impl Iterator<Item = (Key, Value)> + use<> {
        let mut entries = self.entries.clone();
        entries.sort_unstable();
        entries.dedup();
        entries
            .into_iter()
            .map(|entry| (Key::from(entry.key()), Value::from([])))
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use wardline_audit::model::EventKind;

    use super::*;

    fn leaf(seq: u64, postings: &[Posting]) -> Leaf {
        Leaf {
            seq: Seq(seq),
            bytes: Bytes::new(),
            postings: postings.to_vec(),
        }
    }

    #[test]
    fn what_a_row_holds_is_read_back_and_found_as_it_was_added() {
        let (of_user, of_kind) = (Posting::User([7; 16]), Posting::Kind(EventKind::Read));
        let leaves = [leaf(300, &[of_user, of_kind]), leaf(301, &[of_kind])];
        let told = leaves.clone().map(|leaf| (leaf.seq, leaf.postings));
        let (mut read, mut added) = (Entries::default(), Entries::default());

        read.read(Seq(300), &encode(&leaves)).unwrap();
        added.add(&told);

        for entries in [&read, &added] {
            let find =
                |posting| entries.find(&rows::posting_prefix(posting), &(Seq(0)..Seq(u64::MAX)));
            assert_eq!(find(of_user), [Seq(300)]);
            assert_eq!(find(of_kind), [Seq(300), Seq(301)]);
            assert_eq!(find(Posting::Patient([7; 16])), []);
            assert_eq!(entries.stored_in(), [Seq(300)]);
            let keys: Vec<Key> = entries.rows().map(|(key, _)| key).collect();
            assert!(keys.is_sorted());
            assert_eq!(keys.len(), 3);
        }
    }

    #[test]
    fn what_is_known_is_not_added_again() {
        let told = [(Seq(1), vec![Posting::User([7; 16])])];
        let mut entries = Entries::default();

        entries.add(&told);
        entries.add(&told);

        assert_eq!(entries.weight(), 1);
    }

    #[test]
    fn a_value_that_is_cut_short_or_holds_no_key_is_refused() {
        let value = encode(&[leaf(1, &[Posting::User([7; 16])])]);

        for length in 1..value.len() {
            let read = Entries::default().read(Seq(1), &value[..length]);
            assert_eq!(read, None, "{length} bytes");
        }
        assert_eq!(Entries::default().read(Seq(1), &[2, 1, 1]), None);
        let long = [&[26][..], &[1; 26]].concat();
        assert_eq!(Entries::default().read(Seq(1), &long), None);
    }
}
