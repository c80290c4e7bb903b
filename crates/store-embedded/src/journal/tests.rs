use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use wardline_messaging::port::StoreError;

use super::*;
use crate::codec::{Head, encode};
use crate::engine::Durability::Synced;
use crate::engine::{Engine, Key, Table, Value};
use crate::options::Options;

/// An engine's folder whose journal holds this many commits, with the place where each begins.
fn journal_of(commits: u64) -> (tempfile::TempDir, Vec<u64>) {
    journal_with((1..=commits).map(|number| (number, None)))
}

/// The same of commits, and from which on none was known to be on disk when each was written.
fn journal_with(
    commits: impl IntoIterator<Item = (u64, Option<u64>)>,
) -> (tempfile::TempDir, Vec<u64>) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(folder.path(), &Options::default()).unwrap();
    for (number, unsynced) in commits {
        commit_ahead(&engine, number, unsynced).unwrap();
    }
    drop(engine);
    let mut batches = Batches::open(&file(&folder)).unwrap();
    let mut begins = Vec::new();
    loop {
        let begins_at = batches.position();
        begins.push(begins_at);
        if batches.next_batch().unwrap().unwrap().is_none() {
            // Without the zeros behind it, which take long to read a thousand times.
            cut_at(&folder, begins_at);
            return (folder, begins);
        }
    }
}

/// Writes a commit before those from `unsynced` on are known to be on disk.
fn commit_ahead(engine: &Engine, number: u64, unsynced: Option<u64>) -> Result<(), StoreError> {
    let head = encode(&Head {
        commits: number,
        ..Head::default()
    })?;
    let (key, message) = (Key::from(keys::HEAD), Key::from(number.to_be_bytes()));
    let body = Value::from(vec![0x5a; 300]);
    let rows = [
        (Table::Bodies, message, Some(body)),
        (Table::Meta, key, Some(head)),
    ];
    let unsynced = unsynced.map(|first| {
        let key = Key::from(keys::UNSYNCED);
        (Table::Meta, key, Some(Value::from(first.to_be_bytes())))
    });
    let written = engine.write(rows.into_iter().chain(unsynced), Synced);
    written.map(|_| ()).map_err(crate::engine::WriteError::told)
}

fn file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("0.jnl")
}

fn flip(folder: &tempfile::TempDir, at: u64) {
    flip_in(&file(folder), at);
}

pub(super) fn flip_in(journal: &Path, at: u64) {
    let file = File::options()
        .read(true)
        .write(true)
        .open(journal)
        .unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 0x40], at).unwrap();
}

fn cut_at(folder: &tempfile::TempDir, at: u64) {
    cut(&file(folder), at).unwrap();
}

fn is_damaged(folder: &tempfile::TempDir, acknowledged: u64) -> bool {
    match check(folder.path(), acknowledged) {
        Ok(_) => false,
        Err(JournalError::Damaged { .. }) => true,
        Err(JournalError::Io(error)) => panic!("{error}"),
    }
}

#[test]
fn a_whole_journal_is_whole() {
    let (folder, begins) = journal_of(5);

    assert_eq!(begins.len(), 6);
    assert_eq!(check(folder.path(), 5).unwrap().last_commit, Some(5));
}

#[test]
fn a_batch_that_a_crash_cut_short_is_no_damage_unless_it_was_acknowledged() {
    let (folder, begins) = journal_of(5);

    for at in [begins[4] + 1, begins[4] + 100, begins[5] - 1] {
        cut_at(&folder, at);
        let torn = check(folder.path(), 4).unwrap().torn;
        assert_eq!(torn, Some((file(&folder), begins[4])));
        assert!(!is_damaged(&folder, 4), "cut at {at}");
        assert!(is_damaged(&folder, 5), "cut at {at}");
        let (another, _) = journal_of(5);
        fs::copy(file(&another), file(&folder)).unwrap();
    }
}

#[test]
fn every_flipped_byte_before_the_last_batch_is_damage_also_when_the_mark_is_lost() {
    let (folder, begins) = journal_of(3);

    for at in begins[0]..begins[2] {
        flip(&folder, at);
        // Low bits of the first sequence number may change without disturbing the order of the rest.
        let in_first_number = (begins[0] + 5..begins[0] + 6).contains(&at);
        assert!(is_damaged(&folder, 0) || in_first_number, "byte {at}");
        flip(&folder, at);
    }
    assert!(!is_damaged(&folder, 3));
}

#[test]
fn every_flipped_byte_of_the_last_batch_is_damage_when_it_was_acknowledged() {
    let (folder, begins) = journal_of(3);

    for at in begins[2]..begins[3] {
        flip(&folder, at);
        let in_sequence_number = (begins[2] + 5..begins[2] + 13).contains(&at);
        assert!(is_damaged(&folder, 3) || in_sequence_number, "byte {at}");
        flip(&folder, at);
    }
}

#[test]
fn what_a_loss_of_power_left_of_commits_that_were_synced_together_is_cut_off() {
    let (folder, begins) = journal_with([(1, None), (2, None), (3, None), (4, Some(3))]);
    let of_the_third = begins[2] + 60;

    flip(&folder, of_the_third);

    let torn = check(folder.path(), 2).unwrap().torn;
    assert_eq!(torn, Some((file(&folder), begins[2])));
    assert!(is_damaged(&folder, 3));
    assert!(is_damaged(&folder, 4));
}

#[test]
fn a_commit_that_was_on_disk_when_a_later_one_was_written_is_missed_also_without_the_mark() {
    let (folder, begins) = journal_with([(1, None), (2, None), (3, None), (4, Some(3))]);

    for at in [begins[0] + 60, begins[1] + 60] {
        flip(&folder, at);
        assert!(is_damaged(&folder, 0), "byte {at}");
        flip(&folder, at);
    }
    assert!(!is_damaged(&folder, 4));
}

#[test]
fn where_no_journal_says_what_was_before_the_commit_that_was_cut_short_the_tables_have_to() {
    let (folder, begins) = journal_with([(7, None), (8, Some(7)), (9, Some(6))]);

    flip(&folder, begins[0] + 60);

    let found = check(folder.path(), 6).unwrap();
    assert_eq!(found.torn, Some((file(&folder), begins[0])));
    assert_eq!(found.on_disk, 6);
    assert!(is_damaged(&folder, 7));
}

#[test]
fn the_first_commit_of_a_journal_is_missed_when_it_was_on_disk_before_the_next_was_written() {
    for behind in [
        [(8, None), (9, Some(9))],
        [(8, Some(8)), (9, Some(8))],
        [(8, Some(7)), (9, None)],
    ] {
        let (folder, begins) = journal_with([(7, None)].into_iter().chain(behind));

        flip(&folder, begins[0] + 60);

        assert!(is_damaged(&folder, 0), "{behind:?}");
    }
}

#[test]
fn one_of_many_behind_it_is_enough_to_miss_a_commit() {
    let (folder, begins) = journal_with([
        (1, None),
        (2, Some(1)),
        (3, Some(2)),
        (4, Some(3)),
        (5, Some(3)),
    ]);

    flip(&folder, begins[1] + 60);
    assert!(is_damaged(&folder, 0));
    flip(&folder, begins[1] + 60);

    flip(&folder, begins[3] + 60);
    assert!(!is_damaged(&folder, 3));
}

#[test]
fn a_journal_that_ends_early_is_damage() {
    let (folder, begins) = journal_of(3);

    cut_at(&folder, begins[2]);

    assert!(is_damaged(&folder, 3));
    assert!(!is_damaged(&folder, 2));
}

#[test]
fn rolling_back_cuts_off_what_came_after_a_commit_and_nothing_else() {
    let (folder, begins) = journal_of(5);

    roll_back(folder.path(), 9).unwrap();
    assert_eq!(check(folder.path(), 5).unwrap().last_commit, Some(5));
    roll_back(folder.path(), 3).unwrap();

    assert_eq!(check(folder.path(), 3).unwrap().last_commit, Some(3));
    assert_eq!(fs::metadata(file(&folder)).unwrap().len(), begins[3]);
    let engine = Engine::open(folder.path(), &Options::default()).unwrap();
    assert!(
        engine
            .contains(Table::Bodies, &3_u64.to_be_bytes())
            .unwrap()
    );
    assert!(
        !engine
            .contains(Table::Bodies, &4_u64.to_be_bytes())
            .unwrap()
    );
}

#[test]
fn a_last_batch_with_a_hole_in_it_can_be_cut_off_so_that_the_engine_opens() {
    let (folder, begins) = journal_of(5);
    flip(&folder, begins[4] + 120);

    let (path, at) = check(folder.path(), 4).unwrap().torn.unwrap();
    cut(&path, at).unwrap();

    let engine = Engine::open(folder.path(), &Options::default()).unwrap();
    assert!(
        engine
            .contains(Table::Bodies, &4_u64.to_be_bytes())
            .unwrap()
    );
    assert!(
        !engine
            .contains(Table::Bodies, &5_u64.to_be_bytes())
            .unwrap()
    );
}

#[test]
fn what_the_closed_engine_still_writes_does_not_reach_the_journal_that_was_rolled_back() {
    let (folder, begins) = journal_of(5);
    let late = File::options().write(true).open(file(&folder)).unwrap();

    roll_back(folder.path(), 3).unwrap();
    late.write_all_at(b"the rest of a failed batch", begins[4])
        .unwrap();

    assert_eq!(fs::metadata(file(&folder)).unwrap().len(), begins[3]);
    assert_eq!(check(folder.path(), 3).unwrap().torn, None);
}
