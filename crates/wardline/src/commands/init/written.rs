//! What `init` has written so far, so that a failure halfway leaves nothing behind.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Files and folders that this run has made, in order.
#[derive(Debug, Default)]
pub(super) struct Written {
    made: Vec<PathBuf>,
}

impl Written {
    /// Makes a folder, and those above it, unless it exists.
    pub(super) fn folder(&mut self, path: &Path) -> anyhow::Result<()> {
        self.make_folder(path, 0o755)
    }

    /// Makes a folder for its owner only, unless it exists.
    pub(super) fn private_folder(&mut self, path: &Path) -> anyhow::Result<()> {
        self.make_folder(path, 0o700)
    }

    /// Writes a new file that everybody may read.
    pub(super) fn file(&mut self, path: &Path, text: &str) -> anyhow::Result<()> {
        let context = || format!("cannot write {}", path.display());
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .with_context(context)?;
        self.note(path);
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .with_context(context)
    }

    /// Remembers a file that something else has made for this run.
    pub(super) fn note(&mut self, path: &Path) {
        self.made.push(path.to_owned());
    }

    /// Removes what was made, the last first.
    pub(super) fn take_back(self) {
        for path in self.made.iter().rev() {
            // A folder that somebody else has put something into stays, and so does what cannot be
            // removed: the error that led here is the one to tell.
            drop(fs::remove_file(path).or_else(|_| fs::remove_dir(path)));
        }
    }

    fn make_folder(&mut self, path: &Path, mode: u32) -> anyhow::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
            self.make_folder(above, 0o755)?;
        }
        match DirBuilder::new().mode(mode).create(path) {
            Ok(()) => self.note(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot make {}", path.display()));
            }
        }
        Ok(())
    }
}
