//! Sentences 4, 6, 12 and 15: messages, their tokens and their duplicate keys.

use wardline_messaging::model::{DeliveryState, MessageId, MessageRecord, SearchField};
use wardline_messaging::port::{DuplicateEntry, Query, Write};

use super::{StoreUnderTest, every_page, ids};
use crate::sample;

/// Sentence 4.
pub async fn a_message_put_is_found_by_its_id_body_and_each_of_its_tokens(
    opened: &mut impl StoreUnderTest,
) {
    let store = opened.store();
    let tokens = vec![
        sample::search_token(SearchField::ControlId, 1),
        sample::search_token(SearchField::Patient, 2),
        sample::search_token(SearchField::Patient, 3),
        sample::search_token(SearchField::Visit, 2),
        sample::search_token(SearchField::Accession, 4),
    ];
    let record = MessageRecord {
        tokens: tokens.clone(),
        ..sample::record(9)
    };

    let writes = [sample::put(record.clone()), sample::put(sample::record(10))];
    store.commit(sample::batch(writes)).await.unwrap();

    assert_eq!(store.record(MessageId(9)).await.unwrap(), Some(record));
    assert_eq!(
        store.body(MessageId(9)).await.unwrap(),
        Some(sample::body(9))
    );
    assert_eq!(store.record(MessageId(11)).await.unwrap(), None);
    assert_eq!(store.body(MessageId(11)).await.unwrap(), None);
    for token in tokens {
        let query = Query {
            tokens: vec![token],
            ..Query::default()
        };
        assert_eq!(ids(&every_page(store, &query, 10).await), [9], "{token:?}");
    }
    // The token of one field is not that of another.
    let other_field = sample::search_token(SearchField::Accession, 2);
    let query = Query {
        tokens: vec![other_field],
        ..Query::default()
    };
    assert!(every_page(store, &query, 10).await.is_empty());
}

/// Sentence 6.
pub async fn duplicates_answers_for_each_key_with_the_latest_message_put_under_it(
    opened: &mut impl StoreUnderTest,
) {
    let store = opened.store();
    let shared = Some(sample::blind(77));
    let under_shared = |id| MessageRecord {
        duplicate_key: shared,
        ..sample::record(id)
    };
    let keyless = MessageRecord {
        duplicate_key: None,
        ..sample::record(4)
    };
    store
        .commit(sample::batch([
            sample::put(under_shared(1)),
            sample::put(sample::record(2)),
            sample::put(under_shared(3)),
            sample::put(keyless),
        ]))
        .await
        .unwrap();

    let asked = [
        sample::blind(77),
        sample::blind(78),
        sample::record(2).duplicate_key.unwrap(),
    ];
    let known = store.duplicates(&asked).await.unwrap();

    let entry_of = |record: MessageRecord| DuplicateEntry {
        id: record.id,
        content_hash: record.content_hash,
        received_at: record.received_at,
    };
    assert_eq!(
        known,
        [
            Some(entry_of(under_shared(3))),
            None,
            Some(entry_of(sample::record(2)))
        ]
    );
    assert!(store.duplicates(&[]).await.unwrap().is_empty());
}

/// Sentence 12.
pub async fn a_removed_message_is_found_by_nothing(opened: &mut impl StoreUnderTest) {
    let (lab, archive) = (
        sample::queue("adt-in", "lab"),
        sample::queue("adt-in", "archive"),
    );
    let delivered = sample::delivery(DeliveryState::Delivered, 1);
    let (gone, kept) = (sample::record(5), sample::record(6));
    let put_delivery = |queue: &_, id| Write::PutDelivery {
        queue: Clone::clone(queue),
        id: MessageId(id),
        delivery: delivered.clone(),
    };
    let writes = [
        sample::put(gone.clone()),
        sample::put(kept.clone()),
        put_delivery(&lab, 5),
        put_delivery(&archive, 5),
        put_delivery(&lab, 6),
    ];
    opened.store().commit(sample::batch(writes)).await.unwrap();

    let removal = Write::RemoveMessage(gone.clone());
    opened
        .store()
        .commit(sample::batch([removal]))
        .await
        .unwrap();
    opened.reopen();

    let store = opened.store();
    assert_eq!(store.record(MessageId(5)).await.unwrap(), None);
    assert_eq!(store.body(MessageId(5)).await.unwrap(), None);
    assert!(store.deliveries(MessageId(5)).await.unwrap().is_empty());
    assert_eq!(store.delivery(&lab, MessageId(5)).await.unwrap(), None);
    assert_eq!(
        store
            .duplicates(&[gone.duplicate_key.unwrap()])
            .await
            .unwrap(),
        [None]
    );
    let by_token = Query {
        tokens: gone.tokens,
        ..Query::default()
    };
    assert!(every_page(store, &by_token, 10).await.is_empty());
    let by_type = Query {
        message_type: Some(gone.message_type),
        ..Query::default()
    };
    assert_eq!(ids(&every_page(store, &by_type, 10).await), [6]);
    assert_eq!(store.record(MessageId(6)).await.unwrap(), Some(kept));
    assert_eq!(store.deliveries(MessageId(6)).await.unwrap().len(), 1);
}

/// Sentence 15.
pub async fn removing_one_of_two_that_share_a_duplicate_key_leaves_the_later_ones_entry(
    opened: &mut impl StoreUnderTest,
) {
    let store = opened.store();
    let key = sample::blind(77);
    let under_key = |id| MessageRecord {
        duplicate_key: Some(key),
        ..sample::record(id)
    };
    let both = [sample::put(under_key(1)), sample::put(under_key(2))];
    store.commit(sample::batch(both)).await.unwrap();

    let removal = Write::RemoveMessage(under_key(1));
    store.commit(sample::batch([removal])).await.unwrap();
    let known = store.duplicates(&[key]).await.unwrap();
    assert_eq!(known[0].map(|entry| entry.id), Some(MessageId(2)));

    let removal = Write::RemoveMessage(under_key(2));
    store.commit(sample::batch([removal])).await.unwrap();
    assert_eq!(store.duplicates(&[key]).await.unwrap(), [None]);

    // Also when both happen in one batch: the removed one's key is taken over.
    let replaced = [
        sample::put(under_key(3)),
        Write::RemoveMessage(under_key(3)),
    ];
    let replaced = replaced.into_iter().chain([sample::put(under_key(4))]);
    store.commit(sample::batch(replaced)).await.unwrap();
    let known = store.duplicates(&[key]).await.unwrap();
    assert_eq!(known[0].map(|entry| entry.id), Some(MessageId(4)));
}
