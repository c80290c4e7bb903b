//! The canary scan: a name, a record number and a birth date go through the services above the ports, and are found
//! neither on the server's disk nor in what it was told.

use std::fs::File;
use std::process::{Child, Command};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::json;
use wardline_kernel::ManualClock;
use wardline_messaging::channel::{Destination, parse_channel};
use wardline_messaging::model::ChannelName;
use wardline_messaging::port::{Parcel, Partner, PartnerFactory, SendOutcome};
use wardline_messaging::{Arrival, Messaging, MessagingParts};
use wardline_patients::model::{Change, Field, FieldPath};
use wardline_patients::{Patients, PatientsParts};
use wardline_phi::KeyFile;
use wardline_store_redis::{Holder, Redis, RedisBeds, RedisErasures, RedisMessages, RedisPatients};
use wardline_testkit::{block_on, canary, key_ring, sample};
use wardline_vitals::{LiveBeds, LiveBedsParts};

use super::server::{Server, lease};

const MARKERS: [&str; 5] = [
    "Zebrowski",
    "MRN-4711-0815",
    "19710309",
    "1971-03-09",
    "219-09-9999",
];

const ADMISSION: &str = "MSH|^~\\&|APP|FAC|||20261121||ADT^A01|C1|P|2.5.1\rEVN||20261121\r\
    PID|1||MRN-4711-0815^^^HOSP^MR||Zebrowski^Ada||19710309|F\rPV1|1|I|ICU^1^A|||||||||||||||V1\r";

#[test]
fn no_marker_is_found_on_disk_or_in_what_the_server_was_told() {
    block_on(async {
        let server = Server::start();
        let listener = Listener::to(&server);
        let redis = server.connect().await;

        message_is_taken_and_delivered(&redis).await;
        patient_is_admitted(&redis).await;
        record_is_kept_and_erased(&redis).await;

        assert_eq!(server.cli(&["SAVE"]).trim(), "OK");
        drop(listener);
        assert!(server.folder().join("dump.rdb").exists());
        let told = std::fs::read_to_string(server.folder().join("told")).unwrap();
        assert!(
            told.contains("wl_commit") && told.contains(":i:"),
            "nothing was told"
        );
        let findings = canary::scan(server.folder(), &MARKERS);
        assert!(findings.is_empty(), "{findings:?}");
        // The scan does find what is there.
        server.cli(&["SET", "leak", "Zebrowski"]);
        assert!(!canary::scan(server.folder(), &MARKERS).is_empty());
    });
}

/// `MONITOR`, into a file in the server's folder.
struct Listener(Child);

impl Listener {
    fn to(server: &Server) -> Self {
        let told = File::create(server.folder().join("told")).unwrap();
        let port = server.port().to_string();
        let mut cli = Command::new("redis-cli");
        let listener = Self(
            cli.args(["-p", &port, "MONITOR"])
                .stdout(told)
                .spawn()
                .unwrap(),
        );
        server.wait_until_it_says(&["CLIENT", "LIST"], "cmd=monitor");
        listener
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

async fn message_is_taken_and_delivered(redis: &Redis) {
    let lease = lease(redis, &RedisMessages::tag(), Holder::generate().unwrap()).await;
    let keys = key_ring::new();
    let parts = MessagingParts {
        store: Arc::new(RedisMessages::open(lease).await.unwrap()),
        ring: Arc::new(keys.ring),
        blind_index: Arc::new(keys.blind_index),
        clock: Arc::new(ManualClock::at(sample::MIDNIGHT)),
        partners: Arc::new(Lab),
        min_free_bytes: 0,
        node: "test".to_owned(),
    };
    let text = "[listener]\naddress = \"127.0.0.1:0\"\n[[destination]]\nname = \"lab\"\nkind = \"mllp\"\n\
                address = \"lab:2575\"\n";
    let name = ChannelName::new("adt").unwrap();
    let channel = parse_channel(name.clone(), text, "adt.toml").unwrap();
    let messaging = Messaging::start(parts, vec![channel]).await.unwrap();
    let arrival = Arrival {
        channel: messaging.channel_definition(&name).unwrap(),
        peer: "192.0.2.17".to_owned(),
        payload: Bytes::from_static(ADMISSION.as_bytes()),
    };
    messaging.accept(arrival).await.await;
    let delivered = || {
        let totals = messaging.totals();
        totals.destination(&sample::queue("adt", "lab")).delivered
    };
    while delivered() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    messaging.stop().await;
}

/// Takes everything, and answers with the patient's name.
struct Lab;

#[async_trait]
impl Partner for Lab {
    async fn send(&self, _: Parcel) -> SendOutcome {
        SendOutcome::Accepted {
            answer: Bytes::from_static(b"MSH|^~\\&\rMSA|AA|C1|Zebrowski\r"),
        }
    }
}

impl PartnerFactory for Lab {
    fn partner(&self, _: &ChannelName, _: &Destination) -> Result<Arc<dyn Partner>, String> {
        Ok(Arc::new(Self))
    }
}

async fn patient_is_admitted(redis: &Redis) {
    let lease = lease(redis, &RedisBeds::tag(), Holder::generate().unwrap()).await;
    let keys = key_ring::new();
    let parts = LiveBedsParts {
        store: Arc::new(RedisBeds::open(lease)),
        ring: Arc::new(keys.ring),
        blind_index: Arc::new(keys.blind_index),
        clock: Arc::new(ManualClock::at(sample::MIDNIGHT)),
    };
    let settings = wardline_vitals::Settings::default();
    let beds = LiveBeds::open(parts, settings).await.unwrap();
    beds.receive(ADMISSION.as_bytes()).await.unwrap();
    assert_eq!(beds.units().len(), 1);
    beds.stop().await;
}

async fn record_is_kept_and_erased(redis: &Redis) {
    let file = KeyFile::generate().unwrap();
    let parts = PatientsParts {
        store: Arc::new(RedisPatients::new(redis)),
        ledger: Arc::new(RedisErasures::new(redis)),
        provider: Arc::new(file.provider()),
        blind_index: Arc::new(file.blind_index()),
        clock: Arc::new(ManualClock::at(sample::MIDNIGHT)),
    };
    let patients = Patients::open(parts, wardline_patients::Settings::default())
        .await
        .unwrap();
    let mut change = Change::new();
    for (field, value) in [
        (
            Field::Name,
            json!({"family": "Zebrowski", "given": ["Ada"]}),
        ),
        (Field::BirthDate, json!("1971-03-09")),
        (Field::Ssn, json!("219-09-9999")),
        (
            Field::RecordNumbers,
            json!([{"value": "MRN-4711-0815", "authority": "HOSP"}]),
        ),
    ] {
        change.set(FieldPath::Field(field), &value).unwrap();
    }
    let ada = patients.create(change, "user-7").await.unwrap().patient;
    patients.erase(ada, None).await.unwrap();
}
