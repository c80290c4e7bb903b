//! A job that changes a pile of dead letters is cut short by `kill -9` again and again: nothing is lost, nothing is sent as
//! two copies, and the job goes on by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::home::{Home, Node, free_address};
use crate::partner::{Recorder, acknowledgement, control_id};
use crate::sender::Sender;
use crate::wait::until;

/// Messages that the partner refuses as they came.
const PILE: usize = 160;
/// How often the process is killed while the job runs.
const KILLS: u64 = 3;
/// Dead letters that the job must have changed between two kills.
const BETWEEN: u64 = 12;
/// What the job writes into MSH-6, and the partner takes.
const NEW: &str = "WARD9";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_in_the_middle_of_an_edit_of_dead_letters_loses_and_doubles_nothing() {
    let partner = Recorder::answering(|message| {
        let code = if is_changed(message) { "AA" } else { "AR" };
        Some(acknowledgement(message, code, ""))
    })
    .await;
    let listener = free_address();
    let home = Home::new().await;
    home.channel("orders", &channel(listener, &partner));
    let mut node = home.start().await;
    let mut sender = Sender::to(listener).await;
    for number in 0..PILE {
        let (said, answer) = sender.send(&order(number)).await;
        assert_eq!(said, "AA", "{answer}");
    }
    until("all are refused", async || dead(&node).await == PILE as u64).await;

    let wish = json!({
        "action": "edit_dead_letters",
        "filter": {"channel": "orders"},
        "set": [{"path": "MSH-6", "value": NEW}],
    });
    let started = node.ask("POST", "/v1/jobs", Some(&wish.to_string())).await;
    assert_eq!(started.status, 201, "{started:?}");
    let path = format!("/v1/jobs/{}", started.json()["id"]);
    for _ in 0..KILLS {
        let before = changed(&job(&node, &path).await);
        until("the job has gone on", async || {
            let job = job(&node, &path).await;
            job["state"] != "running" || changed(&job) >= before + BETWEEN
        })
        .await;
        node.kill().await;
        node = home.start().await;
    }
    until("the job has ended", async || {
        job(&node, &path).await["state"] != "running"
    })
    .await;
    node.drained("orders").await;

    // Each original was changed once, says the job,
    let ended = job(&node, &path).await;
    assert_eq!(ended["state"], "finished", "{ended}");
    let counts = &ended["counts"];
    assert_eq!(
        (&counts["changed"], &counts["skipped"]),
        (&json!(PILE), &json!(0)),
        "{ended}"
    );
    assert_eq!(dead(&node).await, 0);
    // and so says the partner: of each patient one copy came, under one MSH-10, however often the wire was cut.
    let mut copies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for message in partner.received().iter().filter(|it| is_changed(it)) {
        let of = copies.entry(patient(message)).or_default();
        of.insert(control_id(message));
    }
    assert_eq!(copies.len(), PILE);
    let doubled: Vec<_> = copies.iter().filter(|(_, ids)| ids.len() != 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
    // The store holds the originals and one copy of each.
    let stored = node.channel("orders").await;
    assert_eq!(stored["received"], json!(2 * PILE), "{stored}");
    let delivered = &stored["destinations"][0]["delivered"];
    assert_eq!(delivered, &json!(PILE), "{stored}");
    node.stop().await;
}

async fn job(node: &Node, path: &str) -> Value {
    node.ask("GET", path, None).await.json()
}

fn changed(job: &Value) -> u64 {
    job["counts"]["changed"].as_u64().unwrap()
}

async fn dead(node: &Node) -> u64 {
    let channel = node.channel("orders").await;
    channel["destinations"][0]["dead_letters"].as_u64().unwrap()
}

fn channel(listener: std::net::SocketAddr, partner: &Recorder) -> String {
    let to = partner.address;
    format!(
        "[listener]\naddress = \"{listener}\"\n[acknowledgement]\nmode = \"original\"\n\
         [[destination]]\nname = \"partner\"\nkind = \"mllp\"\naddress = \"{to}\"\n"
    )
}

/// An order of a patient of its own, long enough that the job is at it for a while.
fn order(number: usize) -> Vec<u8> {
    let note = "synthetic note ".repeat(1_000);
    format!(
        "MSH|^~\\&|REG|SYNTHHOSP|ENGINE|SYNTHHOSP|20260105060000||ADT^A08^ADT_A01|E{number}|P|2.5.1\r\
         EVN|A08|20260105060000\rPID|1||M{number}^^^SYNTHHOSP^MR||Testpatient^Ada\rPV1|1|I|MED^101^A\r\
         OBX|1|TX|NOTE||{note}\r"
    )
    .into_bytes()
}

fn is_changed(message: &[u8]) -> bool {
    field(message, "MSH", 5) == NEW
}

fn patient(message: &[u8]) -> String {
    field(message, "PID", 3)
}

/// A field, read without the parser under test: the parts of a segment by the separator that all orders have.
fn field(message: &[u8], segment: &str, at: usize) -> String {
    let text = String::from_utf8_lossy(message);
    let line = text.split('\r').find(|line| line.starts_with(segment));
    let field = line.and_then(|line| line.split('|').nth(at));
    field.unwrap_or_default().to_owned()
}
