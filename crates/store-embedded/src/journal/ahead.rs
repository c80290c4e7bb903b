//! Zeros where the journal will be written, so that a sync takes one wait for the disk instead of two.
//!
//! The engine makes a journal as one hole of 64 MiB. For a batch that is written into a hole the file system looks for
//! blocks and has to make durable where they are, after the bytes themselves. Where zeros stand already it has nothing
//! to add. On ext4 that halves the time of a sync. A hole reads as zeros, so whoever reads the journal sees no
//! difference.
//!
//! Zeros go into holes only, and never beyond the file's end, where the engine appends to a journal that it
//! opened again. Whoever uses this is the only one who writes batches, so no hole is filled meanwhile.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{SeekFrom, seek};
use rustix::io::Errno;

use super::{list, number_of};

/// Written in a journal before anything is done for it: a store with little to do needs none.
const BEGIN_AFTER: u64 = 1024 * 1024;
/// Zeros that are written at a time. The next batch waits for them, some tenths of a millisecond.
const STEP_BYTES: u64 = 512 * 1024;
/// When fewer zeros are left, more are written.
const LOW_BYTES: u64 = 256 * 1024;
/// The engine goes on to the next journal when more than this is in one (fjall 3: 64,000,000).
const FULL_FROM: u64 = 60_000_000;

/// Looks after the journal in use.
#[derive(Debug)]
pub(crate) struct Ahead {
    folder: PathBuf,
    written: u64,
    journal: Option<Journal>,
}

/// A journal that is written to.
#[derive(Debug)]
struct Journal {
    file: File,
    /// The one that will follow.
    next: PathBuf,
    /// No batch ends behind this.
    end: u64,
    /// Zeros behind it that stand on disk.
    left: u64,
    /// There is no hole any more, or nothing can be done about it.
    is_done: bool,
}

impl Ahead {
    /// For the journals in the engine's folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            written: 0,
            journal: None,
        }
    }

    /// Batches of at most so many bytes were written, and nothing is left to be written of any. `has_room` says whether
    /// the disk may be made fuller.
    pub(crate) fn look(&mut self, bytes: u64, has_room: impl FnOnce() -> bool) {
        self.written = self.written.saturating_add(bytes);
        if bytes == 0 || self.written < BEGIN_AFTER {
            return;
        }
        let is_wanted = self.journal.as_mut().is_none_or(|journal| {
            journal.wrote(bytes);
            journal.is_low()
        });
        if !is_wanted || !has_room() {
            return;
        }
        if let Err(error) = self.prepare() {
            // The journal works without; and what is wrong with the disk the next batch will tell.
            tracing::debug!(%error, "no zeros were written ahead of the journal");
            match &mut self.journal {
                Some(journal) => journal.is_done = true,
                None => self.written = 0,
            }
        }
    }

    fn prepare(&mut self) -> io::Result<()> {
        match &mut self.journal {
            Some(journal) if !journal.is_over() => journal.extend(),
            _ => {
                self.journal = Journal::newest(&self.folder)?;
                Ok(())
            }
        }
    }
}

impl Journal {
    fn newest(folder: &Path) -> io::Result<Option<Self>> {
        let newest = list(folder).map_err(io::Error::other)?.pop();
        let Some((path, number)) = newest.and_then(|path| number_of(&path).map(|n| (path, n)))
        else {
            return Ok(None);
        };
        let file = OpenOptions::new().read(true).write(true).open(&path)?;
        let mut journal = Self {
            next: path.with_file_name(format!("{}.jnl", number.saturating_add(1))),
            end: 0,
            left: 0,
            is_done: false,
            file,
        };
        journal.end = journal.hole()?.unwrap_or(journal.file.metadata()?.len());
        journal.extend()?;
        Ok(Some(journal))
    }

    fn wrote(&mut self, bytes: u64) {
        self.end = self.end.saturating_add(bytes);
        self.left = self.left.saturating_sub(bytes);
    }

    fn is_low(&self) -> bool {
        (!self.is_done && self.left < LOW_BYTES) || self.is_over()
    }

    /// Whether the engine has gone on to the next one.
    fn is_over(&self) -> bool {
        self.end >= FULL_FROM && self.next.exists()
    }

    /// Writes zeros into the first hole.
    fn extend(&mut self) -> io::Result<()> {
        let Some(begin) = self.hole()? else {
            self.is_done = true;
            return Ok(());
        };
        let end = self
            .end_of_hole(begin)?
            .min(begin.saturating_add(STEP_BYTES));
        self.fill(begin, end)
    }

    /// Writes what is read there, which is zeros. A file system that calls a hole what is none is not believed, now or
    /// later.
    fn fill(&mut self, begin: u64, end: u64) -> io::Result<()> {
        let mut zeros = vec![1; usize::try_from(end - begin).unwrap_or(0)];
        self.file.read_exact_at(&mut zeros, begin)?;
        if zeros.iter().any(|byte| *byte != 0) {
            self.is_done = true;
            return Ok(());
        }
        self.file.write_all_at(&zeros, begin)?;
        self.file.sync_data()?;
        self.left = self.left.saturating_add(end - begin);
        Ok(())
    }

    /// Where the first hole begins; the end of the file is none.
    fn hole(&self) -> io::Result<Option<u64>> {
        let length = self.file.metadata()?.len();
        match seek(&self.file, SeekFrom::Hole(0)) {
            Ok(begin) => Ok((begin < length).then_some(begin)),
            // Beyond the end of an empty file.
            Err(Errno::NXIO) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn end_of_hole(&self, begin: u64) -> io::Result<u64> {
        match seek(&self.file, SeekFrom::Data(begin)) {
            Ok(end) => Ok(end),
            Err(Errno::NXIO) => Ok(self.file.metadata()?.len()),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    use super::*;

    const JOURNAL_BYTES: u64 = 64 * 1024 * 1024;

    /// A folder with one journal that begins with these bytes; behind them is a hole up to `length`.
    fn journal(begin: &[u8], length: u64) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("0.jnl");
        fs::write(&path, begin).unwrap();
        OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(length)
            .unwrap();
        (folder, path)
    }

    fn bytes_on_disk(path: &Path) -> u64 {
        fs::metadata(path).unwrap().blocks() * 512
    }

    #[test]
    fn what_is_written_and_the_length_stay_and_zeros_are_there_before_they_are_needed() {
        let batches = vec![7; 1_500_000];
        let (folder, path) = journal(&batches, JOURNAL_BYTES);
        let mut ahead = Ahead::new(folder.path().to_owned());

        ahead.look(1_500_000, || true);

        let read = fs::read(&path).unwrap();
        assert_eq!(read.len() as u64, JOURNAL_BYTES);
        assert!(read.starts_with(&batches));
        assert!(read[batches.len()..].iter().all(|byte| *byte == 0));
        assert!(bytes_on_disk(&path) >= 1_500_000 + STEP_BYTES - 4_096);

        ahead.look(STEP_BYTES - LOW_BYTES, || true);
        let before = bytes_on_disk(&path);
        ahead.look(1, || true);
        assert!(bytes_on_disk(&path) >= before + STEP_BYTES);
    }

    #[test]
    fn nothing_is_done_for_a_store_with_little_to_do_or_without_room() {
        let (folder, path) = journal(&[7; 4_096], JOURNAL_BYTES);
        let before = bytes_on_disk(&path);
        let mut ahead = Ahead::new(folder.path().to_owned());

        ahead.look(BEGIN_AFTER - 1, || true);
        assert_eq!(bytes_on_disk(&path), before);

        ahead.look(1, || false);
        assert_eq!(bytes_on_disk(&path), before);

        ahead.look(1, || true);
        assert!(bytes_on_disk(&path) > before);
    }

    #[test]
    fn a_journal_without_a_hole_is_not_made_longer() {
        let (folder, path) = journal(&[7; 4_096], 4_096);
        let mut ahead = Ahead::new(folder.path().to_owned());

        for _ in 0..3 {
            ahead.look(BEGIN_AFTER, || true);
        }

        assert_eq!(fs::read(&path).unwrap(), [7; 4_096]);
    }

    #[test]
    fn what_is_called_a_hole_and_is_none_is_left_alone_and_nothing_is_believed_afterwards() {
        let (folder, path) = journal(&[7; 8_192], JOURNAL_BYTES);
        let mut journal = Journal::newest(folder.path()).unwrap().unwrap();
        let before = fs::read(&path).unwrap();

        journal.fill(4_096, 16_384).unwrap();

        assert!(journal.is_done);
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn the_last_hole_is_filled_to_the_end_of_the_file_and_not_beyond() {
        let (folder, path) = journal(&[7; 4_096], 4_096 + STEP_BYTES + 1_000);
        let mut ahead = Ahead::new(folder.path().to_owned());

        for _ in 0..4 {
            ahead.look(BEGIN_AFTER, || true);
        }

        assert_eq!(
            fs::metadata(&path).unwrap().len(),
            4_096 + STEP_BYTES + 1_000
        );
        assert!(bytes_on_disk(&path) > 4_096 + STEP_BYTES);
    }

    #[test]
    fn the_next_journal_is_looked_after_when_the_engine_has_gone_on_to_it() {
        let (folder, first) = journal(&[7; 4_096], JOURNAL_BYTES);
        let mut ahead = Ahead::new(folder.path().to_owned());
        ahead.look(BEGIN_AFTER, || true);
        let second = first.with_file_name("1.jnl");
        File::create(&second)
            .unwrap()
            .set_len(JOURNAL_BYTES)
            .unwrap();

        ahead.look(FULL_FROM, || true);

        assert!(bytes_on_disk(&second) > 0);
    }
}
