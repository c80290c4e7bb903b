//! A consistent copy of a store that is in use, a look through one, and the way back.
//!
//! The engine cannot be copied file by file while it runs: it merges and removes files as it likes. So the copy
//! is made from a view of all rows at one moment, into a store of its own. As every row is read, a copy that
//! succeeds has also checked every checksum.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use wardline_messaging::port::StoreError;

use crate::codec::{self, Head};
use crate::engine::{self, Engine, Table, View};
use crate::error::{OpenError, given_up};
use crate::keys;
use crate::open::{Folder, sync_folder};
use crate::options::Options;
use crate::store::EmbeddedStore;
use crate::usage::Usage;

/// Stores that were replaced and lie aside, of one name.
const MOST_ASIDE: usize = 1_000;

/// Why no copy was made, looked through or brought back. What was begun may be left in the target's folder; remove it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is something already.
    #[error("the backup's folder is not empty: choose another one")]
    NotEmpty,
    /// There is no store in it.
    #[error("there is no backup in {}: name the folder of one copy", .0.display())]
    NoCopy(PathBuf),
    /// It would take the room that a store needs to go on.
    #[error(
        "no backup was made: it takes some {needed} bytes, and {free} are free where it should go: make room there, or \
         choose another disk"
    )]
    NoRoom {
        /// Bytes that the store takes, with those that stay free.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// There are too many stores that were replaced before.
    #[error("{MOST_ASIDE} stores lie aside already: remove those that nobody needs")]
    TooManyAside,
    /// A folder cannot be used.
    #[error(transparent)]
    Target(#[from] OpenError),
    /// Reading from the store or writing the copy failed.
    #[error("reading or writing the copy failed: {0}")]
    Store(#[from] StoreError),
    /// The system refused.
    #[error("the copy's files: {0}")]
    Io(#[from] io::Error),
}

/// What a copy holds, all of it read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Commits up to its moment.
    pub commits: u64,
    /// Rows of all tables.
    pub rows: u64,
}

/// What was brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the store holds now.
    pub whole: Whole,
    /// Where the store lies that was there before.
    pub aside: Option<PathBuf>,
}

impl EmbeddedStore {
    /// Copies the store as it is now to `folder`, which must be new or empty. Commits go on meanwhile and are
    /// not in the copy. Blocks until all of it is on disk, or `is_over`; what is removed from the store meanwhile keeps
    /// its room until then. Put in the store's place, the copy is a store.
    ///
    /// It holds no sessions: one that was revoked since would live again in it. People sign in anew.
    ///
    /// # Errors
    /// [`BackupError`]
    pub fn back_up(&self, folder: &Path, is_over: &dyn Fn() -> bool) -> Result<(), BackupError> {
        let is_empty = folder
            .read_dir()
            .map_or(Ok(true), |mut found| match found.next() {
                None => Ok(true),
                Some(entry) => entry.map(|_| false),
            })?;
        if !is_empty {
            return Err(BackupError::NotEmpty);
        }
        let shared = self.shared();
        let view = shared.opened()?.engine.view();
        let target = Folder::take(folder)?;
        let used = shared.usage.measure()?.used_bytes;
        let needed = used.saturating_add(shared.options.reserve_bytes.saturating_mul(2));
        let free = Usage::of(folder).free_bytes()?;
        if free < needed {
            return Err(BackupError::NoRoom { needed, free });
        }
        copy(&view, &target, &shared.options, is_over)
    }
}

/// Reads every row of the copy in `folder`, until `is_over`.
///
/// # Errors
/// [`BackupError`]: it is not whole, or another process has it open.
pub fn verify(
    folder: &Path,
    options: &Options,
    is_over: &dyn Fn() -> bool,
) -> Result<Whole, BackupError> {
    if !Folder::has_store(folder) {
        return Err(BackupError::NoCopy(folder.to_owned()));
    }
    let (opened, directory) = Folder::take(folder)?.open(options)?;
    let view = opened.engine.view();
    let mut rows = 0;
    for table in Table::ALL {
        let mut all = view.all(table);
        while all.next()?.is_some() {
            if is_over() {
                return Err(given_up().into());
            }
            rows += 1;
        }
    }
    Ok(Whole {
        commits: directory.head.commits,
        rows,
    })
}

/// Puts a copy in the place of the store in `folder`, which nobody may have open; that one is laid aside. The copy stays
/// where it is. Cut short at any moment, the one store or the other is there, whole.
///
/// # Errors
/// [`BackupError`]; the store is as it was.
pub fn restore(backup: &Path, folder: &Path, options: &Options) -> Result<Restored, BackupError> {
    if !Folder::has_store(backup) {
        return Err(BackupError::NoCopy(backup.to_owned()));
    }
    let replaced = folder.try_exists()?.then(|| Folder::take(folder));
    let replaced = replaced.transpose()?;
    let (opened, _) = Folder::take(backup)?.open(options)?;
    let new = beside(folder, "restoring");
    if new.try_exists()? {
        // A restore that was cut short left it: what was there before has its own name.
        fs::remove_dir_all(&new)?;
    }
    let view = opened.engine.view();
    copy(&view, &Folder::take(&new)?, options, &|| false)?;
    let whole = verify(&new, options, &|| false)?;
    let aside = if replaced.is_some() {
        let mut names = (0..MOST_ASIDE).map(|n| beside(folder, &format!("before-restore-{n}")));
        let aside = names.find(|path| !path.exists());
        let aside = aside.ok_or(BackupError::TooManyAside)?;
        // At no moment is there no store: a start would make an empty one.
        renameat_with(CWD, &new, CWD, folder, RenameFlags::EXCHANGE).map_err(io::Error::from)?;
        fs::rename(&new, &aside)?;
        Some(aside)
    } else {
        fs::rename(&new, folder)?;
        None
    };
    if let Some(parent) = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        sync_folder(parent)?;
    }
    Ok(Restored { whole, aside })
}

fn copy(
    view: &View,
    target: &Folder,
    options: &Options,
    is_over: &dyn Fn() -> bool,
) -> Result<(), BackupError> {
    load(view, target, options, is_over)?;
    let head = view.get(Table::Meta, keys::HEAD)?;
    let head: Head = head.map_or(Ok(Head::default()), |head| {
        codec::decode(Table::Meta, &head)
    })?;
    target.mark.set(head.commits)?;
    target.mark.sync()?;
    Ok(())
}

fn load(
    view: &View,
    target: &Folder,
    options: &Options,
    is_over: &dyn Fn() -> bool,
) -> Result<(), StoreError> {
    let engine = Engine::open(&target.engine_path(), options).map_err(|e| engine::opening(&e))?;
    let mut tables = Table::ALL.into_iter().filter(|table| table.is_backed_up());
    tables.try_for_each(|table| engine.load(table, view.all(table), is_over))
}

/// A folder beside this one, by its name and what it is for.
fn beside(folder: &Path, what: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{what}"));
    folder.with_file_name(name)
}
