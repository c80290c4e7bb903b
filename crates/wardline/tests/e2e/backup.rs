//! A backup of Redis, brought back into servers that have nothing.

use std::fs;
use std::path::Path;

use serde_json::json;
use wardline_estate::description::Topology;

use crate::estate::Estate;
use crate::home::{Home, Node, free_address};
use crate::http;
use crate::sender::{Sender, admission};

const SESSIONS: &str = "sessions:check,sessions:write,read";
/// Written down nowhere in clear.
const CANARY: &str = "BACKUPCANARY";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_and_a_session_are_back_after_a_restore_into_a_fresh_sentinel_estate() {
    a_restore_brings_back(Topology::Sentinel).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_and_a_session_are_back_after_a_restore_into_a_fresh_cluster() {
    a_restore_brings_back(Topology::Cluster).await;
}

async fn a_restore_brings_back(topology: Topology) {
    let lost = Estate::raise(topology).await;
    let mut home = Home::new().await;
    let listener = free_address();
    home.channel("adt-in", &format!("[listener]\naddress = \"{listener}\"\n"));
    let application = home.make_token(SESSIONS).await;
    let node = start(&mut home, &lost).await;
    let mut sender = Sender::to(listener).await;
    let (code, answer) = sender.send(&admission("KEPT-1", "4711")).await;
    assert_eq!(code, "AA", "{answer}");
    let session = begin(&node, &application).await;
    let backup = home.folder().join("backup");
    let backup = backup.to_str().unwrap().to_owned();
    let of = |estate: &Estate| estate.lab.directory().to_str().unwrap().to_owned();

    // Wardline goes on meanwhile.
    runs(
        &home,
        &[
            "redis",
            "backup",
            "create",
            "--dir",
            &of(&lost),
            "--to",
            &backup,
        ],
    )
    .await;
    let (code, answer) = sender.send(&admission("LATER-1", "4712")).await;
    assert_eq!(code, "AA", "{answer}");
    node.stop().await;
    lost.lab.down();
    drop(lost);

    assert_eq!(clear_text_in(Path::new(&backup)), None);
    let said = runs(&home, &["redis", "backup", "verify", &backup]).await;
    assert!(said.contains("whole"), "{said}");
    let fresh = Estate::raise(topology).await;
    let restore = ["redis", "backup", "restore", &backup, "--dir", &of(&fresh)];
    runs(&home, &[&restore[..], &["--keep-sessions"]].concat()).await;
    let node = start(&mut home, &fresh).await;
    assert_eq!(control_ids(&node).await, ["KEPT-1"]);
    assert!(is_live(&node, &application, &session).await);
    // And it goes on from there.
    let mut sender = Sender::to(listener).await;
    let (code, answer) = sender.send(&admission("AFTER-1", "4713")).await;
    assert_eq!(code, "AA", "{answer}");
    node.stop().await;

    // Sessions end with a restore unless they are kept.
    runs(&home, &restore).await;
    let node = start(&mut home, &fresh).await;
    assert_eq!(control_ids(&node).await, ["KEPT-1"]);
    assert!(!is_live(&node, &application, &session).await);
    node.stop().await;
    // The command started the servers anew, so this process does not know them.
    runs(&home, &["redis", "lab", "down", "--dir", &of(&fresh)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_that_was_changed_or_is_of_other_keys_or_would_overwrite_is_refused() {
    let estate = Estate::raise_as(Topology::Standalone, |_| {}).await;
    let dir = estate.lab.directory().to_str().unwrap().to_owned();
    let (home, stranger) = (Home::new().await, Home::new().await);
    let backup = home.folder().join("backup");
    let name = backup.to_str().unwrap();
    let create = ["redis", "backup", "create", "--dir", &dir, "--to", name];
    runs(&home, &create).await;

    let again = fails(&home, &create).await;
    assert!(again.contains("there already"), "{again}");
    let others = fails(&stranger, &["redis", "backup", "verify", name]).await;
    assert!(others.contains("do not open it"), "{others}");
    let data = home.folder().join("node");
    let into = [
        "redis",
        "backup",
        "restore",
        name,
        "--into",
        data.to_str().unwrap(),
    ];
    runs(&home, &into).await;
    let twice = fails(&home, &into).await;
    assert!(twice.contains("without data"), "{twice}");
    let shard = backup.join("shard-0.sealed");
    let whole = fs::read(&shard).unwrap();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    for damaged in [&changed[..], &whole[..whole.len() - 1]] {
        fs::write(&shard, damaged).unwrap();
        let refused = fails(&home, &["redis", "backup", "verify", name]).await;
        assert!(refused.contains("not as it was written"), "{refused}");
        let refused = fails(&home, &["redis", "backup", "restore", name, "--dir", &dir]).await;
        assert!(refused.contains("not as it was written"), "{refused}");
    }
    assert!(estate.lab.lacking().await.is_empty());
    fs::write(&shard, &whole).unwrap();
    let manifest = backup.join("backup.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("standalone", "cluster")).unwrap();
    let refused = fails(&home, &["redis", "backup", "verify", name]).await;
    assert!(refused.contains("not as it was written"), "{refused}");
}

async fn start(home: &mut Home, estate: &Estate) -> Node {
    for (variable, value) in estate.settings() {
        home.set(variable, &value);
    }
    home.start().await
}

async fn runs(home: &Home, args: &[&str]) -> String {
    let ran = home.run(args).await;
    assert!(ran.status.success(), "{args:?}: {ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

async fn fails(home: &Home, args: &[&str]) -> String {
    let ran = home.run(args).await;
    assert!(!ran.status.success(), "{args:?}: {ran:?}");
    String::from_utf8(ran.stderr).unwrap()
}

async fn begin(node: &Node, token: &str) -> String {
    let body = json!({"user": CANARY, "role": "nurse", "portal": "hyperspace"}).to_string();
    let created = http::request(node.http, Some(token), "POST", "/v1/sessions", Some(&body)).await;
    let created = created.unwrap();
    assert_eq!(created.status, 201, "{}", created.text());
    created.json()["token"].as_str().unwrap().to_owned()
}

async fn is_live(node: &Node, token: &str, session: &str) -> bool {
    let body = json!({"token": session, "activity": false}).to_string();
    let path = "/v1/sessions/check";
    let checked = http::request(node.http, Some(token), "POST", path, Some(&body)).await;
    let checked = checked.unwrap();
    assert_eq!(checked.status, 200, "{}", checked.text());
    checked.json()["allowed"] == true
}

/// The control ids of all messages, by number.
async fn control_ids(node: &Node) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 1.. {
        let path = format!("/v1/messages/{number}/raw");
        let raw = node.ask("GET", &path, None).await;
        if raw.status == 404 {
            break;
        }
        assert_eq!(raw.status, 200, "{}", raw.text());
        ids.push(raw.text().split('|').nth(9).unwrap().to_owned());
    }
    ids
}

/// The first file of a folder that holds a key's name or something of a person.
fn clear_text_in(folder: &Path) -> Option<String> {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        for word in [&b"wl:{"[..], b"REDIS0", CANARY.as_bytes(), b"4711"] {
            if bytes.windows(word.len()).any(|window| window == word) {
                return Some(path.display().to_string());
            }
        }
    }
    None
}
