//! A look at the engine's journal before the engine opens it.
//!
//! The engine drops everything from the first batch on that it cannot read, and says nothing: right for a batch
//! that a crash cut short, a loss of acknowledged messages for one that was damaged later. So the journals are
//! read here first, without changing them, and the store stays closed when something acknowledged is missing.
//!
//! The format is that of fjall 3 (`read`); a change of it shows as a failing test, as every test that reopens a
//! store reads its journals here.

mod ahead;
mod read;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use memchr::memchr_iter;

use crate::codec;
use crate::keys;
pub(crate) use ahead::Ahead;
use read::{BatchRead, Batches, CLEAR, ITEM, START, START_LENGTH};

const COPY_EXTENSION: &str = "rolled-back";

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Journals {
    /// Commits counted by the last whole batch; `None` when no batch is in the journals.
    pub(crate) last_commit: Option<u64>,
    /// The engine's number of that batch.
    last_sequence: Option<u64>,
    /// The journal that ends in a batch that was cut short, and where that begins.
    pub(crate) torn: Option<(PathBuf, u64)>,
    /// So many commits were on disk when what stands behind that batch was written. Where no journal tells how many
    /// there are before it, the tables must.
    pub(crate) on_disk: u64,
}

/// Why the journals are not to be trusted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    /// Something that was written is not there any more.
    #[error("journal {file}: {what}")]
    Damaged {
        /// The file's name.
        file: String,
        /// What is wrong.
        what: String,
    },
    /// They cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads all journals in the engine's folder. `acknowledged` commits must be in them, as far as they reach back.
///
/// # Errors
/// [`JournalError::Damaged`] when a batch in the middle, or an acknowledged one at the end, is not whole.
pub(crate) fn check(folder: &Path, acknowledged: u64) -> Result<Journals, JournalError> {
    let files = list(folder)?;
    let mut found = Journals::default();
    for (index, path) in files.iter().enumerate() {
        let is_active = index + 1 == files.len();
        check_file(path, is_active, acknowledged, &mut found)?;
    }
    match (found.last_commit, files.last()) {
        (Some(last), Some(path)) if last < acknowledged => Err(damaged(
            path,
            &format!("it ends with commit {last}, but {acknowledged} were acknowledged"),
        )),
        _ => Ok(found),
    }
}

/// Takes every batch after commit `keep` off the journal in use, so that a commit that failed cannot come back.
/// The engine must be closed.
///
/// The journal is replaced by a copy, not cut: a thread of the closed engine may still have it open, with
/// part of the failed batch to write.
///
/// # Errors
/// When the journal cannot be read or copied; it is unchanged then.
pub(crate) fn roll_back(folder: &Path, keep: u64) -> Result<(), JournalError> {
    let Some(path) = list(folder)?.pop() else {
        return Ok(());
    };
    let mut batches = Batches::open(&path)?;
    let kept_bytes = loop {
        let begins_at = batches.position();
        match batches.next_batch()? {
            Ok(Some(batch)) if batch.commit.is_none_or(|commit| commit <= keep) => {}
            _ => break begins_at,
        }
    };
    let copy = path.with_extension(COPY_EXTENSION);
    let copied = copy_beginning(&path, kept_bytes, &copy).and_then(|()| fs::rename(&copy, &path));
    if let Err(error) = copied {
        // Half a copy takes room that is needed; whether removing it works changes nothing about the answer.
        drop(fs::remove_file(&copy));
        return Err(error.into());
    }
    Ok(File::open(folder)?.sync_all()?)
}

fn copy_beginning(from: &Path, bytes: u64, to: &Path) -> io::Result<()> {
    let mut copy = File::create(to)?;
    io::copy(&mut File::open(from)?.take(bytes), &mut copy)?;
    copy.sync_all()
}

/// Cuts a journal off at a byte. The engine would do so itself in most cases, but refuses a last batch of which
/// the end reached the disk and the middle did not.
///
/// # Errors
/// When the journal cannot be cut.
pub(crate) fn cut(path: &Path, at: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(at)?;
    file.sync_all()
}

fn check_file(
    path: &Path,
    is_active: bool,
    acknowledged: u64,
    found: &mut Journals,
) -> Result<(), JournalError> {
    let mut batches = Batches::open(path)?;
    loop {
        let ends_at = batches.position();
        match batches.next_batch()? {
            Ok(Some(batch)) => follow_on(path, &batch, found)?,
            Ok(None) => return Ok(()),
            Err(broken) => {
                let tail = Tail {
                    path,
                    is_active,
                    acknowledged,
                    last_commit: found.last_commit,
                    ends_at,
                    broken: broken.0,
                };
                found.on_disk = tail.check()?;
                found.torn = Some((path.to_owned(), ends_at));
                return Ok(());
            }
        }
    }
}

/// Commits are numbered one by one: a gap is a lost batch or file. The engine's own numbers go up; they are not
/// in its checksum, so it is looked at here.
fn follow_on(path: &Path, batch: &BatchRead, found: &mut Journals) -> Result<(), JournalError> {
    if found
        .last_sequence
        .is_some_and(|last| batch.sequence <= last)
    {
        return Err(damaged(
            path,
            "a batch's sequence number is not greater than the one before",
        ));
    }
    found.last_sequence = Some(batch.sequence);
    let Some(commit) = batch.commit else {
        return Ok(());
    };
    match found.last_commit {
        Some(last) if commit != last.saturating_add(1) => Err(damaged(
            path,
            &format!("commit {commit} follows on commit {last}"),
        )),
        _ => {
            found.last_commit = Some(commit);
            Ok(())
        }
    }
}

/// What stands behind the last whole batch.
struct Tail<'a> {
    path: &'a Path,
    is_active: bool,
    acknowledged: u64,
    /// The last commit before it; `None` when the journals before are gone, as all they held is in tables, or the store
    /// is new.
    last_commit: Option<u64>,
    ends_at: u64,
    broken: &'static str,
}

impl Tail<'_> {
    /// Only the journal in use may end in a batch that was cut short, and only with nothing whole behind it but what was
    /// written before the batch was synced: a disk need not keep the order in which it was given the two. Gives how many
    /// commits were on disk when that was written.
    fn check(&self) -> Result<u64, JournalError> {
        let mut rest = Vec::new();
        let mut file = File::open(self.path)?;
        file.seek(SeekFrom::Start(self.ends_at))?;
        file.read_to_end(&mut rest)?;
        let at = self.ends_at;
        if !self.is_active {
            return Err(damaged(self.path, &format!("{} at byte {at}", self.broken)));
        }
        let mut lost = self.last_commit.map(|last| last.saturating_add(1));
        let mut on_disk = 0;
        for batch in whole_batches(&rest) {
            // Which commit was cut short nothing tells where no journal says what was before it. The one before the first
            // whole one is missing for sure.
            let lost = *lost.get_or_insert(batch.commit.unwrap_or(0).saturating_sub(1));
            let first_unsynced = batch.unsynced.filter(|first| *first <= lost);
            let Some(first) = first_unsynced.filter(|_| self.acknowledged < lost) else {
                let what = format!("{} at byte {at}, with whole batches behind it", self.broken);
                return Err(damaged(self.path, &what));
            };
            on_disk = on_disk.max(first.saturating_sub(1));
        }
        Ok(on_disk)
    }
}

/// The whole batches that begin anywhere. What is looked through is sealed, so it does not look like one by chance or by a
/// sender's will.
fn whole_batches(bytes: &[u8]) -> impl Iterator<Item = BatchRead> {
    memchr_iter(START, bytes).filter_map(|begins_at| {
        let here = bytes.get(begins_at..)?;
        let first = here.get(START_LENGTH)?;
        if ![ITEM, CLEAR].contains(first) {
            return None;
        }
        Batches::within(here).next_batch().ok()?.ok()?
    })
}

/// Syncs the journal in use: what a process that was killed wrote last may be in the system's memory alone.
///
/// # Errors
/// When it cannot be synced.
pub(crate) fn sync(folder: &Path) -> Result<(), JournalError> {
    match list(folder)?.pop() {
        Some(path) => Ok(File::open(path)?.sync_data()?),
        // What that means, opening says.
        None => Ok(()),
    }
}

/// The journals in the order in which they were written.
fn list(folder: &Path) -> Result<Vec<PathBuf>, JournalError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jnl") {
            let number = number_of(&path);
            let number = number.ok_or_else(|| damaged(&path, "its name is no number"))?;
            files.push((number, path));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, path)| path).collect())
}

fn number_of(path: &Path) -> Option<u64> {
    path.file_stem()?.to_str()?.parse().ok()
}

fn damaged(path: &Path, what: &str) -> JournalError {
    let file = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    JournalError::Damaged {
        file: file.unwrap_or_default(),
        what: what.to_owned(),
    }
}

/// The commit that a row of a batch counts, if it is the head.
fn commit_of(key: &[u8], value: &[u8]) -> Option<u64> {
    if key == keys::HEAD {
        codec::commits_of_head(value)
    } else {
        None
    }
}

/// The commit from which on nothing was known to be on disk, if a row of a batch says so.
fn unsynced_of(key: &[u8], value: &[u8]) -> Option<u64> {
    let first = value.first_chunk().filter(|_| key == keys::UNSYNCED)?;
    Some(u64::from_be_bytes(*first))
}

#[cfg(test)]
mod lost_power;
#[cfg(test)]
mod tests;
