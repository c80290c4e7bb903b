//! What messages take in a Redis that runs: bytes of memory each, and the server's time for a commit.
//!
//! `cargo run --release -p wardline-store-redis --example measure_ports -- 127.0.0.1:6379 100000 64`: the address of a
//! server without TLS and login that holds nothing else, how many messages, and how many of them in a batch.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at the first thing that is not as it should be, and prints"
)]

use std::time::Instant;

use wardline_messaging::model::{DeliveryState, MessageId, MessageRecord, SearchField};
use wardline_messaging::port::{Direction, MessageStore, Query, Write};
use wardline_store_redis::{
    Address, Durability, Holder, LEASE_FOR, Lease, Redis, RedisMessages, Settings, Topology,
    library,
};
use wardline_testkit::sample;

/// Bytes of a sealed body.
const BODY_BYTES: usize = 1_100;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let address: Address = arguments.next().unwrap().parse().unwrap();
    let messages: u64 = arguments.next().unwrap().parse().unwrap();
    let at_once: u64 = arguments.next().unwrap().parse().unwrap();
    load_functions(&address).await;
    let mut settings = Settings::new(Topology::Standalone { address });
    settings.durability = Durability::Memory;
    let redis = Redis::connect(settings).await.unwrap();
    let holder = Holder::generate().unwrap();
    let lease = Lease::wait(&redis, &RedisMessages::tag(), holder, LEASE_FOR).await;
    let store = RedisMessages::open(lease).await.unwrap();
    let lab = sample::queue("adt-in", "lab");
    let batches = |ids: std::ops::RangeInclusive<u64>| {
        let (first, last) = (*ids.start(), *ids.end());
        (first..=last)
            .step_by(usize::try_from(at_once).unwrap())
            .map(move |from| from..=last.min(from + at_once - 1))
    };

    let empty = store.usage().await.unwrap().used_bytes;
    let began = Instant::now();
    for ids in batches(1..=messages) {
        let writes = ids.flat_map(|id| [put(id), sample::enqueue(&lab, id)]);
        store.commit(sample::batch(writes)).await.unwrap();
    }
    told("taken and queued", messages, began, &store, empty).await;

    let began = Instant::now();
    for ids in batches(1..=messages) {
        let writes = ids.flat_map(|id| {
            let delivered = Write::PutDelivery {
                queue: lab.clone(),
                id: MessageId(id),
                delivery: sample::delivery(DeliveryState::Delivered, 1),
            };
            [sample::dequeue(&lab, id), delivered]
        });
        store.commit(sample::batch(writes)).await.unwrap();
    }
    told("delivered", messages, began, &store, empty).await;

    for (what, query) in [
        ("the newest 100", Query::default()),
        ("100 of a patient", of_patient(7)),
        ("the last of a patient, oldest first", oldest(of_patient(8))),
    ] {
        let began = Instant::now();
        let found = store.search(&query, None, 100).await.unwrap();
        println!(
            "search for {what}: {} in {:?}",
            found.items.len(),
            began.elapsed()
        );
    }

    let began = Instant::now();
    for ids in batches(1..=messages) {
        let writes = ids.map(|id| Write::RemoveMessage(record(id)));
        store.commit(sample::batch(writes)).await.unwrap();
    }
    told("removed", messages, began, &store, empty).await;
}

async fn load_functions(address: &Address) {
    let client = redis::Client::open(format!("redis://{address}")).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut load = redis::cmd("FUNCTION");
    load.arg("LOAD").arg("REPLACE").arg(library::source());
    let _: String = load.query_async(&mut connection).await.unwrap();
}

async fn told(what: &str, messages: u64, began: Instant, store: &RedisMessages, empty: u64) {
    let seconds = began.elapsed().as_secs_f64();
    let used = store
        .usage()
        .await
        .unwrap()
        .used_bytes
        .saturating_sub(empty);
    println!(
        "{what}: {:.0} a second, {} bytes of memory for each message",
        f64::from(u32::try_from(messages).unwrap()) / seconds,
        used / messages
    );
}

/// As an admission is found: by its control id, its patient and its visit. A patient has 20 messages.
fn record(id: u64) -> MessageRecord {
    MessageRecord {
        tokens: vec![
            sample::search_token(SearchField::ControlId, id),
            sample::search_token(SearchField::Patient, id / 20),
            sample::search_token(SearchField::Visit, id / 20),
        ],
        ..sample::record(id)
    }
}

fn of_patient(patient: u64) -> Query {
    Query {
        tokens: vec![sample::search_token(SearchField::Patient, patient)],
        ..Query::default()
    }
}

fn oldest(query: Query) -> Query {
    Query {
        direction: Direction::OldestFirst,
        ..query
    }
}

fn put(id: u64) -> Write {
    let mut body = vec![0; BODY_BYTES];
    fastrand::Rng::with_seed(id).fill(&mut body);
    Write::PutMessage {
        record: record(id),
        body: body.into(),
    }
}
