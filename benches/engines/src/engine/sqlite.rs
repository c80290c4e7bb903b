//! SQLite in WAL mode with a synchronous commit.

use super::{Batch, Counts, Engine, Result};
use crate::workload::{DESTINATIONS, dedup_key, id_of, index_keys};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

const SCHEMA: &str = "
  CREATE TABLE IF NOT EXISTS headers(id INTEGER PRIMARY KEY, row BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS bodies(id INTEGER PRIMARY KEY, row BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS terms(key BLOB PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS dedup(key BLOB PRIMARY KEY, row BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS queue(dest INTEGER, id INTEGER, row BLOB NOT NULL,
    PRIMARY KEY(dest, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS deliveries(id INTEGER, dest INTEGER, row BLOB NOT NULL,
    PRIMARY KEY(id, dest)) WITHOUT ROWID;";

pub struct Sqlite {
    path: PathBuf,
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
}

impl Sqlite {
    pub fn open(dir: &Path) -> Result<Self> {
        let path = dir.join("store.sqlite");
        let writer = connect(&path)?;
        writer.execute_batch(SCHEMA)?;
        let reader = Mutex::new(connect(&path)?);
        Ok(Self {
            path,
            writer: Mutex::new(writer),
            reader,
        })
    }
}

fn connect(path: &Path) -> Result<Connection> {
    let conn = Connection::open(path)?;
    conn.set_prepared_statement_cache_capacity(64);
    conn.execute_batch(
        "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8000;",
    )?;
    Ok(conn)
}

impl Sqlite {
    fn read<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        Ok(f(&self.reader.lock().expect("a reader panicked"))?)
    }
}

impl Engine for Sqlite {
    fn commit(&self, batch: &Batch<'_>) -> Result<()> {
        let mut conn = self.writer.lock().expect("a writer panicked");
        let write = conn.transaction()?;
        {
            let mut header = write.prepare_cached("REPLACE INTO headers VALUES(?,?)")?;
            let mut body = write.prepare_cached("REPLACE INTO bodies VALUES(?,?)")?;
            let mut term = write.prepare_cached("REPLACE INTO terms VALUES(?)")?;
            let mut dedup = write.prepare_cached("REPLACE INTO dedup VALUES(?,?)")?;
            let mut queue = write.prepare_cached("REPLACE INTO queue VALUES(?,?,?)")?;
            for m in batch.accept {
                header.execute(params![m.id as i64, &m.header[..]])?;
                body.execute(params![m.id as i64, &m.body[..]])?;
                for key in m.index {
                    term.execute([&key[..]])?;
                }
                dedup.execute(params![&m.dedup[..], &m.header[..32]])?;
                for dest in 0..DESTINATIONS {
                    queue.execute(params![dest, m.id as i64, &m.header[..24]])?;
                }
            }
            let mut done = write.prepare_cached("DELETE FROM queue WHERE dest=? AND id=?")?;
            let mut log = write.prepare_cached("REPLACE INTO deliveries VALUES(?,?,?)")?;
            for c in batch.complete {
                done.execute(params![c.dest, c.id as i64])?;
                log.execute(params![c.id as i64, c.dest, &[7u8; 120][..]])?;
            }
            let mut headers = write.prepare_cached("DELETE FROM headers WHERE id=?")?;
            let mut bodies = write.prepare_cached("DELETE FROM bodies WHERE id=?")?;
            let mut terms = write.prepare_cached("DELETE FROM terms WHERE key=?")?;
            let mut known = write.prepare_cached("DELETE FROM dedup WHERE key=?")?;
            let mut logged = write.prepare_cached("DELETE FROM deliveries WHERE id=?")?;
            for &id in batch.remove {
                headers.execute([id as i64])?;
                bodies.execute([id as i64])?;
                for key in index_keys(id) {
                    terms.execute([&key[..]])?;
                }
                known.execute([&dedup_key(id)[..]])?;
                logged.execute([id as i64])?;
            }
        }
        Ok(write.commit()?)
    }

    fn knows(&self, dedup: &[u8; 16]) -> Result<bool> {
        self.read(|c| {
            c.prepare_cached("SELECT 1 FROM dedup WHERE key=?")?
                .exists([&dedup[..]])
        })
    }

    fn header(&self, id: u64) -> Result<Option<Vec<u8>>> {
        self.read(|c| row(c, "SELECT row FROM headers WHERE id=?", id))
    }

    fn body(&self, id: u64) -> Result<Option<Vec<u8>>> {
        self.read(|c| row(c, "SELECT row FROM bodies WHERE id=?", id))
    }

    fn search(&self, tag: u8, token: &[u8; 16]) -> Result<Vec<u64>> {
        let mut low = [0; 25];
        low[0] = tag;
        low[1..17].copy_from_slice(token);
        let mut high = low;
        high[17..].fill(0xff);
        self.read(|c| {
            c.prepare_cached("SELECT key FROM terms WHERE key BETWEEN ? AND ?")?
                .query_map([&low[..], &high[..]], |r| {
                    Ok(id_of(r.get_ref(0)?.as_blob()?))
                })?
                .collect()
        })
    }

    fn waiting(&self, dest: u32, from: u64, limit: usize) -> Result<Vec<u64>> {
        self.read(|c| {
            c.prepare_cached("SELECT id FROM queue WHERE dest=? AND id>=? ORDER BY id LIMIT ?")?
                .query_map(params![dest, from as i64, limit as i64], |r| {
                    r.get::<_, i64>(0).map(|id| id as u64)
                })?
                .collect()
        })
    }

    fn count(&self) -> Result<Counts> {
        let mut conn = connect(&self.path)?;
        let view = conn.transaction()?;
        let one = |sql: &str| view.query_row(sql, [], |r| r.get::<_, i64>(0).map(|n| n as u64));
        Ok(Counts {
            headers: one("SELECT count(*) FROM headers")?,
            queued: one("SELECT count(*) FROM queue")?,
        })
    }

    fn reclaim(&mut self) -> Result<()> {
        let conn = self.writer.lock().expect("a writer panicked");
        let mut vacuum = conn.prepare("PRAGMA incremental_vacuum")?;
        let mut steps = vacuum.query([])?;
        while steps.next()?.is_some() {}
        drop(steps);
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

fn row(c: &Connection, sql: &str, id: u64) -> rusqlite::Result<Option<Vec<u8>>> {
    c.prepare_cached(sql)?
        .query_row([id as i64], |r| r.get(0))
        .optional()
}
