//! redb 4: a copy-on-write B-tree in one file.

use super::{Batch, Counts, Engine, Result};
use crate::workload::{DESTINATIONS, dedup_key, id_of, index_keys, queue_key};
use redb::{Database, Durability, ReadableDatabase, ReadableTableMetadata, TableDefinition};
use std::path::Path;

type Bytes = &'static [u8];
const HEADERS: TableDefinition<u64, Bytes> = TableDefinition::new("headers");
const BODIES: TableDefinition<u64, Bytes> = TableDefinition::new("bodies");
const INDEX: TableDefinition<[u8; 25], ()> = TableDefinition::new("index");
const DEDUP: TableDefinition<[u8; 16], Bytes> = TableDefinition::new("dedup");
const QUEUE: TableDefinition<[u8; 12], Bytes> = TableDefinition::new("queue");
const DELIVERIES: TableDefinition<[u8; 12], Bytes> = TableDefinition::new("deliveries");

pub struct Redb {
    db: Database,
}

impl Redb {
    pub fn open(dir: &Path) -> Result<Self> {
        let db = Database::builder()
            .set_cache_size(64 << 20)
            .create(dir.join("store.redb"))?;
        let store = Self { db };
        store.commit(&Batch::default())?;
        Ok(store)
    }
}

impl Engine for Redb {
    fn commit(&self, batch: &Batch<'_>) -> Result<()> {
        let mut write = self.db.begin_write()?;
        write.set_durability(Durability::Immediate)?;
        // Without it an unclean stop is repaired by walking the whole file.
        write.set_quick_repair(std::env::var_os("REDB_QUICK_REPAIR").is_some());
        {
            let mut headers = write.open_table(HEADERS)?;
            let mut bodies = write.open_table(BODIES)?;
            let mut index = write.open_table(INDEX)?;
            let mut dedup = write.open_table(DEDUP)?;
            let mut queue = write.open_table(QUEUE)?;
            let mut deliveries = write.open_table(DELIVERIES)?;
            for m in batch.accept {
                headers.insert(m.id, &m.header[..])?;
                bodies.insert(m.id, &m.body[..])?;
                for key in m.index {
                    index.insert(key, ())?;
                }
                dedup.insert(m.dedup, &m.header[..32])?;
                for dest in 0..DESTINATIONS {
                    queue.insert(queue_key(dest, m.id), &m.header[..24])?;
                }
            }
            for c in batch.complete {
                let mut key = queue_key(c.dest, c.id);
                queue.remove(key)?;
                key.rotate_left(4);
                deliveries.insert(key, &[7u8; 120][..])?;
            }
            for &id in batch.remove {
                headers.remove(id)?;
                bodies.remove(id)?;
                for key in index_keys(id) {
                    index.remove(key)?;
                }
                dedup.remove(dedup_key(id))?;
                for dest in 0..DESTINATIONS {
                    let mut key = queue_key(dest, id);
                    key.rotate_left(4);
                    deliveries.remove(key)?;
                }
            }
        }
        Ok(write.commit()?)
    }

    fn knows(&self, dedup: &[u8; 16]) -> Result<bool> {
        Ok(self
            .db
            .begin_read()?
            .open_table(DEDUP)?
            .get(*dedup)?
            .is_some())
    }

    fn header(&self, id: u64) -> Result<Option<Vec<u8>>> {
        Ok(self
            .db
            .begin_read()?
            .open_table(HEADERS)?
            .get(id)?
            .map(|v| v.value().to_vec()))
    }

    fn body(&self, id: u64) -> Result<Option<Vec<u8>>> {
        Ok(self
            .db
            .begin_read()?
            .open_table(BODIES)?
            .get(id)?
            .map(|v| v.value().to_vec()))
    }

    fn search(&self, tag: u8, token: &[u8; 16]) -> Result<Vec<u64>> {
        let mut low = [0; 25];
        low[0] = tag;
        low[1..17].copy_from_slice(token);
        let mut high = low;
        high[17..].fill(0xff);
        let table = self.db.begin_read()?.open_table(INDEX)?;
        table
            .range(low..=high)?
            .map(|row| Ok(id_of(&row?.0.value())))
            .collect()
    }

    fn waiting(&self, dest: u32, from: u64, limit: usize) -> Result<Vec<u64>> {
        let table = self.db.begin_read()?.open_table(QUEUE)?;
        table
            .range(queue_key(dest, from)..=queue_key(dest, u64::MAX))?
            .take(limit)
            .map(|row| Ok(id_of(&row?.0.value())))
            .collect()
    }

    fn count(&self) -> Result<Counts> {
        let view = self.db.begin_read()?;
        let headers = view.open_table(HEADERS)?;
        let queue = view.open_table(QUEUE)?;
        let counts = Counts {
            headers: headers.range(0u64..)?.count() as u64,
            queued: queue.range([0; 12]..)?.count() as u64,
        };
        assert_eq!(counts.headers, headers.len()?);
        Ok(counts)
    }

    fn reclaim(&mut self) -> Result<()> {
        while self.db.compact()? {}
        Ok(())
    }
}
