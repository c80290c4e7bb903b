//! Sentences 9 and 10: searching.

use wardline_messaging::model::{DestinationName, MessageRecord, MessageType, SearchField};
use wardline_messaging::port::{Direction, MessageState, MessageStore, Query, Write};

use super::{StoreUnderTest, every_page, ids};
use crate::sample;

type Case = (Query, Vec<u64>);

/// Sentence 9.
pub async fn a_search_gives_exactly_what_matches_every_part_of_its_query_in_the_asked_order(
    opened: &mut impl StoreUnderTest,
) {
    store_a_morning(opened.store()).await;
    let cases = [one_part(), several_parts()].concat();

    for (query, expected) in &cases {
        assert_eq!(
            ids(&every_page(opened.store(), query, 100).await),
            *expected,
            "{query:?}"
        );
        assert_eq!(
            ids(&every_page(opened.store(), query, 1).await),
            *expected,
            "{query:?}"
        );
    }
    opened.reopen();
    for (query, expected) in &cases {
        assert_eq!(
            ids(&every_page(opened.store(), query, 2).await),
            *expected,
            "{query:?}"
        );
    }
}

fn one_part() -> Vec<Case> {
    let everything = Query {
        direction: Direction::OldestFirst,
        ..Query::default()
    };
    vec![
        (everything, vec![1, 2, 3, 4, 5, 6, 7, 8]),
        (Query::default(), vec![8, 7, 6, 5, 4, 3, 2, 1]),
        (on("adt-in"), vec![8, 7, 6, 5, 2, 1]),
        (on("lab-in"), vec![4, 3]),
        (on("never-used"), vec![]),
        (of_type("ADT"), vec![8, 7, 6, 5, 2, 1]),
        (of_type("ADT^A01"), vec![8, 7, 6, 5, 1]),
        (of_type("ADT^A08"), vec![2]),
        (of_type("ORU"), vec![4, 3]),
        (of_type("AD"), vec![]),
        (in_state(MessageState::Waiting), vec![3, 2]),
        (in_state(MessageState::Dead), vec![5, 4, 2]),
        (in_state(MessageState::Done), vec![8, 1]),
        (in_state(MessageState::Unrouted), vec![7]),
        (in_state(MessageState::Quarantined), vec![6]),
        (found_by(SearchField::Patient, 50), vec![4, 2, 1]),
        (found_by(SearchField::Visit, 50), vec![]),
    ]
}

fn several_parts() -> Vec<Case> {
    let at = |second: u64| Some(sample::MIDNIGHT + second * 1_000);
    let (patient, control_id) = (
        sample::search_token(SearchField::Patient, 50),
        sample::search_token(SearchField::ControlId, 4),
    );
    let both_tokens = Query {
        tokens: vec![patient, control_id],
        ..Query::default()
    };
    let patient_on_a_channel = Query {
        tokens: vec![patient],
        ..on("adt-in")
    };
    let dead_of_patient = Query {
        direction: Direction::OldestFirst,
        tokens: vec![patient],
        ..in_state(MessageState::Dead)
    };
    let between = Query {
        received_from: at(3),
        received_until: at(6),
        ..Query::default()
    };
    let later = Query {
        received_from: at(3),
        ..of_type("ADT")
    };
    let earlier = Query {
        received_until: at(3),
        ..in_state(MessageState::Waiting)
    };
    let never = Query {
        received_from: at(9),
        ..Query::default()
    };
    let dead_on_a_channel = Query {
        state: Some(MessageState::Dead),
        ..on("lab-in")
    };
    vec![
        (both_tokens, vec![4]),
        (patient_on_a_channel, vec![2, 1]),
        (dead_of_patient, vec![2, 4]),
        (between, vec![5, 4, 3]),
        (later, vec![8, 7, 6, 5]),
        (earlier, vec![2]),
        (never, vec![]),
        (dead_on_a_channel, vec![4]),
    ]
}

fn on(name: &str) -> Query {
    Query {
        channel: Some(sample::channel(name)),
        ..Query::default()
    }
}

fn of_type(text: &str) -> Query {
    Query {
        message_type: Some(MessageType::parse(text)),
        ..Query::default()
    }
}

fn in_state(state: MessageState) -> Query {
    Query {
        state: Some(state),
        ..Query::default()
    }
}

fn found_by(field: SearchField, seed: u64) -> Query {
    Query {
        tokens: vec![sample::search_token(field, seed)],
        ..Query::default()
    }
}

/// Eight messages: 2 waits in one queue and is dead in another, 3 waits, 4 and 5 are dead, 6 could not be
/// read, 7 was wanted by nobody, 1 and 8 are done. One patient has 1, 2 and 4.
async fn store_a_morning(store: &dyn MessageStore) {
    let patient = sample::search_token(SearchField::Patient, 50);
    let of_patient = |record: MessageRecord| MessageRecord {
        tokens: record.tokens.iter().copied().chain([patient]).collect(),
        ..record
    };
    let result = |id| MessageRecord {
        channel: sample::channel("lab-in"),
        message_type: MessageType::parse("ORU^R01"),
        destinations: vec![DestinationName::new("ward").unwrap()],
        ..sample::record(id)
    };
    let update = MessageRecord {
        message_type: MessageType::parse("ADT^A08"),
        ..of_patient(sample::record(2))
    };
    let records = [
        of_patient(sample::record(1)),
        update,
        result(3),
        of_patient(result(4)),
        sample::record(5),
        sample::quarantined(6),
        sample::unrouted(7),
        sample::record(8),
    ];
    let (lab, archive) = (
        sample::queue("adt-in", "lab"),
        sample::queue("adt-in", "archive"),
    );
    let ward = sample::queue("lab-in", "ward");
    let rest = [
        sample::enqueue(&lab, 1),
        sample::enqueue(&lab, 2),
        sample::enqueue(&ward, 3),
        sample::dequeue(&lab, 1),
        Write::PutDeadLetter(sample::dead_letter(&archive, 2)),
        Write::PutDeadLetter(sample::dead_letter(&ward, 4)),
        Write::PutDeadLetter(sample::dead_letter(&lab, 5)),
    ];
    let writes = records.into_iter().map(sample::put).chain(rest);
    store.commit(sample::batch(writes)).await.unwrap();
}

/// Sentence 10.
pub async fn a_search_page_ends_with_a_cursor_exactly_when_there_may_be_more(
    opened: &mut impl StoreUnderTest,
) {
    let store = opened.store();
    let patient = sample::search_token(SearchField::Patient, 1);
    // Every third is the patient's; ids have gaps, as after a removal.
    let record = |n: u64| {
        let tokens = if n.is_multiple_of(3) {
            vec![patient]
        } else {
            Vec::new()
        };
        MessageRecord {
            tokens,
            ..sample::record(7 * n)
        }
    };
    let writes = (1..=60).map(|n| sample::put(record(n)));
    store.commit(sample::batch(writes)).await.unwrap();

    for direction in [Direction::OldestFirst, Direction::NewestFirst] {
        for (tokens, step) in [(vec![], 7), (vec![patient], 21)] {
            let query = Query {
                tokens,
                direction,
                ..Query::default()
            };
            let mut expected: Vec<u64> = (1..=420 / step).map(|n| n * step).collect();
            if direction == Direction::NewestFirst {
                expected.reverse();
            }
            for limit in [1, 2, 3, 19, 20, 21, 59, 60, 61] {
                let found = every_page(store, &query, limit).await;
                assert_eq!(ids(&found), expected, "{query:?} by {limit}");
            }
        }
    }

    // What came after the first page does not disturb the pages of a search for the newest.
    let first = store.search(&Query::default(), None, 50).await.unwrap();
    store
        .commit(sample::batch([sample::put(sample::record(500))]))
        .await
        .unwrap();
    let second = store
        .search(&Query::default(), first.next, 50)
        .await
        .unwrap();
    assert_eq!(first.items.len() + second.items.len(), 60);
    assert_eq!(second.next, None);
    let empty = Query {
        tokens: vec![sample::search_token(SearchField::Visit, 1)],
        ..Query::default()
    };
    assert_eq!(store.search(&empty, None, 10).await.unwrap().next, None);
}
