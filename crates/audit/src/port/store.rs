//! The port to the store, and its contract.
//!
//! Each numbered sentence has a test of the same name in `testkit::conformance`; every adapter runs all of them.
//!
//! 1. A commit is whole: all of it is there, or nothing.
//! 2. When `commit` returns `Done`, it survives the loss of the process and of power.
//! 3. A commit that expects another size than there is changes nothing and is answered `Conflict` with the size.
//! 4. Leaves are given in the order of their sequence, from the place asked for, byte for byte.
//! 5. A posting finds exactly the leaves put under it that lie in the range, in the asked order.
//! 6. A removed leaf is found by nothing any more; every other one is, and the head stays.
//! 7. The head, nodes and rows are the last ones put; a removed row is not there.
//! 8. Checkpoints are listed in the order of their sizes, and the last one is that of the greatest size.
//! 9. Rows of a kind are listed in the order of their keys, beyond the one asked for.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use wardline_kernel::StoreError;

use super::{Commit, Committed, Head, Posting, RowKey, RowKind, StoredCheckpoint};
use crate::model::Seq;
use crate::tree::{Hash, NodeId};

/// The store of a trail. There is one writer.
#[async_trait]
pub trait AuditStore: Send + Sync + 'static {
    /// Writes all of it (sentences 1 to 3).
    async fn commit(&self, commit: Commit) -> Result<Committed, StoreError>;

    /// What the trail ends with; `None` before the first commit.
    async fn head(&self) -> Result<Option<Head>, StoreError>;

    /// At most `limit` leaves from `from` on (sentence 4).
    async fn leaves(&self, from: Seq, limit: usize) -> Result<Vec<(Seq, Bytes)>, StoreError>;

    /// At most `limit` leaves under a posting, from either end of the range (sentence 5).
    async fn postings(
        &self,
        posting: Posting,
        range: Range<Seq>,
        newest_first: bool,
        limit: usize,
    ) -> Result<Vec<Seq>, StoreError>;

    /// The root of a perfect subtree.
    async fn node(&self, node: NodeId) -> Result<Option<Hash>, StoreError>;

    /// At most `limit` checkpoints with a size beyond this one (sentence 8).
    async fn checkpoints(
        &self,
        beyond: u64,
        limit: usize,
    ) -> Result<Vec<StoredCheckpoint>, StoreError>;

    /// The checkpoint of the greatest size.
    async fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, StoreError>;

    /// One row.
    async fn row(&self, key: RowKey) -> Result<Option<Bytes>, StoreError>;

    /// At most `limit` rows of a kind, beyond `after` (sentence 9).
    async fn rows(
        &self,
        kind: RowKind,
        after: Option<RowKey>,
        limit: usize,
    ) -> Result<Vec<(RowKey, Bytes)>, StoreError>;
}
