//! A commit whose answer is lost is sent again, and done once.

use std::collections::BTreeSet;

use bytes::Bytes;
use wardline_access::port::{AccessStore, Kind, Put, Row};
use wardline_messaging::model::{ChannelCounters, MessageId};
use wardline_messaging::port::{MessageStore, Write};
use wardline_patients::model::PatientId;
use wardline_patients::port::{Committed, Erasure, ErasureLedger, PatientStore, StoredKey};
use wardline_phi::{DataKeyId, KekVersion, WrappedKey};
use wardline_store_redis::{
    Durability, Holder, Redis, RedisAccess, RedisErasures, RedisMessages, RedisPatients,
};
use wardline_testkit::{block_on, sample};

use super::relay::Relay;
use super::server::{Server, connect, lease};

async fn lossy() -> (Server, Relay, Redis) {
    let server = Server::start();
    let relay = Relay::to(server.port()).await;
    let redis = connect(relay.port(), Durability::FSYNC).await;
    (server, relay, redis)
}

#[test]
fn of_a_put() {
    block_on(async {
        let (_server, relay, redis) = lossy().await;
        let store = RedisAccess::new(&redis);
        let row = |version| Row {
            kind: Kind::User,
            id: [1; 16],
            key: Some([7; 32]),
            version,
            body: Bytes::from_static(b"sealed"),
        };

        relay.lose_the_answer_to("wl_commit");
        let first = store.put(row(1)).await.unwrap();
        let same = store.put(row(1)).await.unwrap();
        let second = store.put(row(2)).await.unwrap();

        assert!(relay.has_lost());
        assert_eq!(
            [first, same, second],
            [Put::Done, Put::Conflict(1), Put::Done]
        );
    });
}

#[test]
fn of_a_batch_of_messages() {
    block_on(async {
        let (_server, relay, redis) = lossy().await;
        let holder = Holder::generate().unwrap();
        let lease = lease(&redis, &RedisMessages::tag(), holder).await;
        let store = RedisMessages::open(lease).await.unwrap();
        let lab = sample::queue("adt-in", "lab");
        let counters = |received| {
            Write::PutChannelCounters(ChannelCounters {
                received,
                ..ChannelCounters::new(lab.channel.clone())
            })
        };
        let batch = |id| {
            let put = sample::put(sample::record(id));
            sample::batch([put, sample::enqueue(&lab, id), counters(id)])
        };

        relay.lose_the_answer_to("wl_commit");
        store.commit(batch(1)).await.unwrap();
        store.commit(batch(2)).await.unwrap();

        assert!(relay.has_lost());
        let queued = store.queued(&lab, MessageId(0), 9).await.unwrap();
        assert_eq!(queued, [sample::entry(1), sample::entry(2)]);
        assert_eq!(store.channel_counters().await.unwrap()[0].received, 2);
    });
}

#[test]
fn of_a_version_of_a_record() {
    block_on(async {
        let (_server, relay, redis) = lossy().await;
        let store = RedisPatients::new(&redis);
        let write = || wardline_patients::port::Write {
            patient: PatientId([1; 16]),
            expected: 0,
            key: StoredKey {
                id: DataKeyId(1),
                wrapped: WrappedKey {
                    kek_version: KekVersion(1),
                    bytes: vec![1],
                },
                created_at: 7,
            },
            manifest: Bytes::from_static(b"manifest"),
            values: Vec::new(),
            tokens: BTreeSet::new(),
        };

        // The key of the step that decides.
        relay.lose_the_answer_to("wl:{p}:v:");
        let first = store.commit(vec![write()]).await.unwrap();
        let same = store.commit(vec![write()]).await.unwrap();

        assert!(relay.has_lost());
        assert_eq!(first, Committed::Done);
        assert!(matches!(same, Committed::Conflict { version: 1, .. }));
    });
}

#[test]
fn of_an_entry_of_the_ledger_of_erasures() {
    block_on(async {
        let (_server, relay, redis) = lossy().await;
        let ledger = RedisErasures::new(&redis);
        let entry = Erasure {
            patient: PatientId([1; 16]),
            at: 1,
            mac: [1; 16],
        };

        relay.lose_the_answer_to("wl_commit");
        ledger.append(&[entry]).await.unwrap();

        assert!(relay.has_lost());
        assert_eq!(ledger.entries().await.unwrap(), [entry]);
    });
}
