//! What the phases ask of an engine: the store's operations in their smallest form.

#[cfg(feature = "fjall")]
mod fjall;
#[cfg(feature = "redb")]
mod redb;
#[cfg(feature = "sqlite")]
mod sqlite;

use crate::workload::{Completion, Message};
use std::path::Path;

/// Any failure ends the run.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The engines and variants that are compared.
pub const ALL: &[&str] = &[
    #[cfg(feature = "fjall")]
    "fjall-kv",
    #[cfg(feature = "fjall")]
    "fjall",
    #[cfg(feature = "redb")]
    "redb",
    #[cfg(feature = "sqlite")]
    "sqlite",
];

/// Opens a store by the engine's name.
pub fn open(name: &str, dir: &Path) -> Result<Box<dyn Engine>> {
    std::fs::create_dir_all(dir)?;
    match name {
        #[cfg(feature = "fjall")]
        "fjall-kv" => Ok(Box::new(fjall::Fjall::open(dir, true)?)),
        #[cfg(feature = "fjall")]
        "fjall" => Ok(Box::new(fjall::Fjall::open(dir, false)?)),
        #[cfg(feature = "redb")]
        "redb" => Ok(Box::new(redb::Redb::open(dir)?)),
        #[cfg(feature = "sqlite")]
        "sqlite" => Ok(Box::new(sqlite::Sqlite::open(dir)?)),
        other => Err(format!("no engine {other:?}; one of {ALL:?}").into()),
    }
}

/// One group commit: atomic, and on disk when `commit` returns.
#[derive(Default)]
pub struct Batch<'a> {
    /// Messages to store with all their rows.
    pub accept: &'a [Message],
    /// Deliveries that are finished.
    pub complete: &'a [Completion],
    /// Messages to remove with all their rows (retention).
    pub remove: &'a [u64],
}

/// Rows seen in one consistent view.
#[derive(Debug, PartialEq, Eq)]
pub struct Counts {
    pub headers: u64,
    pub queued: u64,
}

/// The operations measured.
pub trait Engine: Send + Sync {
    /// Commits durably.
    fn commit(&self, batch: &Batch<'_>) -> Result<()>;
    /// Whether a duplicate key is known.
    fn knows(&self, dedup: &[u8; 16]) -> Result<bool>;
    /// A header row.
    fn header(&self, id: u64) -> Result<Option<Vec<u8>>>;
    /// A sealed body.
    fn body(&self, id: u64) -> Result<Option<Vec<u8>>>;
    /// Ids of the messages that carry a token.
    fn search(&self, tag: u8, token: &[u8; 16]) -> Result<Vec<u64>>;
    /// The first ids waiting for a destination, from an id on, in order.
    fn waiting(&self, dest: u32, from: u64, limit: usize) -> Result<Vec<u64>>;
    /// Counts headers and queue rows in one snapshot.
    fn count(&self) -> Result<Counts>;
    /// Gives deleted space back, as far as the engine can.
    fn reclaim(&mut self) -> Result<()>;
}
