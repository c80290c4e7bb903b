//! Files that are cut short, altered or gone: told by name, never passed over.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::support::{SMALL, all_there, body, copy, files, fill, open};
use wardline_messaging::model::{DeliveryState, MessageId};
use wardline_messaging::port::{MessageStore, StoreError, Write};
use wardline_store_embedded::{EmbeddedStore, OpenError};
use wardline_testkit::{block_on, sample};

const MESSAGES: u64 = 8_000;
const BODY_BYTES: usize = 6_000;

/// A closed store of which much is in table files and some in the journal only.
fn stored() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store"));
    block_on(fill(&store, 1..=MESSAGES, BODY_BYTES)).unwrap();
    drop(store);
    assert!(
        !files(folder.path(), "/tables/").is_empty(),
        "nothing was written out of the journal"
    );
    folder
}

fn refusal(store: &Path) -> String {
    match EmbeddedStore::open(store, SMALL) {
        Ok(_) => panic!("the damaged store was opened"),
        Err(error @ OpenError::Damaged { .. }) => error.to_string(),
        Err(error) => panic!("not told as damage: {error}"),
    }
}

fn last_journal(store: &Path) -> PathBuf {
    let journals = files(store, ".jnl");
    let number = |path: &PathBuf| {
        path.file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .parse::<u64>()
            .unwrap()
    };
    journals.into_iter().max_by_key(number).unwrap()
}

fn flip(path: &Path, at: u64) {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 0x10], at).unwrap();
}

#[test]
fn a_damaged_or_missing_journal_is_told_at_the_start_and_left_as_it_is() {
    let stored = stored();
    let store = stored.path().join("store");
    let journal = last_journal(&store);
    let length = written_length(&journal);
    let whole = fs::read(&journal).unwrap();

    flip(&journal, length / 2);
    assert!(refusal(&store).contains("journal"));
    assert!(refusal(&store).contains("restore the latest backup"));

    fs::write(&journal, &whole).unwrap();
    File::options()
        .write(true)
        .open(&journal)
        .unwrap()
        .set_len(length - 40)
        .unwrap();
    assert!(refusal(&store).contains("were acknowledged"));
    assert_eq!(
        fs::metadata(&journal).unwrap().len(),
        length - 40,
        "the journal was touched"
    );

    fs::remove_file(&journal).unwrap();
    assert!(refusal(&store).contains("were acknowledged"));

    fs::remove_file(last_journal(&store)).unwrap();
    fs::write(&journal, &whole).unwrap();
    block_on(all_there(&open(&store), 1..=MESSAGES, BODY_BYTES));
}

/// Bytes before the zeros at a journal's end.
fn written_length(journal: &Path) -> u64 {
    let bytes = fs::read(journal).unwrap();
    let last = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    u64::try_from(last + 1).unwrap()
}

#[test]
fn an_altered_table_file_is_told_when_the_store_is_opened_or_the_row_is_read() {
    let stored = stored();
    let tables = files(&stored.path().join("store"), "/tables/");
    let mut random = fastrand::Rng::new();
    let mut told = 0;

    for table in tables {
        let copied = tempfile::tempdir().unwrap();
        copy(&stored.path().join("store"), copied.path());
        let store = copied.path().join("store");
        let table = store.join(table.strip_prefix(stored.path().join("store")).unwrap());
        let length = fs::metadata(&table).unwrap().len();
        for _ in 0..8 {
            flip(&table, random.u64(0..length));
        }

        told += block_on(damage_is_told(&store));
    }

    assert!(told > 0, "no altered file was noticed");
}

/// Reads everything: each answer must be right or an error. Gives 1 if there was an error.
async fn damage_is_told(store: &Path) -> u32 {
    let store = match EmbeddedStore::open(store, SMALL) {
        Ok(store) => store,
        Err(OpenError::Damaged { .. }) => return 1,
        Err(other) => panic!("not told as damage: {other}"),
    };
    let mut told = 0;
    for id in 1..=MESSAGES {
        match store.record(MessageId(id)).await {
            Ok(record) => assert_eq!(record, Some(sample::record(id)), "record {id}"),
            Err(error) => told = is_damage(&error),
        }
        match store.body(MessageId(id)).await {
            Ok(found) => assert_eq!(found.as_deref(), Some(&*body(id, BODY_BYTES)), "body {id}"),
            Err(error) => told = is_damage(&error),
        }
    }
    told
}

fn is_damage(error: &StoreError) -> u32 {
    assert!(
        matches!(error, StoreError::Corrupt(_)),
        "not told as damage: {error}"
    );
    assert!(error.to_string().contains("restore"), "{error}");
    1
}

#[test]
fn a_table_file_that_is_cut_short_or_gone_is_told_at_the_start() {
    let stored = stored();
    let store = stored.path().join("store");
    let table = files(&store, "/tables/").pop().unwrap();
    let whole = fs::read(&table).unwrap();

    for length in [0, whole.len() / 2, whole.len() - 1] {
        fs::write(&table, &whole[..length]).unwrap();
        refusal(&store);
    }
    fs::remove_file(&table).unwrap();
    refusal(&store);
}

#[test]
fn an_engine_that_is_gone_is_told_and_not_made_anew() {
    let stored = stored();
    let store = stored.path().join("store");

    fs::rename(store.join("engine/version"), store.join("version")).unwrap();
    assert!(refusal(&store).contains("the engine's files are missing"));
    fs::remove_dir_all(store.join("engine")).unwrap();
    assert!(refusal(&store).contains("the engine's files are missing"));
    assert!(!store.join("engine").exists());
}

#[test]
fn a_store_whose_making_was_cut_short_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let engine = folder.path().join("engine");
    fs::create_dir(&engine).unwrap();
    fs::write(engine.join("0.jnl"), "").unwrap();

    let store = open(folder.path());

    block_on(fill(&store, 1..=3, 10)).unwrap();
    assert!(folder.path().join("engine.unfinished/0.jnl").exists());
}

#[test]
fn when_the_engine_stops_in_the_background_the_store_opens_itself_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let lab = sample::queue("adt-in", "lab");
    // One row, written over and over: the table's files overlap, so the engine has to merge them.
    let batch = |number: u64| {
        let mut delivery = sample::delivery(DeliveryState::Waiting, 1);
        delivery.changed_at = number;
        delivery.attempts[0].detail = "x".repeat(300_000);
        let (queue, id) = (lab.clone(), MessageId(1));
        sample::batch([Write::PutDelivery {
            queue,
            id,
            delivery,
        }])
    };
    let last = async || {
        store
            .delivery(&lab, MessageId(1))
            .await
            .unwrap()
            .unwrap()
            .changed_at
    };
    block_on(async {
        let tables_of_deliveries = "/keyspaces/6/tables/";
        let mut number = 0;
        while files(folder.path(), tables_of_deliveries).is_empty() {
            number += 1;
            store.commit(batch(number)).await.unwrap();
        }
        // One that is whole: the newest may still be being written.
        let table = files(folder.path(), tables_of_deliveries)
            .into_iter()
            .next()
            .unwrap();
        while fs::metadata(&table).unwrap().len() < 300_000 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        flip(&table, 100);

        let failed = loop {
            assert!(number < 2_000, "the damaged file was never merged");
            match store.commit(batch(number + 1)).await {
                Ok(()) => number += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(failed, StoreError::Unavailable(_)), "{failed}");
        assert_eq!(last().await, number);

        let mut tries = 0;
        while store.commit(batch(number + 1)).await.is_err() {
            tries += 1;
            assert!(tries < 200, "the store did not open itself again");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(last().await, number + 1);
    });
}

#[test]
fn a_table_that_is_gone_is_told_at_the_start_and_not_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store"));
    block_on(fill(&store, 1..=20, 100)).unwrap();
    drop(store);

    for missing in ["current", ""] {
        for number in 0..=9 {
            let copied = tempfile::tempdir().unwrap();
            copy(&folder.path().join("store"), copied.path());
            let store = copied.path().join("store");
            let table = store.join(format!("engine/keyspaces/{number}"));
            if missing.is_empty() {
                fs::remove_dir_all(&table).unwrap();
            } else {
                fs::remove_file(table.join(missing)).unwrap();
            }

            assert!(refusal(&store).contains("is missing"));
            assert_eq!(
                table.exists(),
                !missing.is_empty(),
                "the folder was touched"
            );
        }
    }
}
