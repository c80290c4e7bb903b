//! The contract of the store of live beds, and what is written again after a server was lost.

use wardline_store_redis::{Durability, Holder, RedisBeds};
use wardline_testkit::block_on;
use wardline_testkit::conformance::beds::{BedsUnderTest, all_entries};
use wardline_vitals::model::StayId;
use wardline_vitals::port::{BedStore, Durability as Bed, Write};

use super::relay::Relay;
use super::server::{Server, connect, lease, now};

struct Opened {
    server: Server,
    holder: Holder,
    store: RedisBeds,
}

impl Opened {
    async fn new() -> Self {
        let (server, holder) = (Server::start(), Holder::generate().unwrap());
        let store = open(&server, holder).await;
        Self {
            server,
            holder,
            store,
        }
    }
}

async fn open(server: &Server, holder: Holder) -> RedisBeds {
    let redis = server.connect().await;
    RedisBeds::open(lease(&redis, &RedisBeds::tag(), holder).await)
}

impl BedsUnderTest for Opened {
    fn store(&self) -> &dyn BedStore {
        &self.store
    }

    fn reopen(&mut self) {
        self.server.kill();
        self.server.start_again();
        self.store = now(open(&self.server, self.holder));
    }
}

wardline_testkit::beds_conformance!(Opened::new().await);

fn entry(number: u64) -> Vec<Write> {
    vec![Write::Append {
        stay: StayId(7),
        number,
        sealed: vec![1].into(),
    }]
}

#[test]
fn what_was_written_and_lost_with_a_master_is_there_when_a_later_commit_is_synced() {
    block_on(async {
        let mut master = Server::start_with(&["--appendonly", "no"]);
        let replica = Server::start_with(&["--appendonly", "no"]);
        replica.cli(&["REPLICAOF", "127.0.0.1", &master.port().to_string()]);
        replica.wait_until_it_says(&["ROLE"], "connected");
        let relay = Relay::to(master.port()).await;
        let redis = connect(relay.port(), Durability::Memory).await;
        let holder = Holder::generate().unwrap();
        let beds = RedisBeds::open(lease(&redis, &RedisBeds::tag(), holder).await);
        beds.commit(entry(1), Bed::Synced).await.unwrap();
        replica.wait_until_it_says(&["ZCARD", "wl:{b}:e"], "1");
        // The replica hears no more, and becomes the master.
        replica.cli(&["REPLICAOF", "NO", "ONE"]);
        for number in 2..=9 {
            beds.commit(entry(number), Bed::Written).await.unwrap();
        }
        master.kill();
        relay.lead_to(replica.port());

        // The first may find nobody to write to.
        let mut synced = beds.commit(entry(10), Bed::Synced).await;
        while synced.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            synced = beds.commit(entry(10), Bed::Synced).await;
        }

        let entries = all_entries(&beds, 100).await;
        let numbers: Vec<u64> = entries.iter().map(|((_, number), _)| *number).collect();
        assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    });
}
