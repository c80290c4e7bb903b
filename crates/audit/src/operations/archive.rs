//! Archives sealed segments: a file with the leaves as they are stored, and a manifest that a third party can check.
//!
//! A segment is sealed when all its leaves are there and a checkpoint covers them. The file begins with
//! [`ARCHIVE_MAGIC`]; then, for each leaf, its length (4 bytes, big-endian) and its bytes.

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use crate::error::OperationError;
use crate::model::{Event, EventKind, LeafHeader, Note, Origin, Outcome, Seq};
use crate::port::{ArchiveStore, RowKey, SEGMENT_LEAVES, SEGMENT_LEVEL};
use crate::service::Audit;
use crate::signing::{Checkpoint, NoteKey};
use crate::tree::{Hash, inclusion_path, leaf_hash, sha256};
use crate::verify::signed;
use crate::writer::Asked;

/// The first bytes of an archived segment.
pub const ARCHIVE_MAGIC: &[u8; 16] = b"wardline-audit-1";
/// Segments archived in one call at most.
const MAX_SEGMENTS: usize = 64;

/// What became of a segment; kept for as long as the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentRecord {
    /// Counted from 0; its first record is `index` times [`SEGMENT_LEAVES`].
    pub index: u64,
    /// When its first and its last record were recorded.
    pub first_at: UnixMillis,
    /// When its last record was recorded.
    pub last_at: UnixMillis,
    /// The hash of its last leaf.
    pub last_hash: Hash,
    /// The root of the tree over its leaves.
    pub root: Hash,
    /// SHA-256 of the file.
    pub file_sha256: Hash,
    /// When it was archived.
    pub archived_at: UnixMillis,
    /// When its records were dropped here.
    pub dropped_at: Option<UnixMillis>,
}

/// What a manifest says, in JSON beside the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Which trail.
    pub origin: String,
    /// The file.
    pub file: String,
    /// SHA-256 of the file, in base64.
    pub file_sha256: String,
    /// The first record.
    pub first: u64,
    /// How many there are.
    pub records: u64,
    /// The root of the tree over these leaves alone, in base64.
    pub root: String,
    /// Milliseconds since 1970 of the first and the last record.
    pub first_at: UnixMillis,
    /// Of the last one.
    pub last_at: UnixMillis,
    /// A signed checkpoint that covers them.
    pub checkpoint: String,
    /// The hashes, in base64 and from the bottom up, that lead from `root` to the root in `checkpoint`: an inclusion
    /// proof (RFC 9162 §2.1.3) in the tree whose leaves are the segments.
    pub proof: Vec<String>,
}

/// What was archived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archived {
    /// One for each segment.
    pub manifests: Vec<Manifest>,
    /// There are more: call again.
    pub has_more: bool,
}

impl Audit {
    /// Archives the segments that are sealed and not archived yet, oldest first, and records it. It goes on when nobody
    /// waits for it any more: a segment that was put and not recorded would be put again.
    ///
    /// # Errors
    /// The archive or the store failed, or it could not be recorded. What was archived stays archived.
    pub async fn archive(
        &self,
        to: Arc<dyn ArchiveStore>,
        by: Origin,
    ) -> Result<Archived, OperationError> {
        let audit = self.clone();
        let work = async move { audit.archive_sealed(&to, &by).await };
        self.to_its_end(work).await.map_err(io::Error::other)?
    }

    async fn archive_sealed(
        &self,
        to: &Arc<dyn ArchiveStore>,
        by: &Origin,
    ) -> Result<Archived, OperationError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let Some(last) = self.0.store.last_checkpoint().await? else {
            return Ok(Archived::default());
        };
        let sealed = last.size / SEGMENT_LEAVES;
        let mut index = self.archived_segments().await?;
        let mut archived = Archived::default();
        while index < sealed && archived.manifests.len() < MAX_SEGMENTS && !self.is_stopping() {
            let manifest = self.archive_one(index, &last.note, to, by).await?;
            archived.manifests.push(manifest);
            index += 1;
        }
        archived.has_more = index < sealed;
        Ok(archived)
    }

    /// What became of a segment; `None` while it was not archived.
    pub(crate) async fn segment(
        &self,
        index: u64,
    ) -> Result<Option<SegmentRecord>, OperationError> {
        let row = self.0.store.row(RowKey::Segment(index)).await?;
        let opened = row.map(|row| open_segment(index, &row));
        opened.transpose()
    }

    /// How many segments were archived; they are archived in order.
    async fn archived_segments(&self) -> Result<u64, OperationError> {
        let (mut known, mut beyond) = (0, 1);
        while self.segment(beyond - 1).await?.is_some() {
            known = beyond;
            beyond *= 2;
        }
        while known + 1 < beyond {
            let middle = known + (beyond - known) / 2;
            if self.segment(middle - 1).await?.is_some() {
                known = middle;
            } else {
                beyond = middle;
            }
        }
        Ok(known)
    }

    async fn archive_one(
        &self,
        index: u64,
        checkpoint: &str,
        to: &Arc<dyn ArchiveStore>,
        by: &Origin,
    ) -> Result<Manifest, OperationError> {
        let (record, file) = self.read_segment(index).await?;
        let name = segment_name(index);
        let manifest = Manifest {
            origin: self.0.keys.origin().to_owned(),
            file: name.clone(),
            file_sha256: STANDARD.encode(record.file_sha256),
            first: index * SEGMENT_LEAVES,
            records: SEGMENT_LEAVES,
            root: STANDARD.encode(record.root),
            first_at: record.first_at,
            last_at: record.last_at,
            checkpoint: checkpoint.to_owned(),
            proof: self.segment_proof(index, checkpoint).await?,
        };
        let (to, keys) = (Arc::clone(to), Arc::clone(&self.0.keys));
        let put = tokio::task::spawn_blocking(move || {
            to.put(&name, &file)?;
            put_manifest(&*to, manifest, keys.verifiers(), &record.root)
        });
        let manifest = put.await.map_err(io::Error::other)??;
        let row = encoded(&record)?;
        self.ask(Asked {
            events: vec![changed(by, &format!("archived segment {index}"))],
            rows: vec![(RowKey::Segment(index), Some(row.into()))],
            ..Asked::default()
        })
        .await?;
        Ok(manifest)
    }

    /// What leads from a segment's root to that of a checkpoint: the upper end of the proof of its first record.
    async fn segment_proof(
        &self,
        index: u64,
        checkpoint: &str,
    ) -> Result<Vec<String>, OperationError> {
        let first = Seq(index * SEGMENT_LEAVES);
        let damaged = |_| OperationError::Damaged(first);
        let size = Checkpoint::open(checkpoint, self.verifiers()).map_err(damaged)?;
        let path = inclusion_path(first.0, size.size).ok_or(OperationError::Damaged(first))?;
        let above = path.into_iter().skip(usize::from(SEGMENT_LEVEL)).collect();
        let hashes = self.hashes(above).await?;
        Ok(hashes.iter().map(|hash| STANDARD.encode(hash)).collect())
    }

    /// A segment's record and file, checked against what is kept of the tree.
    async fn read_segment(&self, index: u64) -> Result<(SegmentRecord, Vec<u8>), OperationError> {
        let first = Seq(index * SEGMENT_LEAVES);
        let root = self.subtree(first.0..first.0 + SEGMENT_LEAVES).await?;
        let count = usize::try_from(SEGMENT_LEAVES).unwrap_or(usize::MAX);
        let leaves = self.0.store.leaves(first, count).await?;
        let mut file = ARCHIVE_MAGIC.to_vec();
        let mut tree = crate::tree::CompactRange::default();
        for (seq, bytes) in &leaves {
            let length = u32::try_from(bytes.len()).map_err(|_| OperationError::Damaged(*seq))?;
            file.extend(length.to_be_bytes());
            file.extend_from_slice(bytes);
            tree.push(leaf_hash(bytes), |_, _| ());
        }
        let header = |leaf: Option<&(Seq, bytes::Bytes)>| {
            let parsed = leaf.and_then(|(_, leaf)| LeafHeader::parse(leaf));
            parsed.map(|(header, _)| header.at)
        };
        let (first_at, last_at) = (header(leaves.first()), header(leaves.last()));
        let (Some(first_at), Some(last_at), true) = (first_at, last_at, tree.root() == root) else {
            return Err(OperationError::Damaged(first));
        };
        let record = SegmentRecord {
            index,
            first_at,
            last_at,
            last_hash: leaves
                .last()
                .map_or_else(Hash::default, |(_, leaf)| leaf_hash(leaf)),
            root,
            file_sha256: sha256(&[&file]),
            archived_at: self.now(),
            dropped_at: None,
        };
        Ok((record, file))
    }
}

/// Puts a manifest, and gives the one that is there then. One that was put before the segment was recorded, by a call that
/// did not come to that, has an earlier checkpoint: it stays, when it says the same of the segment and proves it.
fn put_manifest(
    to: &dyn ArchiveStore,
    manifest: Manifest,
    keys: &[NoteKey],
    root: &Hash,
) -> io::Result<Manifest> {
    let name = format!("{}.json", manifest.file);
    let put = to.put(&name, &serde_json::to_vec_pretty(&manifest)?);
    match put {
        Ok(()) => Ok(manifest),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let there = serde_json::from_slice::<Manifest>(&to.get(&name)?).ok();
            let good = there.filter(|there| {
                let of_now = Manifest {
                    checkpoint: there.checkpoint.clone(),
                    proof: there.proof.clone(),
                    ..manifest
                };
                *there == of_now && signed(there, root, keys).is_ok()
            });
            good.ok_or_else(|| {
                let why = format!(
                    "{name} is there and says something else of the segment: verify the archive, and put what does not \
                     belong to this trail elsewhere"
                );
                io::Error::new(io::ErrorKind::AlreadyExists, why)
            })
        }
        Err(error) => Err(error),
    }
}

/// The name of a segment's file.
pub(crate) fn segment_name(index: u64) -> String {
    format!("segment-{index:010}")
}

pub(super) fn open_segment(index: u64, row: &[u8]) -> Result<SegmentRecord, OperationError> {
    let read = postcard::from_bytes::<SegmentRecord>(row).ok();
    let read = read.filter(|record| record.index == index);
    read.ok_or(OperationError::Damaged(Seq(index * SEGMENT_LEAVES)))
}

pub(super) fn encoded<T: Serialize>(row: &T) -> Result<Vec<u8>, OperationError> {
    let failed = |error: postcard::Error| io::Error::other(error.to_string());
    Ok(postcard::to_stdvec(row).map_err(failed)?)
}

/// That what is kept about the trail was changed.
pub(super) fn changed(by: &Origin, what: &str) -> Event {
    let mut event = Event::new(EventKind::AuditChanged, Outcome::Success, by.clone());
    event.reason = Note::new(what).ok();
    event
}
