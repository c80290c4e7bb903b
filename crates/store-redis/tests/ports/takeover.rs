//! An instance dies while it delivers, and a standby goes on: every message arrives, each patient's in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::runtime::Runtime;
use wardline_kernel::ManualClock;
use wardline_messaging::channel::{Destination, parse_channel};
use wardline_messaging::model::{ChannelName, MessageId};
use wardline_messaging::port::{Parcel, Partner, PartnerFactory, SendOutcome};
use wardline_messaging::{AcceptanceResult, Arrival, Messaging, MessagingParts};
use wardline_phi::{KeyFile, KeyRing};
use wardline_store_redis::{Durability, Holder, Lease, RedisMessages, RedisWrappedKeys};
use wardline_testkit::sample;

use super::server::{Server, connect};

const SHORT: Duration = Duration::from_millis(700);
const PATIENTS: usize = 5;
const MESSAGES: usize = 150;
/// What the partner answers until the first instance dies.
const ANSWERS: usize = 60;
const CHANNEL: &str = "[listener]\naddress = \"127.0.0.1:0\"\n[[destination]]\nname = \"lab\"\n\
                       kind = \"mllp\"\naddress = \"lab:2575\"\nparallel_patients = 4\n";

/// Remembers what it was sent of whom; beyond so many it answers nothing.
#[derive(Clone)]
struct Lab {
    sent: Arc<Mutex<Vec<(String, MessageId)>>>,
    answers: Arc<AtomicUsize>,
}

#[async_trait]
impl Partner for Lab {
    async fn send(&self, parcel: Parcel) -> SendOutcome {
        let text = String::from_utf8_lossy(&parcel.bytes).into_owned();
        let patient = text.split("PID|1||").nth(1).unwrap();
        let patient = patient.split('^').next().unwrap().to_owned();
        let nth = {
            let mut sent = self.sent.lock().unwrap();
            sent.push((patient, parcel.id));
            sent.len()
        };
        if nth > self.answers.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        SendOutcome::Accepted {
            answer: Bytes::from_static(b"MSH|^~\\&\rMSA|AA|1\r"),
        }
    }
}

impl PartnerFactory for Lab {
    fn partner(&self, _: &ChannelName, _: &Destination) -> Result<Arc<dyn Partner>, String> {
        Ok(Arc::new(self.clone()))
    }
}

/// An instance as it comes up: it waits for the lease, reads its keys, and begins to deliver.
async fn instance(port: u16, keys: &KeyFile, lab: &Lab) -> Messaging {
    let redis = connect(port, Durability::FSYNC).await;
    let holder = Holder::generate().unwrap();
    let lease = Lease::wait(&redis, &RedisMessages::tag(), holder, SHORT).await;
    let of_keeper = lease.clone();
    tokio::spawn(async move { of_keeper.keep().await });
    let provider = Arc::new(keys.provider());
    let ring = KeyRing::load(provider, Arc::new(RedisWrappedKeys::new(&redis))).unwrap();
    let parts = MessagingParts {
        store: Arc::new(RedisMessages::open(lease).await.unwrap()),
        ring: Arc::new(ring),
        blind_index: Arc::new(keys.blind_index()),
        clock: Arc::new(ManualClock::at(sample::MIDNIGHT)),
        partners: Arc::new(lab.clone()),
        min_free_bytes: 0,
        node: "test".to_owned(),
    };
    let name = ChannelName::new("adt").unwrap();
    let channel = parse_channel(name, CHANNEL, "adt.toml").unwrap();
    Messaging::start(parts, vec![channel]).await.unwrap()
}

async fn take(messaging: &Messaging, number: usize) {
    let name = ChannelName::new("adt").unwrap();
    let patient = number % PATIENTS;
    let text = format!(
        "MSH|^~\\&|APP|FAC|||20261121||ADT^A08|C{number}|P|2.5.1\rPID|1||M{patient}^^^HOSP^MR\r"
    );
    let arrival = Arrival {
        channel: messaging.channel_definition(&name).unwrap(),
        peer: "192.0.2.17".to_owned(),
        payload: Bytes::from(text),
    };
    let acceptance = messaging.accept(arrival).await.await;
    assert_eq!(acceptance.result, AcceptanceResult::Stored);
}

#[test]
fn an_instance_that_dies_while_it_delivers_leaves_order_and_everything_to_a_standby() {
    let server = Server::start();
    let lab = Lab {
        sent: Arc::default(),
        answers: Arc::new(AtomicUsize::new(ANSWERS)),
    };
    let keys = KeyFile::generate().unwrap();
    let first = Runtime::new().unwrap();
    first.block_on(async {
        let messaging = instance(server.port(), &keys, &lab).await;
        for number in 0..MESSAGES {
            take(&messaging, number).await;
        }
        while lab.sent.lock().unwrap().len() <= ANSWERS {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        std::mem::forget(messaging);
    });

    // Its tasks end where they are; nothing is finished or told.
    first.shutdown_background();
    lab.answers.store(usize::MAX, Ordering::SeqCst);
    let second = Runtime::new().unwrap();
    let delivered = second.block_on(async {
        let messaging = instance(server.port(), &keys, &lab).await;
        let queue = sample::queue("adt", "lab");
        let waiting = || messaging.totals().destination(&queue).waiting;
        while waiting() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        messaging.totals().destination(&queue).delivered
    });

    assert_eq!(delivered, MESSAGES as u64);
    let mut of_patients: BTreeMap<String, Vec<MessageId>> = BTreeMap::new();
    for (patient, id) in lab.sent.lock().unwrap().iter() {
        let sent = of_patients.entry(patient.clone()).or_default();
        // The one whose settling was cut off comes again, and nothing before it.
        if sent.last() != Some(id) {
            sent.push(*id);
        }
    }
    for (patient, sent) in &of_patients {
        assert!(sent.is_sorted_by(|a, b| a < b), "{patient}: {sent:?}");
        assert_eq!(sent.len(), MESSAGES / PATIENTS, "{patient}");
    }
    assert_eq!(of_patients.len(), PATIENTS);
}
