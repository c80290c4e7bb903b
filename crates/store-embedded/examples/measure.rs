//! Measures a store of millions of messages: storing, searching, opening again, removing, and the memory that
//! the process takes.
//!
//! ```text
//! measure FOLDER [fill MESSAGES] [waiting MESSAGES] [open] [search] [remove PERCENT]
//!     [large MESSAGES] [copy] [rest SECONDS]
//! ```
//!
//! Figures are of this machine and this moment; they are printed, never asserted.
#![expect(clippy::print_stdout, reason = "it prints what it measures")]
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that fails is no measurement"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use wardline_messaging::model::{
    AcceptedAs, ChannelName, Delivery, DeliveryState, DestinationName, Disposition, LaneKey,
    MessageId, MessageRecord, MessageType, Queue, SearchField, SearchToken, UnixMillis,
};
use wardline_messaging::port::{
    Batch, Direction, MessageState, MessageStore, Query, QueueEntry, Write,
};
use wardline_store_embedded::{EmbeddedStore, Options};

/// 2026-01-01T00:00:00Z.
const NEW_YEAR: UnixMillis = 1_767_225_600_000;
const BODY_BYTES: usize = 1_300;
const BATCH: u64 = 64;
const PATIENTS: u64 = 200_000;
const MIX: [(&str, &str, u64); 6] = [
    ("adt-in", "ADT^A08", 40),
    ("lab-in", "ORU^R01", 30),
    ("orders-in", "ORM^O01", 12),
    ("adt-in", "ADT^A01", 9),
    ("pharmacy-in", "RDE^O11", 8),
    ("adt-in", "ADT^A40", 1),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, steps) = arguments
        .split_first()
        .expect("usage: measure FOLDER STEP...");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(Path::new(folder), steps));
}

async fn run(folder: &Path, steps: &[String]) {
    let mut store = opened(folder);
    let mut steps = steps.iter();
    while let Some(step) = steps.next() {
        let mut number = || {
            steps
                .next()
                .and_then(|text| text.parse::<u64>().ok())
                .expect("a number after the step")
        };
        match step.as_str() {
            "fill" => fill(&store, number(), false).await,
            "waiting" => fill(&store, number(), true).await,
            "large" => large(&store, number()).await,
            "copy" => copy(&store, folder),
            "search" => search(&store).await,
            "remove" => remove(&store, number()).await,
            "rest" => tokio::time::sleep(Duration::from_secs(number())).await,
            "open" => {
                drop(store);
                store = opened(folder);
                first_of_the_queue(&store).await;
            }
            other => panic!("no step is called {other}"),
        }
        report(&store, step).await;
    }
}

fn opened(folder: &Path) -> EmbeddedStore {
    let begun = Instant::now();
    let store = EmbeddedStore::open(folder, Options::default()).expect("the store opens");
    println!("opened in {:?}", begun.elapsed());
    store
}

/// Stores messages; half a second apart by their clock. Unless they are to wait, each is delivered some batches
/// later.
async fn fill(store: &EmbeddedStore, messages: u64, wait: bool) {
    let first = store.last_message_id().await.expect("the last id").0 + 1;
    let body: Bytes = std::iter::repeat_with(|| fastrand::u8(..))
        .take(BODY_BYTES)
        .collect();
    let (begun, mut slowest) = (Instant::now(), Duration::ZERO);
    let mut at = first;
    while at < first + messages {
        let until = (at + BATCH).min(first + messages);
        let mut writes: Vec<Write> = (at..until).flat_map(|id| arrival(id, &body)).collect();
        if !wait && at >= first + 8 * BATCH {
            writes.extend((at - 8 * BATCH..until - 8 * BATCH).flat_map(delivered));
        }
        let keys: Vec<_> = (at..until)
            .filter_map(|id| record(id).duplicate_key)
            .collect();
        store.duplicates(&keys).await.expect("duplicates");
        let asked = Instant::now();
        store.commit(Batch { writes }).await.expect("a commit");
        slowest = slowest.max(asked.elapsed());
        at = until;
        if (at - first).is_multiple_of(500_032) {
            println!("  {} stored, {} MB resident", at - first, resident_mb());
        }
    }
    let rate = messages * 1_000 / u64::try_from(begun.elapsed().as_millis().max(1)).unwrap_or(1);
    println!(
        "{messages} messages in batches of {BATCH}: {rate} a second, slowest commit {slowest:?}"
    );
}

/// Stores messages of 48 MiB, as with a scanned document in them.
async fn large(store: &EmbeddedStore, messages: u64) {
    let mut body = vec![0; 48 << 20];
    fastrand::fill(&mut body);
    let body = Bytes::from(body);
    for _ in 0..messages {
        let id = store.last_message_id().await.expect("the last id").0 + 1;
        let begun = Instant::now();
        let writes = arrival(id, &body).to_vec();
        store.commit(Batch { writes }).await.expect("a commit");
        let written = begun.elapsed();
        let read = store.body(MessageId(id)).await.expect("a body");
        assert_eq!(read.as_ref(), Some(&body));
        println!("  48 MiB in {written:?}, {} MB resident", resident_mb());
    }
}

/// Copies the store in use to beside it.
fn copy(store: &EmbeddedStore, folder: &Path) {
    let begun = Instant::now();
    store
        .back_up(&folder.with_extension("copy"), &|| false)
        .expect("a copy");
    println!("copied in {:?}", begun.elapsed());
}

fn arrival(id: u64, body: &Bytes) -> [Write; 2] {
    let record = record(id);
    let entry = QueueEntry {
        id: record.id,
        lanes: record.lanes.clone(),
        received_at: record.received_at,
    };
    let queue = queue_of(&record);
    [
        Write::PutMessage {
            record,
            body: body.clone(),
        },
        Write::Enqueue { queue, entry },
    ]
}

fn delivered(id: u64) -> [Write; 2] {
    let record = record(id);
    let mut delivery = Delivery::waiting(record.received_at);
    delivery.state = DeliveryState::Delivered;
    let queue = queue_of(&record);
    [
        Write::Dequeue {
            queue: queue.clone(),
            id: record.id,
        },
        Write::PutDelivery {
            queue,
            id: record.id,
            delivery,
        },
    ]
}

fn queue_of(record: &MessageRecord) -> Queue {
    Queue {
        channel: record.channel.clone(),
        destination: DestinationName::new("archive").expect("a name"),
    }
}

fn record(id: u64) -> MessageRecord {
    let mut share = mixed(id, 9) % 100;
    let (channel, message_type, _) = MIX
        .into_iter()
        .find(|(_, _, weight)| {
            let found = share < *weight;
            share = share.saturating_sub(*weight);
            found
        })
        .unwrap_or(("adt-in", "ADT^A08", 0));
    let patient = mixed(id, 3) % PATIENTS;
    let token = |field, of: u64| SearchToken {
        field,
        token: token(of),
    };
    MessageRecord {
        id: MessageId(id),
        channel: ChannelName::new(channel).expect("a name"),
        received_at: NEW_YEAR + id * 500,
        peer: "192.0.2.17".to_owned(),
        message_type: MessageType::parse(message_type),
        size_bytes: 1_024,
        disposition: Disposition::Routed,
        accepted_as: AcceptedAs::New,
        destinations: vec![DestinationName::new("archive").expect("a name")],
        lanes: vec![LaneKey(mixed(patient, 1))],
        tokens: vec![
            token(SearchField::ControlId, id),
            token(SearchField::Patient, patient),
            token(SearchField::Visit, patient * 10 + id % 3),
            token(SearchField::Accession, id / 3),
        ],
        duplicate_key: Some(token(SearchField::ControlId, id + (1 << 40)).token),
        content_hash: token(SearchField::ControlId, id + (1 << 41)).token,
        parent: None,
    }
}

/// As spread out as an HMAC.
fn token(of: u64) -> [u8; 16] {
    let mut token = [0; 16];
    let (first, second) = token.split_at_mut(8);
    first.copy_from_slice(&mixed(of, 5).to_be_bytes());
    second.copy_from_slice(&mixed(of, 7).to_be_bytes());
    token
}

fn mixed(number: u64, salt: u64) -> u64 {
    let mut x = number.wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

async fn search(store: &EmbeddedStore) {
    let last = store.last_message_id().await.expect("the last id").0;
    let any = || fastrand::u64(1..=last.max(1));
    let by = |field, of| Query {
        tokens: vec![SearchToken {
            field,
            token: token(of),
        }],
        ..Query::default()
    };
    let of_patient = || by(SearchField::Patient, mixed(any(), 3) % PATIENTS);
    timed(store, "control id", 200, || {
        by(SearchField::ControlId, any())
    })
    .await;
    timed(store, "patient", 200, of_patient).await;
    timed(store, "visit and accession", 100, || {
        let id = any();
        let mut query = by(SearchField::Accession, id / 3);
        let patient = mixed(id, 3) % PATIENTS;
        query
            .tokens
            .extend(by(SearchField::Visit, patient * 10 + id % 3).tokens);
        query
    })
    .await;
    timed(store, "a token of nobody", 100, || {
        by(SearchField::Patient, PATIENTS + any())
    })
    .await;
    timed(store, "patient and type", 100, || Query {
        message_type: Some(MessageType::parse("ORU")),
        ..of_patient()
    })
    .await;
    let of_type = |text: &str| Query {
        message_type: Some(MessageType::parse(text)),
        ..Query::default()
    };
    timed(store, "newest of a rare type", 50, || of_type("ADT^A40")).await;
    timed(store, "newest ADT", 50, || of_type("ADT")).await;
    timed(store, "a rare type in one hour", 50, || {
        let from = NEW_YEAR + any() * 500;
        Query {
            received_from: Some(from),
            received_until: Some(from + 3_600_000),
            direction: Direction::OldestFirst,
            ..of_type("ADT^A40")
        }
    })
    .await;
    let in_state = |state| Query {
        state: Some(state),
        ..Query::default()
    };
    timed(store, "newest waiting", 50, || {
        in_state(MessageState::Waiting)
    })
    .await;
    timed(store, "newest done", 50, || in_state(MessageState::Done)).await;
    timed(store, "quarantined", 50, || {
        in_state(MessageState::Quarantined)
    })
    .await;
}

async fn timed(store: &EmbeddedStore, what: &str, times: usize, query: impl Fn() -> Query) {
    let mut took = Vec::with_capacity(times);
    let mut found = 0;
    for _ in 0..times {
        let query = query();
        let begun = Instant::now();
        let page = store.search(&query, None, 50).await.expect("a search");
        took.push(begun.elapsed());
        found += page.items.len();
    }
    took.sort();
    let at = |share: usize| took.get(times * share / 100).copied().unwrap_or_default();
    println!(
        "  {what}: median {:?}, 99 of 100 {:?}, slowest {:?}, {} found each",
        at(50),
        at(99),
        took.last().copied().unwrap_or_default(),
        found / times
    );
}

/// What a dispatcher does when it starts.
async fn first_of_the_queue(store: &EmbeddedStore) {
    let begun = Instant::now();
    for queue in store.queues().await.expect("the queues") {
        let entries = store
            .queued(&queue, MessageId(0), 4_096)
            .await
            .expect("a queue");
        println!(
            "  first {} of {queue} after {:?}",
            entries.len(),
            begun.elapsed()
        );
    }
}

/// Removes the oldest messages, as retention does.
async fn remove(store: &EmbeddedStore, percent: u64) {
    let last = store.last_message_id().await.expect("the last id").0;
    let mut cursor = None;
    let (mut removed, begun) = (0, Instant::now());
    let oldest = Query {
        direction: Direction::OldestFirst,
        ..Query::default()
    };
    while removed < last * percent / 100 {
        let page = store.search(&oldest, cursor, 500).await.expect("a search");
        removed += u64::try_from(page.items.len()).unwrap_or(0);
        let writes = page.items.into_iter().flat_map(|record| {
            let queue = queue_of(&record);
            [
                Write::Dequeue {
                    queue,
                    id: record.id,
                },
                Write::RemoveMessage(record),
            ]
        });
        store
            .commit(Batch {
                writes: writes.collect(),
            })
            .await
            .expect("a commit");
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    println!("{removed} removed in {:?}", begun.elapsed());
}

async fn report(store: &EmbeddedStore, step: &str) {
    // The folder's size is known for five seconds.
    tokio::time::sleep(Duration::from_secs(6)).await;
    let usage = store.usage().await.expect("usage");
    println!(
        "after {step}: {} MB on disk, {} MB resident, {} MB at most",
        usage.used_bytes / 1_000_000,
        resident_mb(),
        status_kb("VmHWM:") / 1_000,
    );
}

fn resident_mb() -> u64 {
    status_kb("VmRSS:") / 1_000
}

fn status_kb(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
