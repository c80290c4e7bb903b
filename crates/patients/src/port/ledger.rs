//! The port to the ledger of erasures. It is kept apart from the store, so that a store brought back from an older
//! backup does not bring back whom it has forgotten.

use async_trait::async_trait;
use wardline_kernel::{StoreError, UnixMillis};
use wardline_phi::Token;

use crate::model::PatientId;

/// That a record is erased. Names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Whose.
    pub patient: PatientId,
    /// When.
    pub at: UnixMillis,
    /// Ties it to the entry before it, under a key of the blind indexes' root: an entry that was altered, moved or
    /// taken out of the middle is found.
    pub mac: Token,
}

/// The ledger of erasures.
///
/// 1. When `append` returns `Ok`, the entries survive the loss of the process and of power; when it fails, they may or
///    may not be there.
/// 2. `entries` gives every entry that was appended, in the order in which they were.
/// 3. Nothing takes an entry away.
#[async_trait]
pub trait ErasureLedger: Send + Sync + 'static {
    /// Adds entries.
    async fn append(&self, entries: &[Erasure]) -> Result<(), StoreError>;

    /// All entries.
    async fn entries(&self) -> Result<Vec<Erasure>, StoreError>;
}
