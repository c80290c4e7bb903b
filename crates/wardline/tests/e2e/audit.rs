//! The audit trail from outside: a byte that was altered is found and named, and nothing that was answered is missing
//! in it, whenever the process is killed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use wardline_audit::model::Seq;
use wardline_audit::port::{AuditStore, Commit, Committed, Leaf};
use wardline_store_embedded::{EmbeddedStore, Options};

use crate::home::{Home, free_address};
use crate::http;
use crate::sender::{Sender, admission};

/// How often the process is killed.
const KILLS: usize = 5;
/// Readers at once.
const READERS: usize = 4;
/// Records that are in the trail besides those of opening it.
const RECORDS: u64 = 40;

/// A home whose node wrote a trail and was stopped in order; with the bytes of record 17, and a checkpoint.
async fn stopped() -> (Home, Vec<u8>, String) {
    let home = Home::new().await;
    let token = home.make_token("audit:read").await;
    let node = home.start().await;
    let get = async |path: &str| {
        let answer = http::request(home.http, Some(&token), "GET", path, None).await;
        let answer = answer.unwrap();
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer
    };
    for _ in 0..RECORDS {
        get("/v1/audit/records/0").await;
    }
    let checkpoint = get("/v1/audit/checkpoint").await.text().to_owned();
    let proof = get("/v1/audit/records/17/proof").await.json();
    let leaf = STANDARD.decode(proof["leaf"].as_str().unwrap()).unwrap();
    node.stop().await;
    (home, leaf, checkpoint)
}

/// `wardline audit verify` on the data directory: exit code and what it says.
async fn verified(home: &Home, more: &[&str]) -> (i32, String) {
    let data = home.data.to_str().unwrap();
    let args = [&["audit", "verify", "--data", data], more].concat();
    let ended = home.run(&args).await;
    let said = [ended.stdout, ended.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (ended.status.code().unwrap(), said)
}

/// Every file that holds these bytes, and where.
fn places(folder: &Path, bytes: &[u8]) -> Vec<(PathBuf, usize)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(places(&path, bytes));
            continue;
        }
        let content = fs::read(&path).unwrap();
        let windows = content.windows(bytes.len()).enumerate();
        let here = windows.filter(|(_, window)| *window == bytes);
        found.extend(here.map(|(at, _)| (path.clone(), at)));
    }
    found
}

#[tokio::test]
async fn a_trail_that_nobody_touched_is_found_whole_without_a_server_and_another_one_is_not() {
    let (home, _, checkpoint) = stopped().await;
    let anchor = home.data.with_file_name("checkpoint.txt");
    fs::write(&anchor, checkpoint).unwrap();
    let anchor = anchor.to_str().unwrap();

    let (code, said) = verified(&home, &["--anchor", anchor]).await;
    let (other, _, _) = stopped().await;
    let (of_other, said_of_other) = verified(&other, &["--anchor", anchor]).await;

    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Nothing is wrong"), "{said}");
    assert_eq!(of_other, 7, "{said_of_other}");
}

/// A damaged disk, or somebody with an editor: the store's own checksums tell.
#[tokio::test]
async fn one_flipped_byte_in_a_file_that_holds_a_record_is_found_with_exit_code_7() {
    let (home, leaf, _) = stopped().await;
    let kept = places(&home.data, &leaf);
    assert!(
        !kept.is_empty(),
        "no file holds the record as it was proven"
    );
    for (path, at) in kept {
        let mut content = fs::read(&path).unwrap();
        content[at + leaf.len() - 1] ^= 1;
        fs::write(&path, content).unwrap();
    }

    let (code, said) = verified(&home, &[]).await;

    assert_eq!(code, 7, "{said}");
    assert!(said.contains("is damaged"), "{said}");
}

/// Somebody who knows the store, and writes a row with good checksums.
#[tokio::test]
async fn one_flipped_byte_of_a_row_is_found_and_the_record_named_with_exit_code_7() {
    let (home, leaf, _) = stopped().await;
    let mut altered = leaf;
    *altered.last_mut().unwrap() ^= 1;
    let store = EmbeddedStore::open(&home.data, Options::default()).unwrap();
    let head = store.head().await.unwrap().unwrap();
    let overwrite = Commit {
        expected_size: head.tree.size(),
        leaves: vec![Leaf {
            seq: Seq(17),
            bytes: altered.into(),
            postings: Vec::new(),
        }],
        head,
        ..Commit::default()
    };
    let done = AuditStore::commit(&store, overwrite).await.unwrap();
    assert_eq!(done, Committed::Done);
    drop(store);

    let (code, said) = verified(&home, &[]).await;

    assert_eq!(code, 7, "{said}");
    assert!(said.contains("record 17: altered"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_read_before_a_kill_9_is_in_the_trail() {
    let mut rng = Rng::new();
    println!("seed {}", rng.get_seed());
    let home = Home::new().await;
    let listener = free_address();
    home.channel("adt-in", &format!("[listener]\naddress = \"{listener}\"\n"));
    let auditor = home.make_token("audit:read").await;
    let mut node = home.start().await;
    let (taken, _) = Sender::to(listener)
        .await
        .send(&admission("1", "4711"))
        .await;
    assert_eq!(taken, "AA");
    let stop = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..READERS)
        .map(|_| reader(&home, Arc::clone(&stop)))
        .collect();

    for _ in 0..KILLS {
        sleep(Duration::from_millis(rng.u64(100..600))).await;
        node.kill().await;
        node = home.start().await;
    }
    sleep(Duration::from_millis(200)).await;
    stop.store(true, Ordering::Relaxed);
    let mut answered = BTreeSet::new();
    for reader in readers {
        answered.extend(reader.await.unwrap());
    }

    let recorded = recorded(&home, &auditor).await;
    let missing: Vec<_> = answered.difference(&recorded).collect();
    println!("{} answered, {} recorded", answered.len(), recorded.len());
    assert!(
        answered.len() > KILLS * READERS,
        "the readers were answered"
    );
    assert!(missing.is_empty(), "answered and not recorded: {missing:?}");
    node.stop().await;
    let (code, said) = verified(&home, &[]).await;
    assert_eq!(code, 0, "{said}");
}

/// Reads the message again and again; gives the ids of all requests that were answered.
fn reader(home: &Home, stop: Arc<AtomicBool>) -> JoinHandle<BTreeSet<String>> {
    let (address, token) = (home.http, home.token.clone());
    tokio::spawn(async move {
        let mut answered = BTreeSet::new();
        while !stop.load(Ordering::Relaxed) {
            let asked =
                http::request(address, Some(&token), "GET", "/v1/messages/1/raw", None).await;
            match asked {
                Ok(answer) if answer.status == 200 => {
                    let head = answer.head.to_lowercase();
                    let id = head
                        .lines()
                        .find_map(|line| line.strip_prefix("x-request-id: "));
                    answered.insert(id.unwrap().to_owned());
                }
                // It was killed, or is not there yet.
                _ => sleep(Duration::from_millis(5)).await,
            }
        }
        answered
    })
}

/// The ids of all requests of which the trail says that something was read.
async fn recorded(home: &Home, token: &str) -> BTreeSet<String> {
    let (mut recorded, mut cursor) = (BTreeSet::new(), None);
    loop {
        let mut search = json!({ "filter": { "kind": "read" }, "limit": 200 });
        if let Some(cursor) = cursor {
            search["cursor"] = cursor;
        }
        let body = search.to_string();
        let path = "/v1/audit/search";
        let page = http::request(home.http, Some(token), "POST", path, Some(&body)).await;
        let page = page.unwrap().json();
        for item in page["items"].as_array().unwrap() {
            recorded.insert(item["request_id"].as_str().unwrap().to_owned());
        }
        cursor = page.get("next").cloned();
        if cursor.is_none() {
            return recorded;
        }
    }
}
