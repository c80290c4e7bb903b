//! fjall 3: a log-structured tree per table behind one journal.

use super::{Batch, Counts, Engine, Result};
use crate::workload::{dedup_key, id_of, index_keys, queue_key};
use fjall::config::{CompressionPolicy, PinningPolicy};
use fjall::{CompressionType, Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions};
use fjall::{PersistMode, Readable};
use std::path::Path;

const MIB: u64 = 1024 * 1024;

pub struct Fjall {
    db: Database,
    headers: Keyspace,
    bodies: Keyspace,
    index: Keyspace,
    dedup: Keyspace,
    queue: Keyspace,
    deliveries: Keyspace,
}

impl Fjall {
    pub fn open(dir: &Path, separate: bool) -> Result<Self> {
        let db = Database::builder(dir)
            .cache_size(64 * MIB)
            .max_journaling_size(env_mib("FJALL_JOURNAL", 256) * MIB)
            .journal_compression(CompressionType::None)
            .manual_journal_persist(true)
            .worker_threads(env_mib("FJALL_WORKERS", 2) as usize)
            .open()?;
        let small = || table(env_mib("FJALL_MEMTABLE", 16));
        let blob = KvSeparationOptions::default()
            .separation_threshold(512)
            .compression(CompressionType::None)
            .file_target_size(env_mib("FJALL_BLOBFILE", 64) * MIB)
            .staleness_threshold(0.25)
            .age_cutoff(env_mib("FJALL_CUTOFF", 25) as f32 / 100.0);
        Ok(Self {
            headers: db.keyspace("headers", small)?,
            bodies: db.keyspace("bodies", || {
                table(env_mib("FJALL_BODIES", 64)).with_kv_separation(separate.then_some(blob))
            })?,
            index: db.keyspace("index", small)?,
            dedup: db.keyspace("dedup", small)?,
            queue: db.keyspace("queue", || table(env_mib("FJALL_QUEUE", 16)))?,
            deliveries: db.keyspace("deliveries", small)?,
            db,
        })
    }
}

fn env_mib(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(default)
}

fn table(memtable_mib: u64) -> KeyspaceCreateOptions {
    KeyspaceCreateOptions::default()
        .manual_journal_persist(true)
        .max_memtable_size(memtable_mib * MIB)
        .data_block_compression_policy(CompressionPolicy::all(CompressionType::None))
        .filter_block_pinning_policy(PinningPolicy::all(false))
        .index_block_pinning_policy(PinningPolicy::all(false))
}

impl Engine for Fjall {
    fn commit(&self, batch: &Batch<'_>) -> Result<()> {
        let mut write = self.db.batch().durability(Some(PersistMode::SyncData));
        for m in batch.accept {
            let id = m.id.to_be_bytes();
            write.insert(&self.headers, id, &m.header[..]);
            write.insert(&self.bodies, id, &m.body[..]);
            for key in m.index {
                write.insert(&self.index, key, &[][..]);
            }
            write.insert(&self.dedup, m.dedup, &m.header[..32]);
            for dest in 0..crate::workload::DESTINATIONS {
                write.insert(&self.queue, queue_key(dest, m.id), &m.header[..24]);
            }
        }
        for c in batch.complete {
            let mut delivery = queue_key(c.dest, c.id);
            write.remove(&self.queue, delivery);
            delivery.rotate_left(4);
            write.insert(&self.deliveries, delivery, &[7u8; 120][..]);
        }
        for &id in batch.remove {
            write.remove(&self.headers, id.to_be_bytes());
            write.remove(&self.bodies, id.to_be_bytes());
            for key in index_keys(id) {
                write.remove(&self.index, key);
            }
            write.remove(&self.dedup, dedup_key(id));
            for dest in 0..crate::workload::DESTINATIONS {
                let mut key = queue_key(dest, id);
                key.rotate_left(4);
                write.remove(&self.deliveries, key);
            }
        }
        Ok(write.commit()?)
    }

    fn knows(&self, dedup: &[u8; 16]) -> Result<bool> {
        Ok(self.dedup.contains_key(dedup)?)
    }

    fn header(&self, id: u64) -> Result<Option<Vec<u8>>> {
        Ok(self.headers.get(id.to_be_bytes())?.map(|v| v.to_vec()))
    }

    fn body(&self, id: u64) -> Result<Option<Vec<u8>>> {
        Ok(self.bodies.get(id.to_be_bytes())?.map(|v| v.to_vec()))
    }

    fn search(&self, tag: u8, token: &[u8; 16]) -> Result<Vec<u64>> {
        let prefix: Vec<u8> = std::iter::once(tag).chain(*token).collect();
        self.index
            .prefix(prefix)
            .map(|guard| Ok(id_of(&guard.key()?)))
            .collect()
    }

    fn waiting(&self, dest: u32, from: u64, limit: usize) -> Result<Vec<u64>> {
        self.queue
            .range(queue_key(dest, from)..=queue_key(dest, u64::MAX))
            .take(limit)
            .map(|guard| Ok(id_of(&guard.key()?)))
            .collect()
    }

    fn count(&self) -> Result<Counts> {
        let view = self.db.snapshot();
        Ok(Counts {
            headers: view.len(&self.headers)? as u64,
            queued: view.len(&self.queue)? as u64,
        })
    }

    fn reclaim(&mut self) -> Result<()> {
        let tables = [
            &self.bodies,
            &self.headers,
            &self.index,
            &self.dedup,
            &self.queue,
        ];
        for table in tables.into_iter().chain([&self.deliveries]) {
            table.rotate_memtable_and_wait()?;
            table.major_compact()?;
        }
        Ok(())
    }
}
