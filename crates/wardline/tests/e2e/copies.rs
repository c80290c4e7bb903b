//! The embedded store copies itself while it is in use; a copy is read through, and brought back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use serde_json::Value;
use wardline_simulator::partner::{Partner, PartnerOptions};

use crate::damage::{channel, killed_with_messages_waiting};
use crate::home::{Home, Node};
use crate::ledger::none_is_lost;
use crate::wait::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_copied_itself_in_use_comes_back_with_every_message() {
    let (mut home, listener, report) = killed_with_messages_waiting().await;
    let folder = home.folder().join("copies");
    home.set("WARDLINE_STORE__BACKUP_FOLDER", folder.to_str().unwrap());
    let node = home.start().await;
    until("there is a copy", async || copy_in(&folder).is_some()).await;
    until("it is marked", async || folder.join("last-backup").exists()).await;
    let copy = copy_in(&folder).unwrap();
    let copy = copy.to_str().unwrap();

    let refused = home.run(&["backup", "restore", copy]).await;
    let verified = home.run(&["backup", "verify", copy]).await;
    node.stop().await;
    fs::remove_dir_all(home.data.join("engine")).unwrap();
    let ended = home.try_start().await.err();
    let restored = home.run(&["backup", "restore", copy]).await;

    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("is in use"), "{said}");
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verified.status.success(), "{verified:?}");
    assert!(said.contains("all read"), "{said}");
    assert!(ended.is_some(), "a store without its engine must not start");
    let said = String::from_utf8_lossy(&restored.stdout).into_owned();
    assert!(restored.status.success(), "{restored:?}");
    assert!(said.contains("data.before-restore-0"), "{said}");
    let partner = Partner::start(PartnerOptions::default()).await.unwrap();
    home.channel("adt-in", &channel(listener, partner.address()));
    let node = home.start().await;
    node.drained("adt-in").await;
    none_is_lost(&partner, &report);
    node.stop().await;
}

async fn back_up_now(home: &Home, node: &Node, more: &[&str]) -> Output {
    let server = format!("http://{}", node.http);
    let now = ["backup", "now", "--token-file", "admin.token"];
    let now = [&now[..], &["--server", &server], more].concat();
    home.run(&now).await
}

/// A copy that is finished.
fn copy_in(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths
        .filter(|path| path.is_dir() && path.extension().is_none())
        .max()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_service_makes_a_copy_when_somebody_asks_and_says_which() {
    let mut home = Home::new().await;
    let folder = home.folder().join("copies");
    home.set("WARDLINE_STORE__BACKUP_FOLDER", folder.to_str().unwrap());
    let node = home.start().await;

    let first = back_up_now(&home, &node, &[]).await;
    let second = back_up_now(&home, &node, &["--json"]).await;

    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(first.status.success(), "{first:?}");
    let first = said.split(':').next().unwrap().to_owned();
    let status: Value = serde_json::from_slice(&second.stdout).unwrap();
    let second = status["last"]["name"].as_str().unwrap();
    assert_ne!(first, second);
    for name in [first.as_str(), second] {
        let copy = folder.join(name);
        let verified = home
            .run(&["backup", "verify", copy.to_str().unwrap()])
            .await;
        assert!(verified.status.success(), "{verified:?}");
    }
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_makes_no_copies_says_what_to_set() {
    let home = Home::new().await;
    let node = home.start().await;

    let refused = back_up_now(&home, &node, &[]).await;

    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success(), "{said}");
    assert!(said.contains("store.backup_folder"), "{said}");
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_fails_by_the_schedule_is_not_tried_again_at_once() {
    let mut home = Home::new().await;
    let folder = home.folder().join("copies");
    fs::write(&folder, "a file where the folder should be").unwrap();
    home.set("WARDLINE_STORE__BACKUP_FOLDER", folder.to_str().unwrap());
    let node = home.start().await;
    until("the schedule's copy failed", async || failed(&home) > 0).await;

    tokio::time::sleep(Duration::from_secs(2)).await;

    assert_eq!(failed(&home), 1);
    node.stop().await;
}

/// How many copies the log says were not made.
fn failed(home: &Home) -> usize {
    home.log().matches("no backup was made").count()
}
