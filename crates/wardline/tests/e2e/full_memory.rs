//! A Redis whose memory is full (`noeviction`): senders are told to try later, nothing acknowledged is lost, what needs no
//! memory goes on, and with room everything does, by itself.

use serde_json::json;
use wardline_estate::Role;
use wardline_estate::description::Topology;
use wardline_simulator::partner::{Partner, PartnerOptions};

use crate::estate::Estate;
use crate::home::{Home, Node, free_address};
use crate::http;
use crate::sender::{Sender, admission};
use crate::wait::until;

const SCOPES: &str = "sessions:check,sessions:write,sessions:revoke,read";
const MEMORY_MIB: u64 = 96;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_memory_is_answered_ae_reads_go_on_and_with_room_it_resumes_by_itself() {
    let estate = Estate::raise_as(Topology::Standalone, |spec| {
        spec.settings.max_memory_mib = MEMORY_MIB;
    })
    .await;
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();
    let mut home = Home::new().await;
    for (variable, value) in estate.settings() {
        home.set(variable, &value);
    }
    home.set("WARDLINE_REDIS__MIN_FREE_BYTES", "16777216");
    let listener = free_address();
    let address = partner.address();
    home.channel(
        "adt-in",
        &format!(
            "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"partner\"\nkind = \"mllp\"\n\
             address = \"{address}\"\n"
        ),
    );
    let token = home.make_token(SCOPES).await;
    let node = home.start().await;
    let mut sender = Sender::to(listener).await;
    assert_eq!(sender.send(&admission("BEFORE-1", "4711")).await.0, "AA");
    let session = begin(&node, &token).await.1;

    // Nearly full: what is kept free is for what is stored already.
    let ballast = Ballast::new(&estate);
    ballast.leave(8).await;
    until("it says that it takes nothing more", async || {
        node.readiness().await == 503
    })
    .await;
    let (code, answer) = sender.send(&admission("FULL-1", "4711")).await;
    assert_eq!(code, "AE", "{answer}");
    assert!(answer.contains("free space"), "{answer}");
    let shown = node.ask("GET", "/v1/messages/1/raw", None).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    node.drained("adt-in").await;

    // Full to the last byte.
    ballast.leave(0).await;
    let (code, answer) = sender.send(&admission("FULL-2", "4711")).await;
    assert_eq!(code, "AE", "{answer}");
    assert!(
        is_live(&node, &token, &session).await,
        "a check needs no memory"
    );
    assert_eq!(begin(&node, &token).await.0, 503);
    assert_eq!(node.ask("GET", "/v1/channels", None).await.status, 200);
    let shown = node.ask("GET", "/v1/messages/1/raw", None).await;
    assert_eq!(
        shown.status,
        503,
        "read without a record of it: {}",
        shown.text()
    );

    // The runbook's way out.
    ballast.more_memory().await;
    until("it is ready again", async || node.readiness().await == 200).await;
    assert_eq!(sender.send(&admission("AFTER-1", "4711")).await.0, "AA");
    assert_eq!(begin(&node, &token).await.0, 201);
    let shown = node.ask("GET", "/v1/messages/1/raw", None).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    node.drained("adt-in").await;
    assert_eq!(partner.summary().received, 2);
    node.stop().await;
}

/// What fills the server, as its administrator.
struct Ballast<'e> {
    estate: &'e Estate,
}

impl<'e> Ballast<'e> {
    fn new(estate: &'e Estate) -> Self {
        Self { estate }
    }

    async fn call(&self, words: &[&str]) -> Result<String, String> {
        let lab = &self.estate.lab;
        let mut link = lab
            .link(lab.data_addresses()[0], Role::Admin)
            .await
            .unwrap();
        match link.call(words).await {
            Ok(value) => Ok(format!("{value:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Fills memory until so many MiB are left; 0: until the server refuses, with some MiB more than it may have, since
    /// what clients' buffers give back would be room again.
    async fn leave(&self, mib: u64) {
        let wanted = (MEMORY_MIB - mib) << 20;
        let value = "x".repeat(1 << 20);
        for part in 0..1_000_u32 {
            if mib > 0 && self.used().await >= wanted {
                return;
            }
            let key = format!("ballast:{mib}:{part}");
            let put = self.call(&["SET", &key, &value]).await;
            if put.is_err_and(|why| why.contains("OOM")) {
                let less = (self.used().await - (4 << 20)).to_string();
                self.call(&["CONFIG", "SET", "maxmemory", &less])
                    .await
                    .unwrap();
                return;
            }
        }
        panic!("it does not get full");
    }

    async fn used(&self) -> u64 {
        let lab = &self.estate.lab;
        let mut link = lab
            .link(lab.data_addresses()[0], Role::Admin)
            .await
            .unwrap();
        let info = link.call(&["INFO", "memory"]).await.unwrap();
        let info = format!("{info:?}");
        let (_, rest) = info.split_once("used_memory:").unwrap();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    }

    async fn more_memory(&self) {
        let set = self.call(&["CONFIG", "SET", "maxmemory", "300mb"]).await;
        set.unwrap();
    }
}

/// The status, and the token of the session.
async fn begin(node: &Node, token: &str) -> (u16, String) {
    let body = json!({"user": "u-1", "role": "nurse", "portal": "hyperspace"}).to_string();
    let asked = http::request(node.http, Some(token), "POST", "/v1/sessions", Some(&body)).await;
    let answer = asked.unwrap();
    let token = answer.json()["token"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (answer.status, token)
}

async fn is_live(node: &Node, token: &str, session: &str) -> bool {
    let body = json!({"token": session, "activity": true}).to_string();
    let path = "/v1/sessions/check";
    let asked = http::request(node.http, Some(token), "POST", path, Some(&body)).await;
    asked.unwrap().json()["allowed"] == true
}
