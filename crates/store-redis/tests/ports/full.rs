//! A server whose memory is full takes no more, loses nothing, and lets go of what is to go.

use wardline_access::port::{AccessStore, Kind, Put, Row};
use wardline_estate::Role;
use wardline_estate::description::Topology;
use wardline_kernel::StoreError;
use wardline_messaging::model::{DeliveryState, MessageId};
use wardline_messaging::port::{MessageStore, Write};
use wardline_store_redis::{Holder, RedisAccess, RedisMessages};
use wardline_testkit::{block_on, sample};

use super::estates::{NO_FAILOVER_MS, Raised};
use super::server::{Server, lease};

#[test]
fn messages_are_refused_delivered_removed_and_then_taken_again() {
    block_on(async {
        let server = Server::start();
        let redis = server.connect().await;
        let holder = Holder::generate().unwrap();
        let lease = lease(&redis, &RedisMessages::tag(), holder).await;
        let store = RedisMessages::open(lease.clone()).await.unwrap();
        let lab = sample::queue("adt-in", "lab");
        let put = |id| {
            let put = Write::PutMessage {
                record: sample::record(id),
                body: vec![7; 65_536].into(),
            };
            sample::batch([put, sample::enqueue(&lab, id)])
        };
        let used = store.usage().await.unwrap().used_bytes;
        let most = (used + 4_000_000).to_string();
        server.cli(&["CONFIG", "SET", "maxmemory", &most]);
        // What a server uses goes up and down with its connections.
        assert!(store.usage().await.unwrap().free_bytes <= 8_000_000);

        let mut taken = 0;
        let full = loop {
            match store.commit(put(taken + 1)).await {
                Ok(()) => taken += 1,
                Err(error) => break error,
            }
        };

        assert!(matches!(full, StoreError::Full), "{full}");
        assert!(taken > 10);
        let refused = MessageId(taken + 1);
        assert_eq!(store.record(refused).await.unwrap(), None);
        assert!(!store.is_queued(&lab, refused).await.unwrap());
        assert!(lease.renew().await.unwrap());
        let settled = [
            sample::dequeue(&lab, 1),
            Write::PutDelivery {
                queue: lab.clone(),
                id: MessageId(1),
                delivery: sample::delivery(DeliveryState::Delivered, 1),
            },
        ];
        store.commit(sample::batch(settled)).await.unwrap();
        let removals = (1..=taken).map(|id| Write::RemoveMessage(sample::record(id)));
        store.commit(sample::batch(removals)).await.unwrap();
        store.commit(put(taken + 2)).await.unwrap();
    });
}

#[test]
fn of_a_cluster_the_fullest_server_says_how_much_room_there_is() {
    block_on(async {
        let raised = Raised::of(Topology::Cluster, NO_FAILOVER_MS).await;
        let redis = raised.connect(Role::App).await;
        let tag = RedisMessages::tag();
        let lease = lease(&redis, &tag, Holder::generate().unwrap()).await;
        let store = RedisMessages::open(lease).await.unwrap();
        let slot = tag.slot().to_string();
        let keys = raised
            .masters_say(&["CLUSTER", "COUNTKEYSINSLOT", &slot])
            .await;
        let (other, _) = keys.iter().find(|(_, keys)| keys.contains("(0)")).unwrap();
        let address = raised.lab.node(other).unwrap().address;
        let mut link = raised.lab.link(address, Role::Admin).await.unwrap();
        let before = store.usage().await.unwrap();

        let said = link.call(&["CONFIG", "SET", "maxmemory", "20000000"]).await;

        said.unwrap();
        assert!(before.free_bytes > 20_000_000, "{before:?}");
        let usage = store.usage().await.unwrap();
        assert!(usage.free_bytes < 20_000_000, "{usage:?}");
    });
}

#[test]
fn somebody_can_be_locked_out() {
    block_on(async {
        let server = Server::start();
        let store = RedisAccess::new(&server.connect().await);
        let row = |version| Row {
            kind: Kind::User,
            id: [1; 16],
            key: None,
            version,
            body: vec![1; 100].into(),
        };
        store.put(row(1)).await.unwrap();
        server.cli(&["CONFIG", "SET", "maxmemory", "1"]);

        assert_eq!(store.put(row(2)).await.unwrap(), Put::Done);
    });
}
