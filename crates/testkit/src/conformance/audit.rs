//! The contract of the store of the audit trail, as tests: one per numbered sentence of the port, named as the sentence.
//!
//! An adapter says how its store is opened and reopened ([`AuditUnderTest`]) and calls
//! [`audit_conformance!`](crate::audit_conformance!) in a test module.

use bytes::Bytes;
use wardline_audit::model::{EventKind, Seq};
use wardline_audit::port::{
    AuditStore, Commit, Committed, Head, Leaf, Posting, Removal, RowKey, RowKind, StoredCheckpoint,
};
use wardline_audit::tree::{NodeId, leaf_hash};

const USER: Posting = Posting::User([1; 16]);
const OTHER_USER: Posting = Posting::User([2; 16]);
const PATIENT: Posting = Posting::Patient([1; 16]);
const KIND: Posting = Posting::Kind(EventKind::Read);

/// A store as a test sees it.
pub trait AuditUnderTest {
    /// The store as it is open now.
    fn store(&self) -> &dyn AuditStore;

    /// Closes the store as a kill of the process would, as far as that can be done within one, and opens it again
    /// on the same data.
    fn reopen(&mut self);
}

/// One `#[test]` for each sentence of the contract. The argument is an expression that opens a new, empty
/// [`AuditUnderTest`](crate::conformance::audit::AuditUnderTest).
#[macro_export]
macro_rules! audit_conformance {
    ($open:expr) => {
        $crate::audit_conformance! { @each $open;
            a_commit_is_whole
            when_commit_returns_done_it_survives
            a_commit_that_expects_another_size_changes_nothing_and_is_a_conflict
            leaves_are_given_in_order_from_the_place_asked_for_byte_for_byte
            a_posting_finds_exactly_what_was_put_under_it_in_the_range_in_the_asked_order
            a_removed_leaf_is_found_by_nothing_and_every_other_one_is
            the_head_nodes_and_rows_are_the_last_ones_put
            checkpoints_are_listed_in_the_order_of_their_sizes
            rows_of_a_kind_are_listed_in_the_order_of_their_keys
        }
    };
    (@each $open:expr; $($sentence:ident)*) => {$(
        #[test]
        fn $sentence() {
            $crate::block_on(async {
                let mut opened = $open;
                $crate::conformance::audit::$sentence(&mut opened).await;
            });
        }
    )*};
}

fn bytes(seq: u64) -> Bytes {
    // Also bytes that a text or a key could not hold.
    Bytes::from([&[0, 255, 10][..], &seq.to_be_bytes()].concat())
}

/// A commit of leaves behind `head`.
fn append(head: &mut Head, postings: &[Vec<Posting>]) -> Commit {
    let expected_size = head.tree.size();
    let mut leaves = Vec::new();
    for postings in postings {
        let seq = head.tree.size();
        head.last_hash = leaf_hash(&bytes(seq));
        head.last_at = seq;
        head.tree.push(head.last_hash, |_, _| ());
        leaves.push(Leaf {
            seq: Seq(seq),
            bytes: bytes(seq),
            postings: postings.clone(),
        });
    }
    Commit {
        expected_size,
        leaves,
        head: head.clone(),
        ..Commit::default()
    }
}

/// A commit that adds no leaf.
fn beside(head: &Head) -> Commit {
    Commit {
        expected_size: head.tree.size(),
        head: head.clone(),
        ..Commit::default()
    }
}

async fn done(opened: &impl AuditUnderTest, commit: Commit) {
    let committed = opened.store().commit(commit).await.unwrap();
    assert_eq!(committed, Committed::Done);
}

async fn places(opened: &impl AuditUnderTest) -> Vec<u64> {
    let leaves = opened.store().leaves(Seq(0), 1_000).await.unwrap();
    leaves.iter().map(|(seq, _)| seq.0).collect()
}

async fn found(opened: &impl AuditUnderTest, posting: Posting) -> Vec<u64> {
    let range = Seq(0)..Seq(1_000);
    let found = opened.store().postings(posting, range, false, 1_000).await;
    found.unwrap().into_iter().map(|seq| seq.0).collect()
}

/// Sentence 1.
pub async fn a_commit_is_whole(opened: &mut impl AuditUnderTest) {
    let mut head = Head::default();
    let (level, index) = (12, 3);
    let mut commit = append(&mut head, &[vec![USER, KIND], vec![USER]]);
    commit.nodes.push((NodeId { level, index }, [7; 32]));
    commit
        .rows
        .push((RowKey::Hold(1), Some(Bytes::from("row"))));
    let (size, note) = (2, "note".to_owned());
    commit.checkpoint = Some(StoredCheckpoint { size, note });

    done(opened, commit).await;

    for _ in 0..2 {
        let store = opened.store();
        assert_eq!(places(opened).await, [0, 1]);
        assert_eq!(found(opened, USER).await, [0, 1]);
        assert_eq!(found(opened, KIND).await, [0]);
        let node = store.node(NodeId { level, index }).await.unwrap();
        assert_eq!(node, Some([7; 32]));
        let row = store.row(RowKey::Hold(1)).await.unwrap();
        assert_eq!(row, Some(Bytes::from("row")));
        let last = store.last_checkpoint().await.unwrap();
        assert_eq!(last.map(|last| last.note), Some("note".to_owned()));
        assert_eq!(store.head().await.unwrap(), Some(head.clone()));
        opened.reopen();
    }
}

/// Sentence 2, as far as it can be seen within one process; see also the tests that kill one.
pub async fn when_commit_returns_done_it_survives(opened: &mut impl AuditUnderTest) {
    let mut head = Head::default();
    for round in 1..=20 {
        done(opened, append(&mut head, &[vec![USER]])).await;

        opened.reopen();

        assert_eq!(places(opened).await.len(), round);
        assert_eq!(opened.store().head().await.unwrap(), Some(head.clone()));
    }
}

/// Sentence 3.
pub async fn a_commit_that_expects_another_size_changes_nothing_and_is_a_conflict(
    opened: &mut impl AuditUnderTest,
) {
    let mut head = Head::default();
    let first = append(&mut head, &[vec![USER], vec![USER]]);
    done(opened, first.clone()).await;

    for expected_size in [0, 1, 3] {
        let mut stale = append(&mut head.clone(), &[vec![OTHER_USER]]);
        stale.expected_size = expected_size;
        stale.rows.push((RowKey::Hold(1), Some(Bytes::new())));
        let committed = opened.store().commit(stale).await.unwrap();
        assert_eq!(committed, Committed::Conflict { size: 2 });
    }

    assert_eq!(places(opened).await, [0, 1]);
    assert_eq!(found(opened, OTHER_USER).await, [0; 0]);
    assert_eq!(opened.store().row(RowKey::Hold(1)).await.unwrap(), None);
    assert_eq!(opened.store().head().await.unwrap(), Some(head));
}

/// Sentence 4.
pub async fn leaves_are_given_in_order_from_the_place_asked_for_byte_for_byte(
    opened: &mut impl AuditUnderTest,
) {
    let mut head = Head::default();
    done(opened, append(&mut head, &vec![vec![USER]; 300])).await;

    let some = opened.store().leaves(Seq(254), 4).await.unwrap();

    let expected = (254..258).map(|seq| (Seq(seq), bytes(seq)));
    assert_eq!(some, expected.collect::<Vec<_>>());
    let last = opened.store().leaves(Seq(299), 4).await.unwrap();
    assert_eq!(last, [(Seq(299), bytes(299))]);
    assert_eq!(opened.store().leaves(Seq(300), 4).await.unwrap(), []);
}

/// Sentence 5.
pub async fn a_posting_finds_exactly_what_was_put_under_it_in_the_range_in_the_asked_order(
    opened: &mut impl AuditUnderTest,
) {
    let mut head = Head::default();
    // A user and a patient of the same token are two.
    let postings: Vec<Vec<Posting>> = (0..600)
        .map(|n| {
            if n % 3 == 0 {
                vec![USER]
            } else {
                vec![OTHER_USER, PATIENT]
            }
        })
        .collect();
    done(opened, append(&mut head, &postings)).await;
    let store = opened.store();

    let seqs = |found: Vec<Seq>| found.into_iter().map(|seq| seq.0).collect::<Vec<_>>();
    let oldest = store.postings(USER, Seq(2)..Seq(300), false, 3).await;
    assert_eq!(seqs(oldest.unwrap()), [3, 6, 9]);
    let newest = store.postings(USER, Seq(2)..Seq(300), true, 3).await;
    assert_eq!(seqs(newest.unwrap()), [297, 294, 291]);
    let all = store
        .postings(PATIENT, Seq(0)..Seq(600), false, 1_000)
        .await;
    assert_eq!(all.unwrap().len(), 400);
    let none = store.postings(KIND, Seq(0)..Seq(600), true, 3).await;
    assert_eq!(none.unwrap(), []);
    let empty = store.postings(USER, Seq(9)..Seq(9), true, 3).await;
    assert_eq!(empty.unwrap(), []);
}

/// Sentence 6.
pub async fn a_removed_leaf_is_found_by_nothing_and_every_other_one_is(
    opened: &mut impl AuditUnderTest,
) {
    let mut head = Head::default();
    done(opened, append(&mut head, &vec![vec![USER, KIND]; 5])).await;
    let removal = |seq| Removal {
        seq: Seq(seq),
        postings: vec![USER, KIND],
    };

    let mut commit = beside(&head);
    commit.removals = vec![removal(0), removal(1)];
    done(opened, commit).await;

    for _ in 0..2 {
        assert_eq!(places(opened).await, [2, 3, 4]);
        assert_eq!(found(opened, USER).await, [2, 3, 4]);
        assert_eq!(found(opened, KIND).await, [2, 3, 4]);
        assert_eq!(opened.store().head().await.unwrap(), Some(head.clone()));
        opened.reopen();
    }
}

/// Sentence 7.
pub async fn the_head_nodes_and_rows_are_the_last_ones_put(opened: &mut impl AuditUnderTest) {
    let mut head = Head::default();
    let node = NodeId {
        level: 13,
        index: u64::MAX,
    };
    for value in [1, 2] {
        let mut commit = append(&mut head, &[vec![USER]]);
        commit.nodes.push((node, [value; 32]));
        let row = Bytes::from(vec![value]);
        commit
            .rows
            .push((RowKey::Alert([3; 16]), Some(row.clone())));
        commit.rows.push((RowKey::Segment(3), Some(row)));
        done(opened, commit).await;
    }
    let mut commit = beside(&head);
    commit.rows.push((RowKey::Segment(3), None));
    done(opened, commit).await;

    opened.reopen();

    let store = opened.store();
    assert_eq!(store.head().await.unwrap(), Some(head));
    assert_eq!(store.node(node).await.unwrap(), Some([2; 32]));
    let alert = store.row(RowKey::Alert([3; 16])).await.unwrap();
    assert_eq!(alert, Some(Bytes::from(vec![2])));
    assert_eq!(store.row(RowKey::Segment(3)).await.unwrap(), None);
    assert_eq!(store.row(RowKey::Hold(3)).await.unwrap(), None);
}

/// Sentence 8.
pub async fn checkpoints_are_listed_in_the_order_of_their_sizes(opened: &mut impl AuditUnderTest) {
    let mut head = Head::default();
    assert_eq!(opened.store().last_checkpoint().await.unwrap(), None);
    for size in [1, 255, 256, 300] {
        let new = usize::try_from(size - head.tree.size()).unwrap();
        let mut commit = append(&mut head, &vec![vec![USER]; new]);
        let note = format!("note of {size}");
        commit.checkpoint = Some(StoredCheckpoint { size, note });
        done(opened, commit).await;
    }

    opened.reopen();

    let store = opened.store();
    let sizes = |found: Vec<StoredCheckpoint>| found.iter().map(|c| c.size).collect::<Vec<_>>();
    assert_eq!(
        sizes(store.checkpoints(0, 10).await.unwrap()),
        [1, 255, 256, 300]
    );
    assert_eq!(sizes(store.checkpoints(1, 2).await.unwrap()), [255, 256]);
    assert_eq!(sizes(store.checkpoints(300, 2).await.unwrap()), [0; 0]);
    let last = store.last_checkpoint().await.unwrap().unwrap();
    assert_eq!((last.size, last.note.as_str()), (300, "note of 300"));
}

/// Sentence 9.
pub async fn rows_of_a_kind_are_listed_in_the_order_of_their_keys(
    opened: &mut impl AuditUnderTest,
) {
    let head = Head::default();
    let mut commit = beside(&head);
    for number in [300, 2, 256, 1] {
        let row = Some(Bytes::from(number.to_string()));
        commit.rows.push((RowKey::Hold(number), row.clone()));
        commit.rows.push((RowKey::Segment(number), row));
    }
    let empty = Some(Bytes::new());
    commit.rows.push((RowKey::Alert([0; 16]), empty.clone()));
    commit.rows.push((RowKey::Alert([255; 16]), empty));
    done(opened, commit).await;

    let store = opened.store();
    let keys = |found: Vec<(RowKey, Bytes)>| found.into_iter().map(|(key, _)| key);
    let holds = store.rows(RowKind::Hold, None, 3).await.unwrap();
    let expected = [1, 2, 256].map(RowKey::Hold);
    assert_eq!(keys(holds).collect::<Vec<_>>(), expected);
    let after = Some(RowKey::Hold(2));
    let holds = store.rows(RowKind::Hold, after, 10).await.unwrap();
    let expected = [256, 300].map(RowKey::Hold);
    assert_eq!(keys(holds).collect::<Vec<_>>(), expected);
    let alerts = store.rows(RowKind::Alert, None, 10).await.unwrap();
    assert_eq!(alerts.len(), 2);
}
