//! What opening makes of what a loss of power left of a store, and of what it cannot have left.

use super::tests::flip_in;
use super::*;
use crate::engine::Durability::{self, Synced, Written};
use crate::engine::{Key, Table, Value};
use crate::error::OpenError;
use crate::options::Options;
use crate::store::EmbeddedStore;

/// A store in whose journal these commits stand, its folder, and the place where each begins. The mark is lost, as it
/// may be with the power.
fn store_of(
    commits: impl IntoIterator<Item = Durability>,
) -> (tempfile::TempDir, PathBuf, Vec<u64>) {
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(folder.path(), Options::default()).unwrap();
    for (number, durability) in (0_u64..).zip(commits) {
        write_row(&store, number, 300, durability);
    }
    let (journal, begins) = closed(&folder, store);
    (folder, journal, begins)
}

/// The same of a store whose first journal was full, and is gone as the tables hold all that was in it.
fn store_with_another_journal_of(
    commits: impl IntoIterator<Item = Durability>,
) -> (tempfile::TempDir, PathBuf, Vec<u64>) {
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(folder.path(), Options::default()).unwrap();
    for number in 0..64 {
        write_row(&store, 1_000 + number, 1_024 * 1_024, Written);
    }
    write_row(&store, 2_000, 300, Synced);
    let first = folder.path().join("engine/0.jnl");
    while first.exists() {
        let engine = &store.shared().opened().unwrap().engine;
        for table in Table::ALL {
            // Writes what is in memory to the table's files, and throws nothing away.
            engine.drop_files_below(table, &Key::from([0])).unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    for (number, durability) in (0_u64..).zip(commits) {
        write_row(&store, number, 300, durability);
    }
    let (journal, begins) = closed(&folder, store);
    (folder, journal, begins)
}

fn write_row(store: &EmbeddedStore, number: u64, length: usize, durability: Durability) {
    let row = (
        Table::Bodies,
        Key::from(number.to_be_bytes()),
        Some(Value::from(vec![0x5a; length])),
    );
    wardline_testkit::block_on(store.write_rows(vec![row], durability)).unwrap();
}

/// Closes a store that has one journal, and loses its mark. Gives the journal, and where its commits begin.
fn closed(folder: &tempfile::TempDir, store: EmbeddedStore) -> (PathBuf, Vec<u64>) {
    drop(store);
    fs::remove_file(folder.path().join("mark")).unwrap();
    let mut journals = list(&folder.path().join("engine")).unwrap();
    let journal = journals.pop().unwrap();
    assert!(journals.is_empty());
    let mut batches = Batches::open(&journal).unwrap();
    let mut begins = Vec::new();
    loop {
        let begins_at = batches.position();
        match batches.next_batch().unwrap().unwrap() {
            Some(batch) if batch.commit.is_some() => begins.push(begins_at),
            Some(_) => {}
            None => return (journal, begins),
        }
    }
}

#[test]
fn a_store_opens_after_a_loss_of_power_that_took_one_of_the_commits_that_were_written_and_not_synced()
 {
    let (folder, journal, begins) = store_of([Synced, Written, Written, Synced]);

    flip_in(&journal, begins[1] + 60);
    let store = EmbeddedStore::open(folder.path(), Options::default()).unwrap();

    let engine = &store.shared().opened().unwrap().engine;
    assert!(
        engine
            .contains(Table::Bodies, &0_u64.to_be_bytes())
            .unwrap()
    );
    assert!(
        !engine
            .contains(Table::Bodies, &1_u64.to_be_bytes())
            .unwrap()
    );
}

#[test]
fn a_store_does_not_open_when_a_commit_is_missing_that_was_synced_before_the_next_was_written() {
    let (folder, journal, begins) = store_of([Synced, Written, Synced, Synced]);

    for begin in [begins[0], begins[2]] {
        flip_in(&journal, begin + 60);
        let opened = EmbeddedStore::open(folder.path(), Options::default());
        assert!(matches!(opened, Err(OpenError::Damaged { .. })));
        flip_in(&journal, begin + 60);
    }
}

#[test]
fn a_store_opens_after_a_loss_of_power_that_took_the_first_commits_of_a_journal_and_left_later_ones()
 {
    let (folder, journal, begins) = store_with_another_journal_of([Written, Written, Written]);

    flip_in(&journal, begins[0] + 60);
    flip_in(&journal, begins[1] + 60);
    let store = EmbeddedStore::open(folder.path(), Options::default()).unwrap();

    let engine = &store.shared().opened().unwrap().engine;
    let has = |number: u64| engine.contains(Table::Bodies, &number.to_be_bytes());
    assert!(has(2_000).unwrap());
    assert!(!has(0).unwrap());
}

#[test]
fn a_store_does_not_open_when_the_first_commits_of_a_journal_are_missing_and_one_was_synced_however_often_one_tries()
 {
    let commits = [Synced, Written, Written, Written];
    let (folder, journal, begins) = store_with_another_journal_of(commits);

    flip_in(&journal, begins[0] + 60);
    flip_in(&journal, begins[1] + 60);

    for _ in 0..2 {
        let opened = EmbeddedStore::open(folder.path(), Options::default());
        assert!(matches!(opened, Err(OpenError::Damaged { .. })));
    }
}

#[test]
fn a_store_opens_after_a_loss_of_power_that_took_its_first_commit_and_left_the_next() {
    let (folder, journal, begins) = store_of([Written, Written]);

    flip_in(&journal, begins[0] + 60);

    EmbeddedStore::open(folder.path(), Options::default()).unwrap();
}
