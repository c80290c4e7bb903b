//! The mark: how many commits were acknowledged, in a file of its own.
//!
//! The engine drops what it cannot read at the end of its journal, as it cannot tell a batch that a crash cut
//! short from one that was whole and damaged later. The mark can: it is written after each commit is durable
//! and before it is acknowledged, so a store that comes up with fewer commits has lost some. It is not synced
//! itself: it survives the loss of the process; after a loss of power it may be some seconds old, never ahead.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

const FILE: &str = "mark";
const MAGIC: &[u8; 8] = b"wl-mark1";
const LENGTH: usize = 24;

/// The open file.
#[derive(Debug)]
pub(crate) struct Mark(File);

impl Mark {
    /// Opens or makes it, and gives the commits that it counts: 0 for a new one, or for one that a loss of
    /// power left unreadable.
    pub(crate) fn open(folder: &Path) -> io::Result<(Self, u64)> {
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(folder.join(FILE))?;
        let mut bytes = [0; LENGTH];
        let commits = match file.read_exact_at(&mut bytes, 0) {
            Ok(()) => parse(&bytes),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
            Err(error) => return Err(error),
        };
        if commits.is_none() && file.metadata()?.len() > 0 {
            tracing::warn!(
                "the store's mark is not readable; acknowledged commits cannot be counted"
            );
        }
        Ok((Self(file), commits.unwrap_or(0)))
    }

    /// Writes the count down.
    pub(crate) fn set(&self, commits: u64) -> io::Result<()> {
        let mut bytes = [0; LENGTH];
        let (magic, rest) = bytes.split_at_mut(MAGIC.len());
        magic.copy_from_slice(MAGIC);
        let (count, check) = rest.split_at_mut(8);
        count.copy_from_slice(&commits.to_be_bytes());
        check.copy_from_slice(&xxh3_64(count).to_be_bytes());
        self.0.write_all_at(&bytes, 0)
    }

    /// Makes it durable, as when the store is closed.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}

fn parse(bytes: &[u8; LENGTH]) -> Option<u64> {
    let (magic, rest) = bytes.split_first_chunk::<8>()?;
    let (count, rest) = rest.split_first_chunk::<8>()?;
    let check = rest.first_chunk::<8>()?;
    let intact = magic == MAGIC && u64::from_be_bytes(*check) == xxh3_64(count);
    intact.then(|| u64::from_be_bytes(*count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_back_and_an_altered_one_counts_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (mark, commits) = Mark::open(folder.path()).unwrap();
        assert_eq!(commits, 0);

        mark.set(7).unwrap();
        mark.set(70_000).unwrap();
        assert_eq!(Mark::open(folder.path()).unwrap().1, 70_000);

        mark.0.write_all_at(&[1], 12).unwrap();
        assert_eq!(Mark::open(folder.path()).unwrap().1, 0);
    }
}
