//! The embedded store copies itself while it is in use; a copy is read through, and brought back.

use std::fs;
use std::path::{Path, PathBuf};

use wardline_simulator::partner::{Partner, PartnerOptions};

use crate::damage::{channel, killed_with_messages_waiting};
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

/// A copy that is finished.
fn copy_in(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths
        .filter(|path| path.is_dir() && path.extension().is_none())
        .max()
}
