//! Every byte of a trail flipped, records removed, swapped, added, rewritten; and the trail as it was.

use super::*;
use crate::model::{EventKind, LeafHeader, Outcome, Seq};
use crate::port::Head;
use crate::signing::Checkpoint;
use crate::tree::leaf_hash;

const RECORDS: u64 = 12;
const SIGNED: [u64; 3] = [4, 8, 11];

struct Trail {
    leaves: Vec<Vec<u8>>,
    head: Head,
    checkpoints: Vec<Checkpoint>,
}

fn header(seq: u64, previous: [u8; 32]) -> LeafHeader {
    LeafHeader {
        seq: Seq(seq),
        at: 1_000 + seq,
        previous,
        kind: EventKind::Read,
        outcome: Outcome::Success,
        part: 0,
        parts: 1,
        user: [1; 16],
        patients: vec![[2; 16]],
    }
}

fn trail() -> Trail {
    chained(
        &(0..RECORDS)
            .map(|seq| format!("sealed {seq}"))
            .collect::<Vec<_>>(),
    )
}

fn chained(contents: &[String]) -> Trail {
    let (mut leaves, mut head, mut checkpoints) = (Vec::new(), Head::default(), Vec::new());
    for (seq, content) in (0..).zip(contents) {
        let header = header(seq, head.last_hash);
        let bytes = header.encode(content.as_bytes());
        head.last_hash = leaf_hash(&bytes);
        head.last_at = header.at;
        head.tree.push(head.last_hash, |_, _| ());
        leaves.push(bytes);
        let size = head.tree.size();
        if SIGNED.contains(&size) {
            let (origin, root) = ("t".to_owned(), head.tree.root());
            checkpoints.push(Checkpoint { origin, size, root });
        }
    }
    Trail {
        leaves,
        head,
        checkpoints,
    }
}

fn verify(trail: &Trail) -> Result<(), Finding> {
    let mut verifier = Verifier::from(Progress::beginning()).unwrap();
    for leaf in &trail.leaves {
        verifier.leaf(leaf)?;
        let size = verifier.next().0;
        let mut of_size = trail.checkpoints.iter().filter(|c| c.size == size);
        if let Some(checkpoint) = of_size.next() {
            verifier.checkpoint(checkpoint, false);
        }
    }
    verifier.end(&trail.head)
}

#[test]
fn a_trail_as_it_was_written_is_found_whole() {
    assert_eq!(verify(&trail()), Ok(()));
}

#[test]
fn one_flipped_bit_of_any_byte_names_its_record() {
    for seq in 0..trail().leaves.len() {
        for byte in 0..trail().leaves[seq].len() {
            for bit in [1, 0x80] {
                let mut trail = trail();
                trail.leaves[seq][byte] ^= bit;

                let found = verify(&trail).unwrap_err();

                let place = (found.from.0, found.through.0);
                let seq = seq as u64;
                assert_eq!(place, (seq, seq), "record {seq}, byte {byte}: {found}");
            }
        }
    }
}

#[test]
fn a_removed_swapped_or_added_record_is_named_where_it_stands() {
    let mut removed = trail();
    removed.leaves.remove(5);
    let mut swapped = trail();
    swapped.leaves.swap(5, 6);
    let mut added = trail();
    added
        .leaves
        .insert(5, header(5, leaf_hash(&added.leaves[4])).encode(b"new"));

    let misplaced = |says| Fault::Misplaced { says: Seq(says) };
    assert_eq!(verify(&removed), Err(exactly(5, misplaced(6))));
    assert_eq!(verify(&swapped), Err(exactly(5, misplaced(6))));
    assert_eq!(verify(&added).unwrap_err().from, Seq(6));
}

#[test]
fn a_history_that_was_rewritten_whole_is_told_by_the_checkpoint_and_where_it_may_begin() {
    let mut contents: Vec<String> = (0..RECORDS).map(|seq| format!("sealed {seq}")).collect();
    contents[6] = "other".to_owned();
    let rewritten = chained(&contents);
    let forged = Trail {
        checkpoints: trail().checkpoints,
        ..rewritten
    };

    let found = verify(&forged).unwrap_err();

    assert_eq!((found.from, found.through), (Seq(4), Seq(7)));
    assert_eq!(found.fault, Fault::Root { size: 8 });
    assert_eq!(
        found.to_string(),
        "records 4 to 7: altered after it was signed: the root of 8 records is another one than was signed"
    );
}

#[test]
fn a_checkpoint_kept_elsewhere_tells_a_fork_from_the_trail_that_is_shown() {
    let mut contents: Vec<String> = (0..RECORDS).map(|seq| format!("sealed {seq}")).collect();
    contents[6] = "other".to_owned();
    let (shown, other) = (chained(&contents), trail());
    let mut verifier = Verifier::from(Progress::beginning()).unwrap();
    for leaf in &shown.leaves[..8] {
        verifier.leaf(leaf).unwrap();
    }

    verifier.checkpoint(&shown.checkpoints[1], false);
    verifier.checkpoint(&other.checkpoints[1], true);

    let found = verifier.pause().unwrap_err();
    assert_eq!(found.fault, Fault::Fork { size: 8 });
}

#[test]
fn a_clock_that_goes_back_is_named() {
    let mut head = Head::default();
    let mut leaves = Vec::new();
    for (seq, at) in [(0, 10), (1, 20), (2, 15), (3, 30)] {
        let header = LeafHeader {
            at,
            ..header(seq, head.last_hash)
        };
        let bytes = header.encode(b"");
        head.last_hash = leaf_hash(&bytes);
        head.last_at = at;
        head.tree.push(head.last_hash, |_, _| ());
        leaves.push(bytes);
    }
    let checkpoints = Vec::new();

    let found = verify(&Trail {
        leaves,
        head,
        checkpoints,
    });

    assert_eq!(found, Err(exactly(2, Fault::ClockBack)));
}

#[test]
fn what_is_kept_of_the_end_is_told_from_a_record_that_was_altered() {
    let mut trail = trail();
    trail.head.last_hash[0] ^= 1;

    assert_eq!(verify(&trail), Err(exactly(RECORDS - 1, Fault::Head)));
}

#[test]
fn a_verification_goes_on_from_where_it_stood() {
    let trail = trail();
    let mut first = Verifier::from(Progress::beginning()).unwrap();
    for leaf in &trail.leaves[..7] {
        first.leaf(leaf).unwrap();
    }
    let kept = first.progress().unwrap().to_bytes();

    let progress = Progress::from_bytes(&kept).unwrap();
    assert_eq!(progress.next(), Seq(7));
    let mut second = Verifier::from(progress).unwrap();
    for leaf in &trail.leaves[7..] {
        second.leaf(leaf).unwrap();
    }

    assert_eq!(second.end(&trail.head), Ok(()));
    assert_eq!(Progress::from_bytes(&kept[1..]), None);
}

fn exactly(seq: u64, fault: Fault) -> Finding {
    Finding {
        from: Seq(seq),
        through: Seq(seq),
        fault,
    }
}
