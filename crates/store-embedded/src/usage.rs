//! How much room the store takes and has.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use wardline_messaging::port::{StoreError, StoreUsage};

use crate::error::from_io;

/// How long the folder's size is taken as known.
const SIZE_IS_KNOWN_FOR: Duration = Duration::from_secs(5);
/// `st_blocks` counts these, whatever the file system's block size (POSIX `sys/stat.h`, Linux).
const STAT_BLOCK_BYTES: u64 = 512;

/// Measures one folder.
#[derive(Debug)]
pub(crate) struct Usage {
    folder: PathBuf,
    last: Mutex<Option<(Instant, u64)>>,
}

impl Usage {
    pub(crate) fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            last: Mutex::new(None),
        }
    }

    /// Room taken and left.
    pub(crate) fn measure(&self) -> Result<StoreUsage, StoreError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let used_bytes = match *last {
            Some((at, used)) if at.elapsed() < SIZE_IS_KNOWN_FOR => used,
            _ => size_of(&self.folder).map_err(|e| from_io(&e, "measuring the folder"))?,
        };
        *last = Some((Instant::now(), used_bytes));
        Ok(StoreUsage {
            used_bytes,
            free_bytes: self.free_bytes()?,
        })
    }

    /// Room that an unprivileged process may still use on the file system.
    pub(crate) fn free_bytes(&self) -> Result<u64, StoreError> {
        let stat = rustix::fs::statvfs(&self.folder)
            .map_err(|error| from_io(&io::Error::from(error), "asking for free space"))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}

/// Bytes that the files under `folder` take on disk. Files that go while it counts are not counted.
fn size_of(folder: &Path) -> io::Result<u64> {
    let mut bytes: u64 = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let Ok(meta) = entry.metadata() else { continue };
            if meta.is_dir() {
                folders.push(entry.path());
            } else {
                bytes = bytes.saturating_add(meta.blocks().saturating_mul(STAT_BLOCK_BYTES));
            }
        }
    }
    Ok(bytes)
}
