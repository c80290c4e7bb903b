use wardline_messaging::model::{MessageType, SearchField, SearchToken};
use wardline_messaging::port::{Direction, MessageStore};
use wardline_testkit::{block_on, sample};

use super::*;
use crate::{EmbeddedStore, Options};

const MESSAGES: u64 = 300;

/// Every second message has one token, every third the other; every fifth waits.
fn stored() -> (tempfile::TempDir, EmbeddedStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(folder.path(), Options::default()).unwrap();
    let lab = sample::queue("adt-in", "lab");
    let writes = (1..=MESSAGES).flat_map(|id| {
        let mut record = sample::record(id);
        record.tokens = tokens()
            .into_iter()
            .zip([2, 3])
            .filter(|(_, n)| id % n == 0)
            .map(|(t, _)| t)
            .collect();
        let waits = (id % 5 == 0).then(|| sample::enqueue(&lab, id));
        [Some(sample::put(record)), waits].into_iter().flatten()
    });
    block_on(store.commit(sample::batch(writes))).unwrap();
    (folder, store)
}

fn tokens() -> [SearchToken; 2] {
    [
        sample::search_token(SearchField::Patient, 1),
        sample::search_token(SearchField::Visit, 1),
    ]
}

#[test]
fn a_page_that_had_to_end_early_goes_on_where_it_ended() {
    let (_folder, store) = stored();
    let opened = store.shared().opened().unwrap();
    let both = Query {
        tokens: tokens().to_vec(),
        ..Query::default()
    };
    let done = Query {
        state: Some(MessageState::Done),
        ..both.clone()
    };
    let at = |second: u64| Some(sample::MIDNIGHT + second * 1_000);
    let never = Query {
        received_from: at(10_000),
        ..Query::default()
    };

    for (query, expected) in [(both, 50), (done, 40), (never, 0)] {
        for direction in [Direction::NewestFirst, Direction::OldestFirst] {
            let query = Query {
                direction,
                ..query.clone()
            };
            let (mut found, mut cursor, mut pages) = (Vec::new(), None, 0);
            loop {
                let page = page_within(&opened, &query, (cursor, 10), 5).unwrap();
                found.extend(page.items.into_iter().map(|record| record.id.0));
                pages += 1;
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }

            assert_eq!(found.len(), expected);
            assert!(found.iter().all(|id| id % 6 == 0));
            assert!(found.is_sorted_by(|a, b| (a < b) == (direction == Direction::OldestFirst)));
            assert!(pages > expected / 10, "no page ended early");
        }
    }
}

#[test]
fn a_search_for_one_message_does_not_walk_along_the_others() {
    let (_folder, store) = stored();
    let opened = store.shared().opened().unwrap();
    let [patient, visit] = tokens();
    let last = Query {
        tokens: vec![patient, visit],
        ..Query::default()
    };

    let page = page_within(&opened, &last, (Some(MessageId(13)), 5), 100).unwrap();

    assert_eq!(
        page.items
            .iter()
            .map(|record| record.id.0)
            .collect::<Vec<_>>(),
        [12, 6]
    );
    assert_eq!(page.next, None);
}

#[test]
fn messages_of_more_types_than_have_a_number_are_found_by_their_type() {
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(folder.path(), Options::default()).unwrap();
    let of_type = |n: u64| {
        let digit = |n: u64| char::from_digit(u32::try_from(n % 36).unwrap(), 36).unwrap();
        let code: String = [digit(n), digit(n / 36), digit(n / 1_296)].iter().collect();
        MessageType::parse(&code)
    };
    let writes = (1..=4_200).map(|id| {
        let message_type = of_type(id);
        sample::put(MessageRecord {
            message_type,
            ..sample::record(id)
        })
    });
    block_on(store.commit(sample::batch(writes))).unwrap();

    for id in [1, 4_095, 4_096, 4_097, 4_200] {
        let query = Query {
            message_type: Some(of_type(id)),
            ..Query::default()
        };
        let found = block_on(store.search(&query, None, 10)).unwrap();
        assert_eq!(
            found
                .items
                .iter()
                .map(|record| record.id.0)
                .collect::<Vec<_>>(),
            [id]
        );
    }
}
