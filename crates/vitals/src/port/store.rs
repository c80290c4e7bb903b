//! The port to the store, and its contract.
//!
//! The store keeps rows, of which there is one of a key, and entries, of which a stay has many in the order of
//! their numbers. Everything in them is sealed; keys are numbers of this program and blind tokens. Each numbered
//! sentence has a test of the same name in `testkit::conformance`; every adapter runs all of them.
//!
//! 1. A commit is whole: all of its writes are seen, or none.
//! 2. When a `Synced` commit returns `Ok`, it and every commit before it survive the loss of the process and of
//!    power.
//! 3. When a `Written` commit returns `Ok`, it survives the loss of the process; a loss of power may take it,
//!    and those after it, back to the last `Synced` one.
//! 4. Commits take effect in the order of their calls, and writes in their order within one; a row put again is
//!    the last one put.
//! 5. A row that is removed is listed no more, and removing it twice is the same as once.
//! 6. A stay's entries are listed in the order of their numbers, whatever the order they were appended in; a
//!    number appended again is the last one appended.
//! 7. Trimming removes a stay's entries up to and including a number, and no other entry.
//! 8. Pages of rows and entries neither repeat nor skip, and end with a cursor exactly when there may be more.
//! 9. What is stored is given back byte for byte, whatever the bytes.

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::StoreError;
use wardline_phi::Token;

use crate::model::StayId;

/// The key of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Row {
    /// A bed, by the blind token of its id.
    Bed(Token),
    /// A stay.
    Stay(StayId),
    /// A stay's chart as it was at one of its entries.
    Chart(StayId),
    /// A merge or move of numbers, by its number.
    Merge(u64),
    /// Values that are nobody's, by their number.
    Aside(u64),
    /// How the wall clock stood when it was last looked at; there is one.
    Clock,
}

/// The key of an entry: whose, and its number.
pub type EntryKey = (StayId, u64);

/// One write of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Puts a row.
    Put {
        /// Its key.
        row: Row,
        /// What is in it.
        sealed: Bytes,
    },
    /// Removes a row.
    Remove(Row),
    /// Adds an entry to a stay.
    Append {
        /// The stay.
        stay: StayId,
        /// The entry's number.
        number: u64,
        /// What is in it.
        sealed: Bytes,
    },
    /// Removes the entries of a stay up to and including a number.
    Trim {
        /// The stay.
        stay: StayId,
        /// The last one removed.
        up_to: u64,
    },
}

/// What a commit survives once it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The loss of the process.
    Written,
    /// The loss of power, too.
    Synced,
}

/// A row as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow {
    /// Its key.
    pub row: Row,
    /// What is in it.
    pub sealed: Bytes,
}

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its key.
    pub key: EntryKey,
    /// What is in it.
    pub sealed: Bytes,
}

/// Part of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, C> {
    /// What was found, in the order of the keys.
    pub items: Vec<T>,
    /// Where the next page starts (after this one); `None` at the end.
    pub next: Option<C>,
}

/// The store of beds, stays and charts.
#[async_trait]
pub trait BedStore: Send + Sync + 'static {
    /// Writes, whole and as durable as asked for (sentences 1 to 4). Without writes, a synced commit makes what
    /// was written before it durable.
    async fn commit(&self, writes: Vec<Write>, durability: Durability) -> Result<(), StoreError>;

    /// Up to `limit` rows beyond `after`, in the order of [`Row`].
    async fn rows(
        &self,
        after: Option<Row>,
        limit: usize,
    ) -> Result<Page<StoredRow, Row>, StoreError>;

    /// Up to `limit` entries beyond `after`, in the order of stays and then of numbers.
    async fn entries(
        &self,
        after: Option<EntryKey>,
        limit: usize,
    ) -> Result<Page<StoredEntry, EntryKey>, StoreError>;
}
