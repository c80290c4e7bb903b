//! What the tests of durability share: a store on a disk of its own, and a child process to kill.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use wardline_messaging::model::MessageId;
use wardline_messaging::port::{MessageStore, StoreError};
use wardline_store_embedded::{EmbeddedStore, Options};
use wardline_testkit::sample;

/// Little room is kept free, as these disks are small.
pub(crate) const SMALL: Options = Options {
    cache_bytes: 4 << 20,
    reserve_bytes: 8 << 20,
    // So that crashes and full disks meet it.
    index_at_once: 2_000,
};

pub(crate) fn open(folder: &Path) -> EmbeddedStore {
    EmbeddedStore::open(folder, SMALL).unwrap()
}

/// Commits messages `ids`, each with a body of `body_bytes`, in batches of 50.
pub(crate) async fn fill(
    store: &EmbeddedStore,
    ids: std::ops::RangeInclusive<u64>,
    body_bytes: usize,
) -> Result<(), StoreError> {
    let all: Vec<u64> = ids.collect();
    for some in all.chunks(50) {
        let writes = some.iter().map(|&id| put(id, body_bytes));
        store.commit(sample::batch(writes)).await?;
    }
    Ok(())
}

pub(crate) fn put(id: u64, body_bytes: usize) -> wardline_messaging::port::Write {
    wardline_messaging::port::Write::PutMessage {
        record: sample::record(id),
        body: body(id, body_bytes).into(),
    }
}

/// Bytes that do not compress, as sealed ones do not.
pub(crate) fn body(id: u64, body_bytes: usize) -> Vec<u8> {
    let mut bytes = vec![0; body_bytes];
    fastrand::Rng::with_seed(id).fill(&mut bytes);
    bytes
}

/// Every one of these messages is there, with its body.
pub(crate) async fn all_there(
    store: &EmbeddedStore,
    ids: impl Iterator<Item = u64>,
    body_bytes: usize,
) {
    for id in ids {
        let record = store.record(MessageId(id)).await.unwrap();
        assert_eq!(record, Some(sample::record(id)), "record {id}");
        let found = store.body(MessageId(id)).await.unwrap();
        assert!(
            found.is_some_and(|found| *found == body(id, body_bytes)),
            "body {id}"
        );
    }
}

/// All files under a folder whose path holds `part`.
pub(crate) fn files(folder: &Path, part: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().contains(part) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp")
        .arg("-a")
        .arg(from)
        .arg(to)
        .status()
        .unwrap();
    assert!(status.success());
}

/// A file system of its own, in memory, unmounted at the end.
pub(crate) struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    pub(crate) fn of(mebibytes: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={mebibytes}m,mode=700");
        let mut mount = Command::new("mount");
        let mount = mount
            .args(["-t", "tmpfs", "-o", &options, "wardline-test"])
            .arg(folder.path());
        let done = mount.output().expect("mount(8) can be run");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(
            done.status.success(),
            "a small tmpfs is needed for this test: {said}"
        );
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path().join("store")
    }

    pub(crate) fn remount_read_only(&self) {
        let mut mount = Command::new("mount");
        assert!(
            mount
                .args(["-o", "remount,ro"])
                .arg(self.path())
                .status()
                .unwrap()
                .success()
        );
    }

    /// Takes all but about `left` bytes with a file; removing it gives them back.
    pub(crate) fn take_all_but(&self, left: u64) -> PathBuf {
        let path = self.path().join("ballast");
        let stat = rustix::fs::statvfs(self.path()).unwrap();
        let bytes = (stat.f_bavail * stat.f_frsize).saturating_sub(left);
        fs::write(&path, vec![1; usize::try_from(bytes).unwrap()]).unwrap();
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount")
            .arg("-l")
            .arg(self.folder.path())
            .status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

/// Runs `test` of this file again in a namespace where mounting is allowed, and says whether that was needed:
/// an ordinary user may mount nothing otherwise.
pub(crate) fn reran_where_mounting_is_allowed(test: &str) -> bool {
    if rustix::process::geteuid().is_root() {
        return false;
    }
    let mut unshare = Command::new("unshare");
    unshare
        .args(["--user", "--map-root-user", "--mount"])
        .arg(std::env::current_exe().unwrap());
    let status = unshare
        .args(["--exact", test, "--nocapture"])
        .status()
        .unwrap();
    assert!(
        status.success(),
        "{test} failed, or user namespaces are not allowed: run it as root"
    );
    true
}

/// This test file as a child process that runs one ignored test on `folder`.
pub(crate) fn child(test: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("WARDLINE_TEST_FOLDER", folder);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

pub(crate) fn folder_of_child() -> PathBuf {
    std::env::var_os("WARDLINE_TEST_FOLDER")
        .expect("started by another test")
        .into()
}
