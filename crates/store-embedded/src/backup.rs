//! A consistent copy of a store that is in use.
//!
//! The engine cannot be copied file by file while it runs: it merges and removes files as it likes. So the copy
//! is made from a view of all rows at one moment, into a store of its own. As every row is read, a copy that
//! succeeds has also checked every checksum.

use std::io;
use std::path::Path;

use wardline_messaging::port::StoreError;

use crate::codec::{self, Head};
use crate::engine::{self, Engine, Table, View};
use crate::error::OpenError;
use crate::keys;
use crate::open::Folder;
use crate::options::Options;
use crate::store::EmbeddedStore;

/// Why no copy was made. What was begun may be left in the target's folder; remove it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is something already.
    #[error("the backup's folder is not empty: choose another one")]
    NotEmpty,
    /// The copy's folder cannot be used.
    #[error(transparent)]
    Target(#[from] OpenError),
    /// Reading from the store or writing the copy failed.
    #[error("no backup was made: {0}")]
    Store(#[from] StoreError),
    /// The system refused.
    #[error("no backup was made: {0}")]
    Io(#[from] io::Error),
}

impl EmbeddedStore {
    /// Copies the store as it is now to `folder`, which must be new or empty. Commits go on meanwhile and are
    /// not in the copy. Blocks until all of it is on disk; what is removed from the store meanwhile keeps its
    /// room until then. Put in the store's place, the copy is a store.
    ///
    /// It holds no sessions: one that was revoked since would live again in it. People sign in anew.
    ///
    /// # Errors
    /// [`BackupError`]
    pub fn back_up(&self, folder: &Path) -> Result<(), BackupError> {
        let is_empty = folder
            .read_dir()
            .map_or(Ok(true), |mut found| match found.next() {
                None => Ok(true),
                Some(entry) => entry.map(|_| false),
            })?;
        if !is_empty {
            return Err(BackupError::NotEmpty);
        }
        let view = self.shared().opened()?.engine.view();
        let target = Folder::take(folder)?;
        copy(&view, &target, &self.shared().options)?;
        let head = view.get(Table::Meta, keys::HEAD)?;
        let head: Head = head.map_or(Ok(Head::default()), |head| {
            codec::decode(Table::Meta, &head)
        })?;
        target.mark.set(head.commits)?;
        target.mark.sync()?;
        Ok(())
    }
}

fn copy(view: &View, target: &Folder, options: &Options) -> Result<(), StoreError> {
    let engine = Engine::open(&target.engine_path(), options).map_err(|e| engine::opening(&e))?;
    let mut tables = Table::ALL.into_iter().filter(|table| table.is_backed_up());
    tables.try_for_each(|table| engine.load(table, view.all(table)))
}
