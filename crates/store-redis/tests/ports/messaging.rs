//! The contract of the store of messages, and random writes beside the model.

use wardline_messaging::model::{MessageId, MessageRecord, SearchField};
use wardline_messaging::port::{MessageStore, Query, Write};
use wardline_store_redis::{Holder, RedisMessages};
use wardline_testkit::conformance::StoreUnderTest;
use wardline_testkit::{block_on, conformance, sample};

use super::server::{Server, lease, now};

pub(crate) struct Opened {
    pub(crate) server: Server,
    holder: Holder,
    pub(crate) store: RedisMessages,
}

impl Opened {
    pub(crate) async fn new() -> Self {
        let (server, holder) = (Server::start(), Holder::generate().unwrap());
        let store = open(&server, holder).await;
        Self {
            server,
            holder,
            store,
        }
    }
}

async fn open(server: &Server, holder: Holder) -> RedisMessages {
    let redis = server.connect().await;
    let lease = lease(&redis, &RedisMessages::tag(), holder).await;
    RedisMessages::open(lease).await.unwrap()
}

impl StoreUnderTest for Opened {
    fn store(&self) -> &dyn MessageStore {
        &self.store
    }

    fn reopen(&mut self) {
        self.server.kill();
        self.server.start_again();
        self.store = now(open(&self.server, self.holder));
    }
}

conformance!(Opened::new().await);

#[test]
fn random_writes_give_the_same_answers_as_the_model() {
    // Stores are opened outside of the runtime that plays on them, and their connections need one that stays.
    let runtime = tokio::runtime::Runtime::new().unwrap();

    wardline_testkit::model_based::check(6, || runtime.block_on(Opened::new()));
}

#[test]
fn messages_of_many_stretches_are_searched_in_order_and_removed_without_a_trace() {
    block_on(async {
        let opened = Opened::new().await;
        // Around the ends of bitmaps of 16,384 and of hashes of 1,024.
        let ids = [1, 1_023, 1_024, 16_383, 16_384, 32_767, 32_768, 5_000_000];
        let puts = ids.map(|id| sample::put(sample::record(id)));
        opened.store.commit(sample::batch(puts)).await.unwrap();

        let found = conformance::every_page(&opened.store, &Query::default(), 3).await;
        let found: Vec<u64> = found.iter().map(|record| record.id.0).collect();
        assert_eq!(found, ids.into_iter().rev().collect::<Vec<_>>());

        for _ in 0..2 {
            let removals = ids.map(|id| Write::RemoveMessage(sample::record(id)));
            opened.store.commit(sample::batch(removals)).await.unwrap();
        }
        let none = conformance::every_page(&opened.store, &Query::default(), 3).await;
        assert!(none.is_empty());
        assert_eq!(
            opened.store.last_message_id().await.unwrap(),
            MessageId(5_000_000)
        );
        // Keys go with their last message; names and the greatest id stay.
        let mut left: Vec<String> = opened
            .server
            .cli(&["KEYS", "*"])
            .lines()
            .map(str::to_owned)
            .collect();
        left.sort();
        assert_eq!(left, ["wl:{m}:fn", "wl:{m}:head"]);
    });
}

#[test]
fn a_batch_as_large_as_the_ledger_draws_is_one_commit() {
    block_on(async {
        let opened = Opened::new().await;
        let lab = sample::queue("adt-in", "lab");
        let token = |n| sample::search_token(SearchField::Accession, n);
        // 1,024 messages, 8 MiB, and more of what finds them than is usual.
        let writes = (1..=1_024).flat_map(|id| {
            let record = MessageRecord {
                tokens: (0..8).map(|n| token(8 * id + n)).collect(),
                ..sample::record(id)
            };
            let body = vec![7; 8_192].into();
            [
                Write::PutMessage { record, body },
                sample::enqueue(&lab, id),
            ]
        });

        opened.store.commit(sample::batch(writes)).await.unwrap();

        let queued = opened
            .store
            .queued(&lab, MessageId(0), 2_000)
            .await
            .unwrap();
        assert_eq!(queued.len(), 1_024);
        let query = Query {
            tokens: vec![token(8 * 700 + 7)],
            ..Query::default()
        };
        let found = opened.store.search(&query, None, 10).await.unwrap();
        assert_eq!(found.items.len(), 1);
    });
}
