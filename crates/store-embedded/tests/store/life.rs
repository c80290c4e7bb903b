//! A store over time: what is removed gives its room back, what is copied is a store.

use std::sync::Arc;
use std::time::Duration;

use super::support::{SMALL, all_there, files, fill, open};
use wardline_messaging::model::MessageId;
use wardline_messaging::port::{MessageStore, Query, Write};
use wardline_phi::{KeyScope, WrappedKeyStore};
use wardline_store_embedded::{BackupError, EmbeddedStore, Options};
use wardline_testkit::conformance::every_page;
use wardline_testkit::{block_on, key_ring, sample};

const MIB: u64 = 1 << 20;

#[test]
fn removal_gives_room_back_while_messages_come_and_go() {
    const ROUNDS: u64 = 30;
    const IN_A_ROUND: u64 = 150;
    const BODY_BYTES: usize = 100_000;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());

    block_on(async {
        for round in 0..ROUNDS {
            let ids = round * IN_A_ROUND + 1..=(round + 1) * IN_A_ROUND;
            fill(&store, ids.clone(), BODY_BYTES).await.unwrap();
            let removals = ids.map(|id| Write::RemoveMessage(sample::record(id)));
            store.commit(sample::batch(removals)).await.unwrap();
        }
        let written = ROUNDS * IN_A_ROUND * BODY_BYTES as u64;
        let used = store.usage().await.unwrap().used_bytes;

        // Two journals, and what is not merged yet.
        assert!(written > 420 * MIB);
        assert!(used < 260 * MIB, "{} MiB are still taken", used / MIB);
    });
}

#[test]
fn a_copy_made_in_use_is_a_store_as_it_was_at_that_moment() {
    let folder = tempfile::tempdir().unwrap();
    let (original, copied) = (folder.path().join("store"), folder.path().join("copy"));
    let store = open(&original);
    let lab = sample::queue("adt-in", "lab");
    block_on(async {
        fill(&store, 1..=3_000, 5_000).await.unwrap();
        store
            .commit(sample::batch([sample::enqueue(&lab, 7)]))
            .await
            .unwrap();
        let writing = fill(&store, 3_001..=4_000, 5_000);
        let copying = tokio::task::block_in_place(|| store.back_up(&copied, &|| false));
        copying.unwrap();
        writing.await.unwrap();
        assert!(matches!(
            store.back_up(&copied, &|| false),
            Err(BackupError::NotEmpty)
        ));
    });

    let copy = open(&copied);

    block_on(async {
        all_there(&copy, 1..=3_000, 5_000).await;
        assert_eq!(copy.last_message_id().await.unwrap(), MessageId(3_000));
        assert!(copy.is_queued(&lab, MessageId(7)).await.unwrap());
        fill(&copy, 3_001..=3_100, 5_000).await.unwrap();
        all_there(&store, 1..=4_000, 5_000).await;
    });
    drop(copy);
    block_on(all_there(&open(&copied), 1..=3_100, 5_000));
}

#[test]
fn wrapped_keys_are_there_after_reopening_and_are_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()));
    let keys = key_ring::over(Arc::clone(&store) as Arc<dyn WrappedKeyStore>);
    let scope = KeyScope::channel_month("adt-in", sample::MIDNIGHT).unwrap();
    let id = keys.ring.data_key(&scope, sample::MIDNIGHT).unwrap();
    drop(keys);
    let stored = store.load_all().unwrap();
    assert_eq!(stored.len(), 1);
    let mut key = stored.into_iter().next().unwrap();
    assert_eq!(key.id, id);

    key.created_at_unix_ms += 1;
    assert!(store.insert_durably(&key).is_err());
    store.replace(&key).unwrap();
    let mut unknown = key.clone();
    unknown.id.0 += 1;
    assert!(store.replace(&unknown).is_err());

    drop(store);
    let store = EmbeddedStore::open(folder.path(), SMALL).unwrap();
    assert_eq!(store.load_all().unwrap(), [key]);
}

#[test]
fn files_of_the_oldest_messages_go_when_these_are_removed_and_nothing_of_them_shows_again() {
    const MESSAGES: u64 = 40_000;
    const KEPT_FROM: u64 = 36_865;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let bodies = || {
        let files = files(folder.path(), "/keyspaces/2/tables/").into_iter();
        files
            .filter_map(|file| Some(file.metadata().ok()?.len()))
            .sum::<u64>()
    };

    block_on(async {
        fill(&store, 1..=MESSAGES, 2_000).await.unwrap();
        let before = bodies();
        let ids: Vec<u64> = (1..KEPT_FROM).collect();
        for some in ids.chunks(500) {
            let removals = some
                .iter()
                .map(|&id| Write::RemoveMessage(sample::record(id)));
            store.commit(sample::batch(removals)).await.unwrap();
        }
        let mut tries = 0;
        while bodies() > before / 2 {
            tries += 1;
            assert!(
                tries < 300,
                "{} of {before} bytes are still there",
                bodies()
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });

    drop(store);
    let store = open(folder.path());
    block_on(async {
        let all = every_page(&store, &Query::default(), 1_000).await;
        assert_eq!(all.last().map(|record| record.id.0), Some(KEPT_FROM));
        assert_eq!(all.len() as u64, MESSAGES + 1 - KEPT_FROM);
        for id in 1..KEPT_FROM {
            assert!(
                store.body(MessageId(id)).await.unwrap().is_none(),
                "body {id}"
            );
            assert!(
                store.record(MessageId(id)).await.unwrap().is_none(),
                "record {id}"
            );
        }
        all_there(&store, KEPT_FROM..=MESSAGES, 2_000).await;
    });
}

#[test]
fn a_control_id_that_went_with_its_last_message_does_not_come_back_with_an_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    // So little that what is read again when the store is opened is indexed at once.
    let options = Options {
        index_at_once: 1,
        ..SMALL
    };
    let open = || EmbeddedStore::open(folder.path(), options).unwrap();
    let key = sample::blind(7);
    let under_key = |id| {
        let mut record = sample::record(id);
        record.duplicate_key = Some(key);
        record
    };
    let puts = [1, 2].map(|id| sample::put(under_key(id)));
    block_on(open().commit(sample::batch(puts))).unwrap();

    let removal = [Write::RemoveMessage(under_key(2))];
    block_on(open().commit(sample::batch(removal))).unwrap();

    let known = block_on(open().duplicates(&[key])).unwrap();
    assert_eq!(known, [None]);
}
