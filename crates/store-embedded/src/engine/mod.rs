//! The storage engine: tables of rows in order of their keys, batches that are whole and durable.
//!
//! The only module that knows fjall. What is kept here is what a change of engine would have to bring: ordered
//! tables, a batch over several of them with one sync, a view that does not move, and honest errors.

mod error;
mod tables;
mod view;

use std::fs;
use std::io::{self, ErrorKind};
use std::ops::Bound;
use std::path::Path;

use fjall::{AbstractTree, Database, PersistMode};
use wardline_messaging::port::StoreError;

use crate::error::{damaged, given_up};
use crate::options::Options;
pub(crate) use error::WriteError;
pub(crate) use tables::Table;
use tables::Tables;
pub(crate) use view::{Rows, View};

/// A row's key. Short ones live in place, without a heap allocation.
pub(crate) type Key = fjall::UserKey;
/// A row's value.
pub(crate) type Value = fjall::UserValue;

/// A row to write; `None` removes it.
pub(crate) type Row = (Table, Key, Option<Value>);

/// What a write survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The loss of power: it is synced to the disk.
    Synced,
    /// The loss of the process: the system has it. The next synced write syncs it too.
    Written,
}

/// Name of the file that says that the engine's folder is complete.
pub(crate) const COMPLETE_MARKER: &str = "version";
/// Where the folders of the tables are, and one of the engine's own.
const TABLES_FOLDER: &str = "keyspaces";
/// Name of the file that says that a table's folder is complete.
const TABLE_COMPLETE_MARKER: &str = "current";

const MIB: u64 = 1024 * 1024;
/// The least that the engine allows: two journals, one being written and one whose rows are not all in
/// tables yet.
const MAX_JOURNALS_BYTES: u64 = 128 * MIB;
/// Open files that the engine keeps at hand.
const MAX_OPEN_FILES: usize = 256;
/// The engine keeps one thread for writing full buffers out, which spins for as long as merges wait that the
/// others have no time for; with three others hardly any waits.
const WORKERS: usize = 4;
/// What the journal adds to a row, and to a batch, at most: marker, table, lengths, checksum (fjall 3 takes under 40).
const JOURNAL_ROW_BYTES: usize = 64;

/// An open engine. Its threads end when the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Engine {
    db: Database,
    tables: Tables,
}

impl Engine {
    /// Opens or makes the engine's folder.
    pub(crate) fn open(folder: &Path, options: &Options) -> Result<Self, fjall::Error> {
        let db = Database::builder(folder)
            .cache_size(options.cache_bytes)
            .max_journaling_size(MAX_JOURNALS_BYTES)
            .journal_compression(fjall::CompressionType::None)
            .manual_journal_persist(true)
            .max_cached_files(Some(MAX_OPEN_FILES))
            .worker_threads(WORKERS)
            .open()?;
        let tables = Tables::open(&db)?;
        Ok(Self { db, tables })
    }

    /// Writes rows, whole and as durable as asked for. Blocks for as long as the disk takes. No key may
    /// come twice. Gives the bytes that this took in the journal, at most.
    ///
    /// After an error nothing more can be written: the engine must be opened again, and its journal be cut
    /// where this batch began (see `journal`).
    pub(crate) fn write(
        &self,
        rows: impl IntoIterator<Item = Row>,
        durability: Durability,
    ) -> Result<u64, WriteError> {
        let mode = match durability {
            Durability::Synced => PersistMode::SyncData,
            Durability::Written => PersistMode::Buffer,
        };
        let mut batch = self.db.batch().durability(Some(mode));
        let mut bytes = JOURNAL_ROW_BYTES;
        for (table, key, value) in rows {
            let table = self.tables.get(table);
            let value_bytes = value.as_ref().map_or(0, |value| value.len());
            bytes = bytes.saturating_add(JOURNAL_ROW_BYTES + key.len() + value_bytes);
            match value {
                Some(value) => batch.insert(table, key, value),
                None => batch.remove(table, key),
            }
        }
        batch.commit().map_err(|error| WriteError::of(&error))?;
        Ok(u64::try_from(bytes).unwrap_or(u64::MAX))
    }

    /// Fills an empty table with rows in order of their keys, durable when it returns, past the journal. Once `is_over`,
    /// it fails.
    pub(crate) fn load(
        &self,
        table: Table,
        mut rows: Rows,
        is_over: &dyn Fn() -> bool,
    ) -> Result<(), StoreError> {
        let told = |error: fjall::Error| error::told(&error, "writing a table");
        let mut loading = self.tables.get(table).start_ingestion().map_err(told)?;
        while let Some((key, value)) = rows.next()? {
            if is_over() {
                return Err(given_up());
            }
            loading.write(key, value).map_err(told)?;
        }
        loading.finish().map_err(told)
    }

    /// Brings sorted rows into a table past the journal, durable when it returns. Commits wait for the end of it,
    /// some milliseconds.
    pub(crate) fn bring_in(
        &self,
        table: Table,
        rows: impl Iterator<Item = (Key, Value)>,
    ) -> Result<(), StoreError> {
        let told = |error: fjall::Error| error::told(&error, "writing a table");
        let mut loading = self.tables.get(table).start_ingestion().map_err(told)?;
        for (key, value) in rows {
            loading.write(key, value).map_err(told)?;
        }
        loading.finish().map_err(told)
    }

    /// Throws away a table's files in which all keys are smaller than `key`, at once and without room of its own.
    ///
    /// Rows that were removed may show again, as their removal may stand in a file that is thrown away while they
    /// stand in one that reaches beyond `key`. The caller must not look below `key` any more.
    pub(crate) fn drop_files_below(&self, table: Table, key: &Key) -> Result<(), StoreError> {
        let keyspace = self.tables.get(table);
        let bounds = (Bound::Unbounded, Bound::Excluded(&**key));
        keyspace
            .tree
            .drop_range::<&[u8], _>(bounds)
            .map_err(fjall::Error::from)
            // The files go with the last list of files that names them, and lists are cleared when a buffer is
            // handed over to be written.
            .and_then(|()| keyspace.rotate_memtable())
            .map(|_| ())
            .map_err(|error| error::told(&error, "throwing files away"))
    }

    /// The rows as they are now.
    pub(crate) fn view(&self) -> View {
        View::new(self.db.snapshot(), self.tables.clone())
    }

    /// One row's value, as it is now: for the writer, which knows that nothing is being written.
    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Value>, StoreError> {
        self.tables
            .get(table)
            .get(key)
            .map_err(|error| error::told(&error, table.reading()))
    }

    /// Whether there is a row.
    pub(crate) fn contains(&self, table: Table, key: &[u8]) -> Result<bool, StoreError> {
        self.tables
            .get(table)
            .contains_key(key)
            .map_err(|error| error::told(&error, table.reading()))
    }
}

/// Whether each of the `tables` of an engine that was in use has a complete folder. One that has not the engine takes for
/// one whose making was cut short: it throws the folder away, makes an empty table in its place and passes over
/// the journal's rows for it.
///
/// # Errors
/// When the folders cannot be looked at.
pub(crate) fn has_all_tables(folder: &Path, tables: usize) -> io::Result<bool> {
    let mut complete = 0;
    for entry in fs::read_dir(folder.join(TABLES_FOLDER))? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        // One beyond those is of a version that was cut short when it made its own.
        complete += usize::from(entry.path().join(TABLE_COMPLETE_MARKER).try_exists()?);
    }
    Ok(complete > tables)
}

/// What the engine said when it was opened. The folder was looked at before, so what the system calls missing
/// or senseless is a file of the engine that is not as it was; and what is there already is what it wants to
/// make anew for want of another file.
pub(crate) fn opening(error: &fjall::Error) -> StoreError {
    if let fjall::Error::Io(io) | fjall::Error::Storage(fjall::LsmError::Io(io)) = error
        && matches!(
            io.kind(),
            ErrorKind::NotFound | ErrorKind::AlreadyExists | ErrorKind::InvalidInput
        )
    {
        return damaged("opening: a file of the engine is missing or empty");
    }
    error::told(error, "opening")
}
