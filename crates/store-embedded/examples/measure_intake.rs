//! Measures taking messages in, as a listener does but without its sockets: senders that each wait for their answer
//! before they send the next message.
//!
//! ```text
//! measure_intake FOLDER SENDERS SECONDS
//! ```
//!
//! Figures are of this machine and this moment; they are printed, never asserted.
#![expect(clippy::print_stdout, reason = "it prints what it measures")]
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that fails is no measurement"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use wardline_kernel::SystemClock;
use wardline_messaging::channel::{Channel, Destination, parse_channel};
use wardline_messaging::model::ChannelName;
use wardline_messaging::port::{Partner, PartnerFactory};
use wardline_messaging::{AcceptanceResult, Arrival, Messaging, MessagingParts};
use wardline_store_embedded::{EmbeddedStore, Options};
use wardline_testkit::key_ring;

const CHANNEL: &str = "[listener]\naddress = \"127.0.0.1:0\"\n";
const MESSAGE_BYTES: usize = 1_024;
const PATIENTS: u64 = 1_000;

/// There are no destinations.
struct Nobody;

impl PartnerFactory for Nobody {
    fn partner(&self, _: &ChannelName, _: &Destination) -> Result<Arc<dyn Partner>, String> {
        Err("nothing is delivered here".to_owned())
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, senders, seconds] = arguments.as_slice() else {
        panic!("usage: measure_intake FOLDER SENDERS SECONDS");
    };
    let senders = senders.parse().expect("a number of senders");
    let seconds = seconds.parse().expect("a number of seconds");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run(
        Path::new(folder),
        senders,
        Duration::from_secs(seconds),
    ));
}

async fn run(folder: &Path, senders: u64, time: Duration) {
    let keys = key_ring::new();
    let channel = parse_channel(ChannelName::new("adt").unwrap(), CHANNEL, "adt.toml").unwrap();
    let parts = MessagingParts {
        store: Arc::new(EmbeddedStore::open(folder, Options::default()).expect("the store opens")),
        ring: Arc::new(keys.ring),
        blind_index: Arc::new(keys.blind_index),
        clock: Arc::new(SystemClock),
        partners: Arc::new(Nobody),
        min_free_bytes: 0,
        node: "measure".to_owned(),
    };
    let messaging = Messaging::start(parts, vec![channel.clone()])
        .await
        .expect("it starts");
    let (channel, taken) = (Arc::new(channel), Arc::new(AtomicU64::new(0)));
    let (used, begun) = (processor_time(), Instant::now());

    let tasks: Vec<_> = (0..senders)
        .map(|sender| {
            let (messaging, channel) = (messaging.clone(), Arc::clone(&channel));
            let taken = Arc::clone(&taken);
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while begun.elapsed() < time {
                    let number = taken.fetch_add(1, Ordering::Relaxed);
                    let asked = Instant::now();
                    send(&messaging, &channel, sender, number).await;
                    waits.push(asked.elapsed());
                }
                waits
            })
        })
        .collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.expect("a sender"));
    }

    let took = begun.elapsed();
    let used = processor_time().saturating_sub(used);
    waits.sort_unstable();
    let count = u32::try_from(waits.len()).expect("few enough").max(1);
    println!(
        "{senders} senders: {:.0}/s, p50 {:?}, p99 {:?}, {:.1} us of processor time each",
        f64::from(count) / took.as_secs_f64(),
        waits[waits.len() / 2],
        waits[waits.len() * 99 / 100],
        used.as_secs_f64() * 1e6 / f64::from(count),
    );
    messaging.stop().await;
}

async fn send(messaging: &Messaging, channel: &Arc<Channel>, sender: u64, number: u64) {
    let started = std::process::id();
    let patient = number.wrapping_mul(7_919) % PATIENTS;
    let mut text = format!(
        "MSH|^~\\&|ADT|HOSP{sender}|EHR|HOSP|20261121083000||ADT^A08|{started}-{number}|P|2.5.1\rPID|1||{patient}^^^HOSP^MR||\
         EVERYWOMAN^EVE||19610615|F\rPV1|1|I|W3^12^1||||||||||||||||{patient}\rNTE|1||"
    );
    text.push_str(&"x".repeat(MESSAGE_BYTES.saturating_sub(text.len() + 1)));
    text.push('\r');
    let arrival = Arrival {
        channel: Arc::clone(channel),
        peer: "127.0.0.1".to_owned(),
        payload: text.into(),
    };
    let answer = messaging.accept(arrival).await.await;
    assert_eq!(answer.result, AcceptanceResult::Stored);
}

/// What the process has used so far, to a hundredth of a second (`proc_pid_stat(5)`: utime and stime).
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("there is /proc");
    let (_, after_name) = stat.rsplit_once(')').expect("a name in brackets");
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |place: usize| fields[place].parse::<u64>().expect("a number of ticks");
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}
