//! SIGHUP: changed channel files take effect, wrong ones change nothing.

use std::net::SocketAddr;

use serde_json::json;

use crate::home::{Home, Node, free_address};
use crate::http;
use crate::partner::{Recorder, control_id};
use crate::sender::{Sender, admission};
use crate::wait::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_channel_file_takes_effect_and_a_wrong_one_is_refused_whole_with_its_place() {
    let (first, second) = (Recorder::accepting().await, Recorder::accepting().await);
    let (listener, other_listener) = (free_address(), free_address());
    let home = Home::new().await;
    home.channel("adt-in", &channel(listener, first.address));
    let node = home.start().await;
    // A connection that stays open all along.
    let mut sender = Sender::to(listener).await;
    deliver(&mut sender, "M-1", &first).await;

    home.channel("adt-in", &channel(listener, second.address));
    home.channel("lab-in", &channel(other_listener, second.address));
    reload(&home, &node).await;
    deliver(&mut sender, "M-2", &second).await;
    deliver(&mut Sender::to(other_listener).await, "M-3", &second).await;

    // One file is right and would send elsewhere, the other one has a mistake in its fifth line.
    home.channel("adt-in", &channel(listener, first.address));
    let wrong = channel(other_listener, first.address).replace("kind", "kinds");
    home.channel("lab-in", &wrong);
    reload(&home, &node).await;
    let log = home.log();
    assert!(
        log.contains("lab-in.toml:5") && log.contains("kinds"),
        "{log}"
    );
    deliver(&mut sender, "M-4", &second).await;
    deliver(&mut Sender::to(other_listener).await, "M-5", &second).await;

    home.channel("lab-in", &channel(other_listener, first.address));
    reload(&home, &node).await;
    deliver(&mut sender, "M-6", &first).await;
    deliver(&mut Sender::to(other_listener).await, "M-7", &first).await;
    assert_eq!(node.readiness().await, 200);
    // Each of the two that were taken is in the trail; the one that was refused changed nothing.
    assert_eq!(changes_on_record(&home, &node).await, 2);
    node.stop().await;
}

/// Changes of the configuration that the trail has.
async fn changes_on_record(home: &Home, node: &Node) -> usize {
    let token = home.make_token("audit:read").await;
    node.signal("HUP").await;
    let asked = json!({"filter": {"kind": "configuration-changed"}}).to_string();
    let search = async || {
        let path = "/v1/audit/search";
        http::request(node.http, Some(&token), "POST", path, Some(&asked)).await
    };
    until("the new token is known", async || {
        search().await.is_ok_and(|answer| answer.status == 200)
    })
    .await;
    let found = search().await.unwrap().json();
    let of_the_token = 1;
    found["items"].as_array().unwrap().len() - of_the_token
}

/// SIGHUP, and waits until its outcome is in the log.
async fn reload(home: &Home, node: &Node) {
    let before = reloads(home);
    node.signal("HUP").await;
    until("it has reloaded or refused to", async || {
        reloads(home) > before
    })
    .await;
}

fn reloads(home: &Home) -> usize {
    home.log().matches("reloaded").count()
}

/// The message is acknowledged and then arrives there.
async fn deliver(sender: &mut Sender, control: &str, partner: &Recorder) {
    let (code, answer) = sender.send(&admission(control, "4711")).await;
    assert_eq!(code, "AA", "{answer}");
    until("it arrives", async || {
        partner
            .received()
            .iter()
            .any(|it| control_id(it) == control)
    })
    .await;
}

fn channel(listener: SocketAddr, partner: SocketAddr) -> String {
    format!(
        "[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"partner\"\nkind = \"mllp\"\n\
         address = \"{partner}\"\n"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_policies_are_in_force_before_a_new_channel_and_a_wrong_set_changes_nothing() {
    let listener = free_address();
    let mut home = Home::new().await;
    home.set("WARDLINE_ACCESS__POLICIES_DIRECTORY", "policies");
    let policies = home.folder().join("policies");
    copy_policies(&policies);
    let node = home.start().await;

    // When the site takes the right of interfaces away and adds a channel that would need it, at once.
    let machines = policies.join("machines.cedar");
    let text = std::fs::read_to_string(&machines).unwrap();
    let without = text.replace(
        "DataType::\"lab_results\",\n      DataType::\"demographics\"",
        "DataType::\"lab_results\"",
    );
    assert_ne!(text, without);
    std::fs::write(&machines, &without).unwrap();
    home.channel(
        "adt-in",
        &format!("[listener]\naddress = \"{listener}\"\n[[destination]]\nname = \"records\"\nkind = \"records\"\n"),
    );
    reload(&home, &node).await;

    // Then the first message of the channel is decided by the new policies: no record comes of it.
    assert_eq!(other_policies(&home), 1);
    Sender::to(listener)
        .await
        .send(&admission("M-1", "4711"))
        .await;
    until("it became a dead letter", async || {
        let channel = node.channel("adt-in").await;
        channel["destinations"][0]["dead_letters"] == 1
    })
    .await;

    // And a set that cannot be used leaves the one in force.
    std::fs::write(&machines, "permit (").unwrap();
    reload(&home, &node).await;
    assert_eq!(other_policies(&home), 1);
    assert!(home.log().contains("access.policies_directory"));
    node.stop().await;
}

/// The policies that Wardline comes with, to be changed.
fn copy_policies(to: &std::path::Path) {
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../access/policies");
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "cedar") {
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

/// How often other policies came into force.
fn other_policies(home: &Home) -> usize {
    home.log().matches("other policies are in force").count()
}
