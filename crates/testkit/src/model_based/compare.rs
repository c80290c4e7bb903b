//! Asks the adapter and the model the same, and wants the same answer.

use wardline_messaging::model::{MessageId, MessageType, SearchToken};
use wardline_messaging::port::{Direction, MessageState, MessageStore, Query};

use super::plan::{TYPES, channels, queues, search_tokens};
use crate::conformance::every_page;
use crate::sample;

/// Every answer to a question that names its object.
pub(super) async fn point_reads(a: &dyn MessageStore, model: &dyn MessageStore, last_id: u64) {
    assert_eq!(
        a.last_message_id().await.unwrap(),
        model.last_message_id().await.unwrap()
    );
    let keys = [0, 1, 2, 3].map(sample::blind);
    assert_eq!(
        a.duplicates(&keys).await.unwrap(),
        model.duplicates(&keys).await.unwrap()
    );
    for id in (0..=last_id + 1).map(MessageId) {
        assert_eq!(a.record(id).await.unwrap(), model.record(id).await.unwrap());
        assert_eq!(a.body(id).await.unwrap(), model.body(id).await.unwrap());
        assert_eq!(
            a.deliveries(id).await.unwrap(),
            model.deliveries(id).await.unwrap()
        );
    }
    for queue in &queues() {
        for id in (0..8).map(MessageId) {
            let one = model.delivery(queue, id).await.unwrap();
            assert_eq!(a.delivery(queue, id).await.unwrap(), one);
            let one = model.is_queued(queue, id).await.unwrap();
            assert_eq!(a.is_queued(queue, id).await.unwrap(), one, "{queue} {id}");
            let one = model.dead_letter(queue, id).await.unwrap();
            assert_eq!(a.dead_letter(queue, id).await.unwrap(), one);
        }
        for (after, limit) in [(0, 100), (2, 2)] {
            let listed = model.queued(queue, MessageId(after), limit).await.unwrap();
            assert_eq!(
                a.queued(queue, MessageId(after), limit).await.unwrap(),
                listed
            );
        }
        let listed = model.dead_letters(queue, None, 100).await.unwrap();
        assert_eq!(a.dead_letters(queue, None, 100).await.unwrap(), listed);
    }
    assert_eq!(a.queues().await.unwrap(), model.queues().await.unwrap());
    assert_eq!(
        a.channel_counters().await.unwrap(),
        model.channel_counters().await.unwrap()
    );
    let totals = model.destination_counters().await.unwrap();
    assert_eq!(a.destination_counters().await.unwrap(), totals);
    assert_eq!(a.jobs().await.unwrap(), model.jobs().await.unwrap());
}

/// Every search that the few channels, types, states, tokens and times allow.
pub(super) async fn every_search(adapter: &dyn MessageStore, model: &dyn MessageStore) {
    for query in queries() {
        let expected = every_page(model, &query, 100).await;
        assert_eq!(every_page(adapter, &query, 3).await, expected, "{query:?}");
    }
}

fn queries() -> Vec<Query> {
    let mut queries = vec![Query::default()];
    let [patient, other, visit] = search_tokens();
    let tokens: [Vec<SearchToken>; 4] = [vec![], vec![patient], vec![other, visit], vec![visit]];
    queries = with_each(queries, &tokens, |q, tokens| q.tokens.clone_from(tokens));
    let states = [
        None,
        Some(MessageState::Waiting),
        Some(MessageState::Dead),
        Some(MessageState::Done),
        Some(MessageState::Unrouted),
        Some(MessageState::Quarantined),
    ];
    queries = with_each(queries, &states, |q, state| q.state = *state);
    let types = [None, Some(TYPES[0]), Some(TYPES[2])].map(|t| t.map(MessageType::parse));
    queries = with_each(queries, &types, |q, wanted| {
        q.message_type.clone_from(wanted);
    });
    let channels = [None, Some(channels()[0].clone())];
    queries = with_each(queries, &channels, |q, channel| {
        q.channel.clone_from(channel);
    });
    let at = |second: u64| Some(sample::MIDNIGHT + second * 1_000);
    let times = [(None, None), (at(10), at(20)), (None, at(15))];
    queries = with_each(queries, &times, |q, (from, until)| {
        (q.received_from, q.received_until) = (*from, *until);
    });
    let directions = [Direction::NewestFirst, Direction::OldestFirst];
    with_each(queries, &directions, |q, direction| {
        q.direction = *direction;
    })
}

fn with_each<T>(queries: Vec<Query>, values: &[T], set: impl Fn(&mut Query, &T)) -> Vec<Query> {
    let mut each = Vec::with_capacity(queries.len() * values.len());
    for query in queries {
        for value in values {
            let mut query = query.clone();
            set(&mut query, value);
            each.push(query);
        }
    }
    each
}
