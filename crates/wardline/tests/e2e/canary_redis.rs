//! Promise 3 on Redis: what identifies a patient or proves who a person is stands neither in the dump nor in the append-only
//! file, and is not said to replicas or to whoever watches the server.
//!
//! Every service of the real binary writes: messages, sessions, beds, records, people, the trail, erasures.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use wardline_estate::Role;
use wardline_estate::description::Topology;
use wardline_testkit::canary;

use crate::canary::{BORN, MRN, NAME, about_patient, quoting};
use crate::estate::Estate;
use crate::home::{Home, free_address};
use crate::http;
use crate::partner::Recorder;
use crate::people::PASSWORD;
use crate::records::{ALLERGY, FAMILY, SSN, Ward, loud_home};
use crate::sender::Sender;
use crate::tap::Tap;
use crate::wait::until;

const DEVICE: &str = "DEVICECANARY";
const FIELD: &str = "FIELDCANARY";
const USER: &str = "user-canary-7";
const REASON: &str = "REASONCANARY";
const MARKERS: [&str; 14] = [
    NAME,
    FAMILY,
    MRN,
    BORN,
    "1943-02-17",
    SSN,
    "219099999",
    ALLERGY,
    PASSWORD,
    "QUILLZEBROW",
    DEVICE,
    FIELD,
    USER,
    REASON,
];
/// Each service has written under its own tag.
const FAMILIES: [&str; 9] = [
    "wl:{m}:",
    "wl:{s:",
    "wl:{s:log}:",
    "wl:{u:",
    "wl:{b}:",
    "wl:{p:",
    "wl:{access}:",
    "wl:{a:",
    "wl:{e}:",
];
const SCOPES: &str = "sessions:check,sessions:write,sessions:revoke";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_service_leaves_a_marker_in_dump_append_only_file_replication_or_monitor() {
    let watched = Watched::raise().await;
    let mut home = loud_home().await;
    for (variable, value) in watched.estate.settings() {
        home.set(variable, &value);
    }
    let listener = free_address();
    let partner = Recorder::answering(|message| Some(quoting(message))).await;
    home.channel("lab-in", &channel(listener, partner.address));
    let application = token_of_an_application(&home).await;

    let ward = Ward::open(&home).await;
    messages_are_delivered_and_die(&ward, listener, &partner).await;
    sessions_come_and_go(ward.site.node.http, &application).await;
    the_glass_is_broken(&ward).await;
    two_officers_erase_the_record(&ward).await;
    let Ward { site, .. } = ward;
    site.node.stop().await;

    watched.save().await;
    watched.everything_was_written_everywhere();
    assert_eq!(watched.findings(), Vec::<String>::new());
    let log = canary::scan_bytes(&home.log_path(), home.log().as_bytes(), &MARKERS);
    assert!(log.is_empty(), "{log:?}");
    // The scan does find what is there, in each of them.
    watched.plant(&format!("{NAME} {SSN}")).await;
    for place in watched.places() {
        let found = canary::scan(&place, &[NAME]);
        assert!(!found.is_empty(), "nothing is found in {}", place.display());
    }
}

/// A server without TLS that compresses nothing, with somebody at every place where it says something.
struct Watched {
    estate: Estate,
    folder: TempDir,
    taps: [Tap; 2],
}

impl Watched {
    async fn raise() -> Self {
        let estate = Estate::raise_as(Topology::Standalone, |spec| spec.settings.tls = false).await;
        let folder = tempfile::tempdir().unwrap();
        let server = estate.lab.data_addresses()[0];
        let mut link = estate.lab.link(server, Role::Admin).await.unwrap();
        link.call(&["CONFIG", "SET", "rdbcompression", "no"])
            .await
            .unwrap();
        let place = |name: &str| {
            fs::create_dir(folder.path().join(name)).unwrap();
            folder.path().join(name).join("said")
        };
        let password = |role| estate.lab.password(role);
        let taps = [
            Tap::of_a_replica(server, password(Role::Replication), &place("replication")).await,
            Tap::of_an_onlooker(server, password(Role::Admin), &place("monitor")).await,
        ];
        Self {
            estate,
            folder,
            taps,
        }
    }

    /// Dump, append-only file, replication, monitor.
    fn places(&self) -> [PathBuf; 4] {
        let data = self.estate.lab.directory().join("data/redis-1");
        [
            self.folder.path().join("dump"),
            data.join("appendonlydir"),
            self.folder.path().join("replication"),
            self.folder.path().join("monitor"),
        ]
    }

    /// Has the server write its dump, and puts a copy beside the others.
    async fn save(&self) {
        let server = self.estate.lab.data_addresses()[0];
        let mut link = self.estate.lab.link(server, Role::Admin).await.unwrap();
        link.call(&["SAVE"]).await.unwrap();
        let dump = self.folder.path().join("dump");
        fs::create_dir_all(&dump).unwrap();
        let data = self.estate.lab.directory().join("data/redis-1");
        fs::copy(data.join("dump.rdb"), dump.join("dump.rdb")).unwrap();
        // What was written last has come out everywhere when this has.
        let mark = format!("wl:mark:{}", fastrand::u64(..));
        link.call(&["SET", &mark, "x"]).await.unwrap();
        for place in &self.places()[1..] {
            until("the last write has come out", async || {
                read_all(place)
                    .windows(mark.len())
                    .any(|bytes| bytes == mark.as_bytes())
            })
            .await;
        }
        for tap in &self.taps {
            tap.assert_complete();
        }
    }

    fn everything_was_written_everywhere(&self) {
        for place in self.places() {
            let bytes = read_all(&place);
            for family in FAMILIES {
                let is_there = bytes
                    .windows(family.len())
                    .any(|it| it == family.as_bytes());
                assert!(is_there, "nothing of {family} in {}", place.display());
            }
        }
    }

    fn findings(&self) -> Vec<String> {
        let places = self.places();
        let findings = places
            .iter()
            .flat_map(|place| canary::scan(place, &MARKERS));
        findings.map(|finding| finding.to_string()).collect()
    }

    async fn plant(&self, text: &str) {
        let server = self.estate.lab.data_addresses()[0];
        let mut link = self.estate.lab.link(server, Role::Admin).await.unwrap();
        link.call(&["SET", "wl:leak", text]).await.unwrap();
        self.save().await;
    }
}

fn read_all(place: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(place).unwrap() {
        bytes.extend(fs::read(entry.unwrap().path()).unwrap_or_default());
    }
    bytes
}

fn channel(listener: SocketAddr, partner: SocketAddr) -> String {
    format!(
        "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"partner\"\nkind = \"mllp\"\n\
         address = \"{partner}\"\nacknowledgement_timeout_seconds = 1\n[destination.retry]\nmax_attempts = 2\n\
         first_delay_ms = 10\ncircuit_failures = 1000\n"
    )
}

async fn token_of_an_application(home: &Home) -> String {
    let create = [
        "token",
        "create",
        "portal",
        "--scope",
        SCOPES,
        "--write",
        "portal.token",
    ];
    let made = home.run(&create).await;
    assert!(made.status.success(), "{made:?}");
    let token = fs::read_to_string(home.folder().join("portal.token")).unwrap();
    token.trim().to_owned()
}

/// Delivered ones and dead ones, of which one is discarded for a reason.
async fn messages_are_delivered_and_die(ward: &Ward<'_>, listener: SocketAddr, partner: &Recorder) {
    let mut sender = Sender::to(listener).await;
    for trigger in ["A01", "A08", "A03"] {
        let (code, answer) = sender.send(about_patient(trigger, "").as_bytes()).await;
        assert_eq!(code, "AA", "{answer}");
    }
    let (code, _) = sender
        .send(format!("PID|1||{MRN}||{NAME}\r").as_bytes())
        .await;
    assert_eq!(code, "AR");
    let node = &ward.site.node;
    node.drained("lab-in").await;
    assert!(partner.received().len() >= 3);
    let dead = node.ask("GET", "/v1/dead-letters", None).await.json();
    let letter = dead["items"][0].clone();
    let path = format!(
        "/v1/dead-letters/lab-in/partner/{}/discard",
        letter["message"]["id"]
    );
    let reason = json!({"reason": format!("{REASON}: {NAME} was merged")}).to_string();
    let discarded = node.ask("POST", &path, Some(&reason)).await;
    assert_eq!(discarded.status, 204, "{dead}: {}", discarded.text());
}

/// One that is checked and stays, one that is ended.
async fn sessions_come_and_go(address: SocketAddr, token: &str) {
    let post = async |path: &str, body: serde_json::Value| {
        let body = body.to_string();
        let answer = http::request(address, Some(token), "POST", path, Some(&body)).await;
        answer.unwrap()
    };
    for ends in [false, true] {
        let begun = post(
            "/v1/sessions",
            json!({"user": USER, "role": "nurse", "portal": "hyperspace", "department": "icu-2",
                "client": {"ip": "192.0.2.7", "user_agent": DEVICE, "device": DEVICE}, "fields": {"patient": FIELD}}),
        )
        .await;
        assert_eq!(begun.status, 201, "{}", begun.text());
        let begun = begun.json();
        let check = json!({"token": begun["token"], "activity": true});
        for _ in 0..20 {
            let checked = post("/v1/sessions/check", check.clone()).await;
            assert_eq!(checked.json()["allowed"], true, "{}", checked.text());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if ends {
            let path = format!("/v1/sessions/{}", begun["id"].as_str().unwrap());
            let ended = http::request(address, Some(token), "DELETE", &path, None).await;
            assert_eq!(ended.unwrap().status, 204);
        }
    }
}

/// One says why, the other approves.
async fn two_officers_erase_the_record(ward: &Ward<'_>) {
    let other = ward.site.sign_in("pia").await;
    ward.site
        .keep("reason", &format!("{REASON}: {NAME} asked for it"));
    let ask = ["patient", "erase", &ward.id, "--reason-file", "reason"];
    let asked = ward.run(&ward.officer, &ask, "").await;
    assert_eq!(asked.code, 0, "{asked:?}");
    let approve = ["patient", "approve-erasure", &ward.id, "--for-good"];
    let erased = ward.run(&other, &approve, "").await;
    assert_eq!(erased.code, 0, "{erased:?}");
}

/// With a text of its own, which the trail keeps.
async fn the_glass_is_broken(ward: &Ward<'_>) {
    let why = json!({"patient": {"number": "4711", "authority": "SYNTHHOSP"}, "reason": "emergency_treatment",
        "text": format!("{REASON}, {FAMILY} on the corridor")});
    ward.site.keep("why.json", &why.to_string());
    let code = format!("{}\n", ward.lee.authenticator.code());
    let request = [
        "emergency",
        "request",
        "why.json",
        "--write",
        "emergency.token",
    ];
    let granted = ward.run(&ward.lee, &request, &code).await;
    assert_eq!(granted.code, 0, "{granted:?}");
    let told = ward
        .run(&ward.officer, &["emergency", "notifications"], "")
        .await;
    assert!(told.stdout.contains("lee"), "{told:?}");
}
