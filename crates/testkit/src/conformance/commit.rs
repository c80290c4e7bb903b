//! Sentences 1 to 3, 5 and 14: what a commit promises.

use bytes::Bytes;
use wardline_messaging::model::{
    ChannelCounters, DeliveryState, DestinationCounters, MessageId, MessageRecord, SearchField,
};
use wardline_messaging::port::{MessageStore, Query, Write};

use super::{StoreUnderTest, ids};
use crate::sample;

/// Sentence 1.
pub async fn a_committed_batch_is_whole(opened: &mut impl StoreUnderTest) {
    const BATCHES: u64 = 60;
    let store = opened.store();
    let lab = sample::queue("adt-in", "lab");

    let writing = async {
        for n in 0..BATCHES {
            let (first, second) = (2 * n + 1, 2 * n + 2);
            store
                .commit(sample::batch([
                    sample::put(sample::record(first)),
                    sample::enqueue(&lab, first),
                    sample::put(sample::record(second)),
                    sample::enqueue(&lab, second),
                ]))
                .await
                .unwrap();
            tokio::task::yield_now().await;
        }
    };
    let mut next = 1;
    let watching = async {
        while store.last_message_id().await.unwrap() < MessageId(2 * BATCHES) {
            let queued = store.queued(&lab, MessageId(0), 1_000).await.unwrap();
            assert_eq!(queued.len() % 2, 0, "half of a batch was seen in the queue");
            let found = store.search(&Query::default(), None, 1_000).await.unwrap();
            assert_eq!(found.items.len() % 2, 0, "half of a batch was found");
            assert!(
                found.items.len() >= queued.len(),
                "a message was queued before it was stored"
            );
            if store.record(MessageId(next)).await.unwrap().is_some() {
                let second = MessageId(next + 1);
                assert!(
                    store.record(second).await.unwrap().is_some(),
                    "one message of two was seen"
                );
                assert!(
                    store.is_queued(&lab, second).await.unwrap(),
                    "stored, and not queued"
                );
                next += 2;
            }
            tokio::task::yield_now().await;
        }
    };

    tokio::join!(writing, watching);
}

/// Sentence 2.
pub async fn when_commit_returns_ok_the_batch_survives(opened: &mut impl StoreUnderTest) {
    let lab = sample::queue("adt-in", "lab");
    let delivered = sample::delivery(DeliveryState::Delivered, 2);
    opened
        .store()
        .commit(sample::batch([
            sample::put(sample::record(1)),
            sample::enqueue(&lab, 1),
            Write::PutDelivery {
                queue: lab.clone(),
                id: MessageId(1),
                delivery: delivered.clone(),
            },
            Write::PutDeadLetter(sample::dead_letter(&lab, 1)),
            Write::PutJob(sample::job(7)),
            Write::PutChannelCounters(ChannelCounters::new(lab.channel.clone())),
            Write::PutDestinationCounters(DestinationCounters::new(lab.clone())),
        ]))
        .await
        .unwrap();

    opened.reopen();

    let store = opened.store();
    assert_eq!(
        store.record(MessageId(1)).await.unwrap(),
        Some(sample::record(1))
    );
    assert_eq!(
        store.body(MessageId(1)).await.unwrap(),
        Some(sample::body(1))
    );
    assert_eq!(store.last_message_id().await.unwrap(), MessageId(1));
    assert_eq!(
        store.queued(&lab, MessageId(0), 9).await.unwrap(),
        [sample::entry(1)]
    );
    assert_eq!(
        store.delivery(&lab, MessageId(1)).await.unwrap(),
        Some(delivered)
    );
    let letter = store.dead_letter(&lab, MessageId(1)).await.unwrap();
    assert_eq!(letter, Some(sample::dead_letter(&lab, 1)));
    assert_eq!(store.jobs().await.unwrap(), [sample::job(7)]);
    assert_eq!(store.channel_counters().await.unwrap().len(), 1);
    assert_eq!(store.destination_counters().await.unwrap().len(), 1);
    assert_eq!(store.queues().await.unwrap(), [lab]);
    let duplicate_key = sample::record(1).duplicate_key.unwrap();
    assert!(store.duplicates(&[duplicate_key]).await.unwrap()[0].is_some());
}

/// Sentence 3.
pub async fn batches_take_effect_in_the_order_of_their_commit_calls(
    opened: &mut impl StoreUnderTest,
) {
    let store = opened.store();
    let lab = sample::queue("adt-in", "lab");
    let received = |received| {
        let counters = ChannelCounters {
            received,
            ..ChannelCounters::new(lab.channel.clone())
        };
        sample::batch([
            Write::PutChannelCounters(counters),
            if received % 2 == 0 {
                sample::enqueue(&lab, 1)
            } else {
                sample::dequeue(&lab, 1)
            },
        ])
    };

    // All are asked for before the first is done.
    let (first, second, third, fourth) = tokio::join!(
        store.commit(received(1)),
        store.commit(received(2)),
        store.commit(received(3)),
        store.commit(received(4)),
    );

    first.and(second).and(third).and(fourth).unwrap();
    assert_eq!(store.channel_counters().await.unwrap()[0].received, 4);
    assert!(store.is_queued(&lab, MessageId(1)).await.unwrap());
    opened.reopen();
    assert_eq!(
        opened.store().channel_counters().await.unwrap()[0].received,
        4
    );
    assert!(opened.store().is_queued(&lab, MessageId(1)).await.unwrap());
}

/// Sentence 5.
pub async fn last_message_id_is_the_greatest_ever_put_also_after_that_message_was_removed(
    opened: &mut impl StoreUnderTest,
) {
    let store = opened.store();
    assert_eq!(store.last_message_id().await.unwrap(), MessageId(0));

    let both = [
        sample::put(sample::record(41)),
        sample::put(sample::record(42)),
    ];
    store.commit(sample::batch(both)).await.unwrap();
    let removal = Write::RemoveMessage(sample::record(42));
    store.commit(sample::batch([removal])).await.unwrap();

    assert_eq!(store.last_message_id().await.unwrap(), MessageId(42));
    opened.reopen();
    assert_eq!(
        opened.store().last_message_id().await.unwrap(),
        MessageId(42)
    );
}

/// Sentence 14.
pub async fn what_is_stored_is_given_back_byte_for_byte(opened: &mut impl StoreUnderTest) {
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    let bodies = [
        Bytes::new(),
        Bytes::from_static(&[0]),
        Bytes::from(every_byte.repeat(3)),
        Bytes::from(vec![0xff; 4_096]),
        Bytes::from(every_byte.repeat(8 * 1_024)),
    ];
    let record = |id: u64| MessageRecord {
        peer: "2001:db8::1\u{0}\u{fffd}".to_owned(),
        size_bytes: u64::MAX,
        received_at: u64::MAX,
        content_hash: [0xff; 16],
        duplicate_key: Some([0; 16]),
        tokens: vec![sample::search_token(SearchField::Patient, 0)],
        ..sample::record(id)
    };
    let put = |(id, body): (u64, &Bytes)| Write::PutMessage {
        record: record(id),
        body: body.clone(),
    };
    let writes = (1..).zip(&bodies).map(put);
    opened.store().commit(sample::batch(writes)).await.unwrap();

    given_back(opened.store(), &bodies, &record).await;
    opened.reopen();
    given_back(opened.store(), &bodies, &record).await;
    let found = opened
        .store()
        .search(&Query::default(), None, 100)
        .await
        .unwrap();
    assert_eq!(ids(&found.items), [5, 4, 3, 2, 1]);
}

async fn given_back(
    store: &dyn MessageStore,
    bodies: &[Bytes],
    record: &impl Fn(u64) -> MessageRecord,
) {
    for (id, body) in (1..).zip(bodies) {
        assert_eq!(
            store.body(MessageId(id)).await.unwrap().as_ref(),
            Some(body)
        );
        assert_eq!(store.record(MessageId(id)).await.unwrap(), Some(record(id)));
    }
}
