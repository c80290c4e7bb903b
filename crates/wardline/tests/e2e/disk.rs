//! A small disk of its own, in memory.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Files that take room.
const BALLAST: [&str; 2] = ["ballast", "the-rest"];

/// A mounted tmpfs; unmounted at the end.
pub(crate) struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    pub(crate) fn of(mebibytes: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={mebibytes}m,mode=700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "wardline-e2e"]);
        let done = mount
            .arg(folder.path())
            .output()
            .expect("mount(8) can be run");
        assert!(
            done.status.success(),
            "this test mounts a small tmpfs; run it where mounting is allowed, such as `unshare --user \
             --map-root-user --mount cargo test ...`: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn remount_read_only(&self) {
        let mut mount = Command::new("mount");
        let mount = mount.args(["-o", "remount,ro"]).arg(self.path());
        assert!(mount.status().unwrap().success());
    }

    /// Takes all but about so many mebibytes.
    pub(crate) fn take_all_but(&self, mebibytes: u64) {
        let bytes = self.free_bytes().saturating_sub(mebibytes << 20);
        let filling = vec![1; usize::try_from(bytes).unwrap()];
        fs::write(self.path().join(BALLAST[0]), filling).unwrap();
    }

    /// Takes what is left, to the last byte.
    pub(crate) fn take_the_rest(&self) {
        let more_than_there_is = vec![1; usize::try_from(self.free_bytes()).unwrap() + (64 << 20)];
        let written = fs::write(self.path().join(BALLAST[1]), more_than_there_is);
        assert!(written.is_err(), "the disk is not full");
    }

    /// Gives back all that was taken.
    pub(crate) fn give_back(&self) {
        for name in BALLAST {
            let removed = fs::remove_file(self.path().join(name));
            assert!(removed.is_ok() || name == BALLAST[1]);
        }
    }

    fn free_bytes(&self) -> u64 {
        let mut df = Command::new("df");
        let df = df.args(["--output=avail", "-B1"]).arg(self.path());
        let said = String::from_utf8(df.output().unwrap().stdout).unwrap();
        said.lines().last().unwrap().trim().parse().unwrap()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a process that a failed test left behind may still be ending.
        let unmounted = Command::new("umount").arg("-l").arg(self.path()).status();
        assert!(
            unmounted.is_ok_and(|status| status.success()) || std::thread::panicking(),
            "the disk cannot be unmounted"
        );
    }
}
