//! No room, and no right to write.

use std::fs;
use std::time::Duration;

use super::support::{
    SMALL, SmallDisk, all_there, fill, open, put, reran_where_mounting_is_allowed,
};
use wardline_messaging::model::{ChannelCounters, MessageId};
use wardline_messaging::port::{Batch, MessageStore, StoreError, Write};
use wardline_store_embedded::{EmbeddedStore, OpenError, Options};
use wardline_testkit::{block_on, sample};

const BODY_BYTES: usize = 20_000;

#[test]
fn a_full_disk_refuses_messages_but_not_their_removal_and_takes_them_again_when_there_is_room() {
    let name = "full_disk::a_full_disk_refuses_messages_but_not_their_removal_and_takes_them_again_when_there_is_room";
    if reran_where_mounting_is_allowed(name) {
        return;
    }
    let disk = SmallDisk::of(160);
    let store = open(&disk.store());
    block_on(async {
        fill(&store, 1..=500, BODY_BYTES).await.unwrap();
        let ballast = disk.take_all_but(20 << 20);

        let refused = fill(&store, 501..=5_000, BODY_BYTES).await;
        assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");
        let last = store.last_message_id().await.unwrap().0;
        assert!(last < 5_000);
        assert_eq!(store.record(MessageId(last + 1)).await.unwrap(), None);
        let removal = Write::RemoveMessage(sample::record(1));
        store.commit(sample::batch([removal])).await.unwrap();

        fs::remove_file(ballast).unwrap();
        fill(&store, last + 1..=last + 100, BODY_BYTES)
            .await
            .unwrap();
        all_there(&store, 2..=last + 100, BODY_BYTES).await;
    });
}

#[test]
fn a_commit_for_which_the_disk_has_no_room_leaves_nothing_and_the_store_goes_on_when_there_is_room()
{
    let name = "full_disk::a_commit_for_which_the_disk_has_no_room_leaves_nothing_and_the_store_goes_on_when_there_is_room";
    if reran_where_mounting_is_allowed(name) {
        return;
    }
    let disk = SmallDisk::of(160);
    // No reserve, so that the engine itself runs out of room.
    let reckless = Options {
        reserve_bytes: 0,
        ..SMALL
    };
    let store = EmbeddedStore::open(&disk.store(), reckless).unwrap();
    let counters = |received| {
        let channel = sample::channel("adt-in");
        Write::PutChannelCounters(ChannelCounters {
            received,
            ..ChannelCounters::new(channel)
        })
    };
    // Many queue entries and no bodies: nothing to be reckoned with beforehand.
    let queue = sample::queue("adt-in", "lab");
    let entries = |from: u64| (from..from + 20_000).map(|id| sample::enqueue(&queue, id));
    let batch = |received: u64| Batch {
        writes: entries(received * 20_000)
            .chain([counters(received)])
            .collect(),
    };
    block_on(async {
        fill(&store, 1..=100, BODY_BYTES).await.unwrap();
        let ballast = disk.take_all_but(3 << 20);

        let mut received = 1;
        let failed = loop {
            match store.commit(batch(received)).await {
                Ok(()) => received += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(failed, StoreError::Full), "{failed:?}");
        // Reading goes on, and sees nothing of it.
        all_there(&store, 1..=100, BODY_BYTES).await;
        assert!(
            !store
                .is_queued(&queue, MessageId(received * 20_000))
                .await
                .unwrap()
        );

        fs::remove_file(ballast).unwrap();
        let mut tries = 0;
        while let Err(error) = store.commit(sample::batch([put(101, BODY_BYTES)])).await {
            tries += 1;
            assert!(tries < 100, "{error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        all_there(&store, 1..=101, BODY_BYTES).await;
        let totals = store.channel_counters().await.unwrap();
        assert_eq!(
            totals.first().map_or(0, |totals| totals.received),
            received - 1
        );
        let last_entry = received * 20_000 - 1;
        assert_eq!(
            store
                .is_queued(&queue, MessageId(last_entry))
                .await
                .unwrap(),
            received > 1
        );
        assert!(
            !store
                .is_queued(&queue, MessageId(received * 20_000))
                .await
                .unwrap()
        );
        drop(store);
        let store = open(&disk.store());
        all_there(&store, 1..=101, BODY_BYTES).await;
        assert!(
            !store
                .is_queued(&queue, MessageId(received * 20_000))
                .await
                .unwrap()
        );
    });
}

#[test]
fn a_read_only_file_system_is_told_at_the_start() {
    if reran_where_mounting_is_allowed("full_disk::a_read_only_file_system_is_told_at_the_start") {
        return;
    }
    let disk = SmallDisk::of(160);
    drop(open(&disk.store()));
    disk.remount_read_only();

    let refused = EmbeddedStore::open(&disk.store(), SMALL).err().unwrap();

    assert!(
        matches!(refused, OpenError::NotWritable { .. }),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("read-write"), "{refused}");
}
