//! Nothing acknowledged is lost: servers are killed under load, a master with its replica taking over, and the client.

use std::io::{BufRead as _, BufReader, Write as _};
use std::num::NonZeroU8;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use wardline_kernel::StoreError;
use wardline_messaging::model::MessageId;
use wardline_messaging::port::MessageStore;
use wardline_store_redis::{Durability, Holder, Lease, RedisMessages};
use wardline_testkit::{block_on, sample};

use super::relay::Relay;
use super::server::{Server, connect, lease};

const ROUNDS: usize = 5;
const REPLICATED: Durability = Durability::Replicated {
    replicas: NonZeroU8::MIN,
    timeout: Duration::from_secs(1),
};

/// Commits batches until it is stopped, and gives the ids that were acknowledged.
pub(crate) async fn writes(
    store: &RedisMessages,
    stop: &AtomicBool,
    acknowledged: &AtomicU64,
) -> Vec<u64> {
    let lab = sample::queue("adt-in", "lab");
    let (mut next, mut all) = (1, Vec::new());
    while !stop.load(Ordering::SeqCst) {
        let ids = next..next + 1 + next % 40;
        // As in the ledger, ids of a batch that failed are not given again.
        next = ids.end;
        let writes = ids
            .clone()
            .flat_map(|id| [sample::put(sample::record(id)), sample::enqueue(&lab, id)]);
        if store.commit(sample::batch(writes)).await.is_ok() {
            all.extend(ids);
            acknowledged.store(all.len() as u64, Ordering::SeqCst);
        } else {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    all
}

/// Waits until so many more were acknowledged.
pub(crate) async fn some_more(acknowledged: &AtomicU64, more: u64) {
    let target = acknowledged.load(Ordering::SeqCst) + more;
    while acknowledged.load(Ordering::SeqCst) < target {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) async fn all_there(store: &RedisMessages, ids: &[u64]) {
    let lab = sample::queue("adt-in", "lab");
    let queued = store.queued(&lab, MessageId(0), usize::MAX).await.unwrap();
    assert!(queued.is_sorted_by_key(|entry| entry.id));
    for id in ids.iter().copied().map(MessageId) {
        let record = store.record(id).await.unwrap();
        assert_eq!(record, Some(sample::record(id.0)), "{id}");
        let body = store.body(id).await.unwrap();
        assert_eq!(body, Some(sample::body(id.0)), "{id}");
        assert!(queued.iter().any(|entry| entry.id == id), "{id}");
    }
}

#[test]
fn a_server_that_is_killed_under_load_loses_nothing_acknowledged() {
    block_on(async {
        let mut server = Server::start();
        let redis = server.connect_as_wardline().await;
        let holder = Holder::generate().unwrap();
        let lease = lease(&redis, &RedisMessages::tag(), holder).await;
        let store = RedisMessages::open(lease).await.unwrap();
        let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));

        let killing = async {
            for _ in 0..ROUNDS {
                some_more(&acknowledged, 300).await;
                server.kill();
                server.start_again();
            }
            some_more(&acknowledged, 300).await;
            stop.store(true, Ordering::SeqCst);
        };
        let (ids, ()) = tokio::join!(writes(&store, &stop, &acknowledged), killing);

        all_there(&store, &ids).await;
    });
}

#[test]
fn a_master_that_is_killed_under_load_leaves_everything_acknowledged_to_its_replica() {
    block_on(async {
        let in_memory = ["--appendonly", "no"];
        let mut servers = [
            Server::start_with(&in_memory),
            Server::start_with(&in_memory),
        ];
        follows(&servers[1], &servers[0]);
        let relay = Relay::to(servers[0].port()).await;
        let redis = connect(relay.port(), REPLICATED).await;
        let holder = Holder::generate().unwrap();
        let lease = lease(&redis, &RedisMessages::tag(), holder).await;
        let store = RedisMessages::open(lease).await.unwrap();
        let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));

        let killing = async {
            for round in 0..ROUNDS {
                some_more(&acknowledged, 300).await;
                let (master, replica) = (round % 2, (round + 1) % 2);
                servers[master].kill();
                servers[replica].cli(&["REPLICAOF", "NO", "ONE"]);
                relay.lead_to(servers[replica].port());
                servers[master].start_again();
                follows(&servers[master], &servers[replica]);
            }
            some_more(&acknowledged, 300).await;
            stop.store(true, Ordering::SeqCst);
        };
        let (ids, ()) = tokio::join!(writes(&store, &stop, &acknowledged), killing);

        all_there(&store, &ids).await;
    });
}

#[test]
fn a_batch_that_no_replica_confirmed_is_not_answered_for_until_one_does() {
    block_on(async {
        let in_memory = ["--appendonly", "no"];
        let (master, replica) = (
            Server::start_with(&in_memory),
            Server::start_with(&in_memory),
        );
        follows(&replica, &master);
        let redis = connect(master.port(), REPLICATED).await;
        let holder = Holder::generate().unwrap();
        let lease = lease(&redis, &RedisMessages::tag(), holder).await;
        let store = RedisMessages::open(lease).await.unwrap();
        let key = [sample::record(1).duplicate_key.unwrap()];
        replica.freeze();

        let unconfirmed = store
            .commit(sample::batch([sample::put(sample::record(1))]))
            .await;
        // The master has it, and a sender that sends it again must not be told so.
        let on_master = master.cli(&["HLEN", "wl:{m}:r:0"]);
        let known = store.duplicates(&key).await;
        replica.thaw();
        let mut later = store.duplicates(&key).await;
        while later.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
            later = store.duplicates(&key).await;
        }

        assert_eq!(on_master.trim(), "1");
        assert!(matches!(unconfirmed, Err(StoreError::Unavailable(_))));
        assert!(matches!(known, Err(StoreError::Unavailable(_))));
        assert_eq!(later.unwrap()[0].map(|entry| entry.id), Some(MessageId(1)));
    });
}

fn follows(replica: &Server, master: &Server) {
    replica.cli(&["REPLICAOF", "127.0.0.1", &master.port().to_string()]);
    replica.wait_until_it_says(&["ROLE"], "connected");
}

#[test]
fn an_instance_that_is_killed_under_load_leaves_everything_acknowledged_to_the_next() {
    let server = Server::start();
    let mut acknowledged = 0;
    for round in 1..=3 {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args([
                "--exact",
                "crash::commits_until_it_is_killed",
                "--ignored",
                "--nocapture",
            ])
            .env("WARDLINE_TEST_PORT", server.port().to_string())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let told = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = told.map_while(Result::ok);
        let ids = told.filter_map(|line| line.strip_prefix("acknowledged ")?.parse::<u64>().ok());
        let ids = ids
            .inspect(|id| acknowledged = *id)
            .take(round * 40)
            .count();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(ids, round * 40);
    }

    block_on(async {
        let redis = server.connect_as_wardline().await;
        let tag = RedisMessages::tag();
        let lease = Lease::wait(&redis, &tag, Holder::generate().unwrap(), SHORT).await;
        let store = RedisMessages::open(lease).await.unwrap();
        let last = store.last_message_id().await.unwrap().0;
        assert!(last >= acknowledged);
        for id in 1..=acknowledged {
            let record = store.record(MessageId(id)).await.unwrap();
            assert_eq!(record, Some(sample::record(id)), "{id}");
        }
    });
}

const SHORT: Duration = Duration::from_millis(500);

#[test]
#[ignore = "run by the test that kills it"]
fn commits_until_it_is_killed() {
    let port = std::env::var("WARDLINE_TEST_PORT").unwrap();
    block_on(async {
        let redis = connect(port.parse().unwrap(), Durability::FSYNC).await;
        let tag = RedisMessages::tag();
        let lease = Lease::wait(&redis, &tag, Holder::generate().unwrap(), SHORT).await;
        let store = Arc::new(RedisMessages::open(lease).await.unwrap());
        let mut next = store.last_message_id().await.unwrap().0 + 1;
        loop {
            let ids = next..next + 1 + next % 40;
            next = ids.end;
            let puts = ids.map(|id| sample::put(sample::record(id)));
            store.commit(sample::batch(puts)).await.unwrap();
            let mut out = std::io::stdout().lock();
            writeln!(out, "acknowledged {}", next - 1).unwrap();
        }
    });
}
