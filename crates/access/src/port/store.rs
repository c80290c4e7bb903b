//! The port to the store, and its contract.
//!
//! Rows of several kinds, each changed by itself: nothing here needs two rows to change together. Each numbered
//! sentence has a test of the same name in `testkit::conformance`; every adapter runs all of them.
//!
//! 1. A put that expects version 0 creates a row of version 1; when there is a row of this kind and id it is answered
//!    `Conflict`.
//! 2. A put that expects version n replaces a row of version n by one of n + 1; of another version, or none, it is
//!    answered `Conflict` with the version that there is, 0 for none.
//! 3. A lookup key leads to one row of a kind: a put whose key is another row's is answered `Taken`. A put with
//!    another key, or none, frees the row's old one.
//! 4. A put that was answered otherwise than `Done` changed nothing.
//! 5. When a put returns `Done`, it survives the loss of the process and of power.
//! 6. Of puts at the same time that expect the same version, one is `Done`.
//! 7. A listing gives the rows of a kind after a given id, in the order of their ids, at most as many as asked for.
//! 8. What is stored is given back byte for byte.

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::StoreError;

/// Rows of a page at most.
pub const MAX_PAGE: usize = 1_000;

/// What a row is of. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A user or service account; looked up by the blind token of its login.
    User = 1,
    /// An API key; looked up by the hash of its token.
    ApiKey = 2,
    /// An emergency access; looked up by the hash of its token.
    Emergency = 3,
    /// What became of a notice to the outside.
    Notice = 4,
    /// A request that another person must approve.
    Approval = 5,
}

/// A row as it is stored. The body is sealed; nothing else tells of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is of.
    pub kind: Kind,
    /// Its id, one of its kind.
    pub id: [u8; 16],
    /// What it is looked up by.
    pub key: Option<[u8; 32]>,
    /// Goes up by one with every change; the first is 1.
    pub version: u64,
    /// Sealed.
    pub body: Bytes,
}

/// What became of a put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is stored.
    Done,
    /// The row is of this version.
    Conflict(u64),
    /// Another row has the key.
    Taken,
}

/// The store of identities and emergency accesses.
#[async_trait]
pub trait AccessStore: Send + Sync + 'static {
    /// Stores a row whose version is one more than the expected one (sentences 1 to 6).
    async fn put(&self, row: Row) -> Result<Put, StoreError>;

    /// One row.
    async fn get(&self, kind: Kind, id: [u8; 16]) -> Result<Option<Row>, StoreError>;

    /// The row that a key leads to.
    async fn find(&self, kind: Kind, key: [u8; 32]) -> Result<Option<Row>, StoreError>;

    /// A page of rows (sentence 7).
    async fn list(
        &self,
        kind: Kind,
        after: Option<[u8; 16]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError>;
}
