//! Opening: the folder first, then what is in it, looking before touching.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wardline_messaging::port::StoreError;

use crate::audit::Behind;
use crate::codec::{self, SCHEMA};
use crate::directory::{Directory, Published};
use crate::engine::{self, COMPLETE_MARKER, Durability, Engine, Key, Table, WriteError};
use crate::error::{OpenError, damaged};
use crate::journal::{self, JournalError};
use crate::keys;
use crate::mark::Mark;
use crate::options::Options;
use crate::recent::{self, Recent};

const LOCK_FILE: &str = "in-use";
const ENGINE_FOLDER: &str = "engine";
/// Says how many tables there are, so that a version that adds some tells them from lost ones.
const TABLES_FILE: &str = "tables";
const NEW_TABLES_FILE: &str = "tables.new";
/// Tables of the versions that did not write that down.
const FIRST_TABLES: usize = 9;
/// Where an engine's folder goes that was never finished.
const UNFINISHED_FOLDER: &str = "engine.unfinished";

/// The store's folder, held by this process alone.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Also held by whoever reads: the folder is free when nobody has the engine open any more.
    lock: Arc<File>,
    pub(crate) mark: Mark,
    /// Commits that were acknowledged, as the mark says.
    pub(crate) acknowledged: u64,
}

/// An engine with what readers need.
pub(crate) struct Opened {
    pub(crate) engine: Engine,
    pub(crate) published: Published,
    pub(crate) recent: Recent,
    pub(crate) trail: Arc<Behind>,
    // Behind the engine, so that it is let go after it.
    _lock: Arc<File>,
}

impl Folder {
    /// Makes the folder if need be and takes it for this process.
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let failed = |source| io_failed(path, source);
        let is_new = !path.try_exists().map_err(failed)?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(failed)?;
        if let Some(parent) = path.parent().filter(|_| is_new) {
            // A parent that may not be read may not be synced by us; the folder is made all the same.
            drop(sync_folder(parent));
        }
        let lock = lock(path)?;
        let (mark, acknowledged) = Mark::open(path).map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            lock: Arc::new(lock),
            mark,
            acknowledged,
        })
    }

    /// Whether there is a store in a folder. Nothing is made or taken.
    pub(crate) fn has_store(path: &Path) -> bool {
        path.join(ENGINE_FOLDER).join(COMPLETE_MARKER).exists()
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn engine_path(&self) -> PathBuf {
        self.path.join(ENGINE_FOLDER)
    }

    /// Opens what is in it.
    pub(crate) fn open(&self, options: &Options) -> Result<(Opened, Directory), OpenError> {
        let must_hold = self.look_before_opening()?;
        let open = || -> Result<_, StoreError> {
            let engine =
                Engine::open(&self.engine_path(), options).map_err(|e| engine::opening(&e))?;
            let schema = schema_of(&engine)?;
            let directory = Directory::load(&engine)?;
            let recent = recent::gather(&engine, &directory, options.index_at_once)?;
            let trail = Behind::gather(&engine, options.index_at_once)?;
            Ok((engine, schema, (directory, recent, trail)))
        };
        // The engine asserts what it expects of its own files; a damaged one must not end the process.
        let opened = catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| {
            Err(damaged(
                "opening: the engine cannot make sense of its files",
            ))
        });
        let (engine, schema, read) = opened.map_err(|error| self.told(error))?;
        let (directory, recent, trail) = read;
        if schema != SCHEMA {
            let folder = self.path.clone();
            return Err(OpenError::Schema {
                folder,
                found: schema,
                known: SCHEMA,
            });
        }
        let commits = directory.head.commits;
        if commits < must_hold {
            let what = format!("it holds {commits} commits, but {must_hold} were acknowledged");
            return Err(self.told(damaged(&what)));
        }
        self.note_tables()?;
        // The engine syncs what is in its folder; that the folder is in this one is ours to sync.
        sync_folder(&self.path).map_err(|e| self.failed(e))?;
        let published = Published::new(&directory);
        let lock = Arc::clone(&self.lock);
        Ok((
            Opened {
                engine,
                published,
                recent,
                trail: Arc::new(trail),
                _lock: lock,
            },
            directory,
        ))
    }

    /// Gives how many commits must be found.
    fn look_before_opening(&self) -> Result<u64, OpenError> {
        let engine = self.engine_path();
        let is_complete = engine
            .join(COMPLETE_MARKER)
            .try_exists()
            .map_err(|e| self.failed(e))?;
        if is_complete {
            return self.look_inside(&engine);
        }
        if self.acknowledged > 0 {
            return Err(self.told(damaged("the engine's files are missing")));
        }
        // Making it was cut short before anything was acknowledged: begin again, but throw nothing away.
        if engine.try_exists().map_err(|e| self.failed(e))? {
            let aside = self.path.join(UNFINISHED_FOLDER);
            fs::rename(&engine, aside).map_err(|e| self.failed(e))?;
        }
        Ok(0)
    }

    fn look_inside(&self, engine: &Path) -> Result<u64, OpenError> {
        let journals =
            journal::check(engine, self.acknowledged).map_err(|error| self.unread(error))?;
        let tables = self.tables()?;
        let has_all_tables = match engine::has_all_tables(engine, tables) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            looked => looked.map_err(|e| self.failed(e))?,
        };
        let must_hold = self.acknowledged.max(journals.on_disk);
        let was_used = must_hold > 0 || journals.last_commit.is_some();
        if was_used && !has_all_tables {
            let what = "a table's folder, or the file `current` in it, is missing";
            return Err(self.told(damaged(what)));
        }
        if let Some((path, at)) = journals.torn {
            tracing::info!(
                at,
                "the last batch was cut short before it was acknowledged: dropped"
            );
            // What says so is about to be cut off, and the next one who opens the store has to know it as well.
            if must_hold > self.acknowledged {
                let noted = self.mark.set(must_hold).and_then(|()| self.mark.sync());
                noted.map_err(|e| self.failed(e))?;
            }
            journal::cut(&path, at).map_err(|e| self.failed(e))?;
        }
        // Before the engine writes anything behind what may not be on disk.
        journal::sync(engine).map_err(|error| self.unread(error))?;
        Ok(must_hold)
    }

    /// How many tables the engine had when it was last opened.
    fn tables(&self) -> Result<usize, OpenError> {
        match fs::read_to_string(self.path.join(TABLES_FILE)) {
            Ok(text) => {
                let count = text.trim().parse();
                count.map_err(|_| self.told(damaged("the file `tables` holds no number")))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(FIRST_TABLES),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Writes that down, when this version added some.
    fn note_tables(&self) -> Result<(), OpenError> {
        if self.tables()? == Table::ALL.len() {
            return Ok(());
        }
        let (path, new) = (self.path.join(TABLES_FILE), self.path.join(NEW_TABLES_FILE));
        let written = File::create(&new).and_then(|mut file| {
            writeln!(file, "{}", Table::ALL.len())?;
            file.sync_all()
        });
        written
            .and_then(|()| fs::rename(new, path))
            .map_err(|error| self.failed(error))
    }

    pub(crate) fn told(&self, error: StoreError) -> OpenError {
        let folder = self.path.clone();
        match error {
            StoreError::Full => OpenError::Full { folder },
            StoreError::Corrupt(what) => OpenError::Damaged { folder, what },
            StoreError::Unavailable(what) => OpenError::Io {
                folder,
                source: io::Error::other(what),
            },
        }
    }

    fn unread(&self, error: JournalError) -> OpenError {
        match error {
            JournalError::Io(source) => self.failed(source),
            error @ JournalError::Damaged { .. } => self.told(damaged(&error.to_string())),
        }
    }

    fn failed(&self, source: io::Error) -> OpenError {
        io_failed(&self.path, source)
    }
}

pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Takes the lock, and writes down who has it.
fn lock(path: &Path) -> Result<File, OpenError> {
    let failed = |source| io_failed(path, source);
    let mut options = OpenOptions::new();
    let options = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600);
    let mut file = options.open(path.join(LOCK_FILE)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let read = file.take(32).read_to_string(&mut holder);
            let known = read.is_ok() && !holder.trim().is_empty();
            let holder = if known {
                holder.trim().to_owned()
            } else {
                "another process".to_owned()
            };
            return Err(OpenError::InUse {
                folder: path.to_owned(),
                holder,
            });
        }
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    let holder = format!("process {}\n", std::process::id());
    file.set_len(0)
        .and_then(|()| file.write_all(holder.as_bytes()))
        .map_err(failed)?;
    Ok(file)
}

/// The schema that is stored; a new store gets this version's.
fn schema_of(engine: &Engine) -> Result<u64, StoreError> {
    if let Some(value) = engine.get(Table::Meta, keys::SCHEMA)? {
        return codec::decode(Table::Meta, &value);
    }
    let row = (
        Table::Meta,
        Key::from(keys::SCHEMA),
        Some(codec::encode(&SCHEMA)?),
    );
    engine
        .write([row], Durability::Synced)
        .map_err(WriteError::told)?;
    Ok(SCHEMA)
}

fn io_failed(path: &Path, source: io::Error) -> OpenError {
    let folder = path.to_owned();
    match source.kind() {
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            OpenError::NotWritable { folder, source }
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::Full { folder },
        _ => OpenError::Io { folder, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_another_schema_is_refused_with_both_numbers() {
        let folder = tempfile::tempdir().unwrap();
        drop(
            Folder::take(folder.path())
                .unwrap()
                .open(&Options::default())
                .unwrap(),
        );
        let engine = Engine::open(&folder.path().join(ENGINE_FOLDER), &Options::default()).unwrap();
        let newer = (
            Table::Meta,
            Key::from(keys::SCHEMA),
            Some(codec::encode(&9_u64).unwrap()),
        );
        engine
            .write([newer], Durability::Synced)
            .map_err(WriteError::told)
            .unwrap();
        drop(engine);

        let opened = Folder::take(folder.path())
            .unwrap()
            .open(&Options::default());

        let refused = opened.err().unwrap().to_string();
        assert!(
            refused.contains("has schema 9, this version reads schema 1"),
            "{refused}"
        );
    }
}
