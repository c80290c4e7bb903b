//! Retention: drops the records of segments that are archived, past their time, and under no hold. What is kept of the
//! tree stays, so every proof of what came after holds.

use wardline_kernel::UnixMillis;

use super::archive::{changed, encoded, open_segment};
use super::hold::Hold;
use crate::error::OperationError;
use crate::model::{LeafHeader, Origin, Seq};
use crate::port::{Posting, Removal, RowKey, RowKind, SEGMENT_LEAVES};
use crate::service::Audit;
use crate::settings::LEAST_RETENTION_DAYS;
use crate::writer::Asked;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// Leaves removed in one commit at most.
const STEP: usize = 256;
/// Segments looked at in one call at most.
const MAX_SEGMENTS: usize = 1_000;

/// What retention did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retained {
    /// Segments whose records were dropped.
    pub dropped: u64,
    /// Segments past their time that a hold keeps.
    pub held: u64,
}

impl Audit {
    /// Drops what is past its time. Only segments that were archived, whole, and under no hold; each is recorded.
    ///
    /// # Errors
    /// The store failed, or it could not be recorded. What was dropped stays dropped; calling again goes on.
    pub async fn retain(&self, by: Origin) -> Result<Retained, OperationError> {
        let _one_at_a_time = self.0.changing.lock().await;
        let days = self.0.settings.retention_days.max(LEAST_RETENTION_DAYS);
        let before = self.now().saturating_sub(u64::from(days) * DAY_MS);
        let holds = self.lasting_holds().await?;
        let mut retained = Retained::default();
        let mut after = None;
        loop {
            let rows = self
                .0
                .store
                .rows(RowKind::Segment, after, MAX_SEGMENTS)
                .await?;
            let Some((last, _)) = rows.last() else {
                return Ok(retained);
            };
            after = Some(*last);
            for (key, row) in rows {
                let RowKey::Segment(index) = key else {
                    continue;
                };
                let segment = open_segment(index, &row)?;
                if segment.last_at >= before {
                    return Ok(retained);
                }
                if segment.dropped_at.is_some() {
                    // A drop that was cut short is finished.
                    self.remove_leaves(index).await?;
                } else if self
                    .is_held(&holds, index, (segment.first_at, segment.last_at))
                    .await?
                {
                    retained.held += 1;
                } else {
                    self.drop_segment(segment, &by).await?;
                    retained.dropped += 1;
                }
            }
        }
    }

    async fn drop_segment(
        &self,
        mut segment: super::SegmentRecord,
        by: &Origin,
    ) -> Result<(), OperationError> {
        let index = segment.index;
        segment.dropped_at = Some(self.now());
        let row = encoded(&segment)?;
        self.ask(Asked {
            events: vec![changed(
                by,
                &format!("dropped segment {index}, past retention"),
            )],
            rows: vec![(RowKey::Segment(index), Some(row.into()))],
            ..Asked::default()
        })
        .await?;
        self.remove_leaves(index).await
    }

    async fn remove_leaves(&self, index: u64) -> Result<(), OperationError> {
        let mut next = Seq(index * SEGMENT_LEAVES);
        let end = next.0 + SEGMENT_LEAVES;
        loop {
            let leaves = self.0.store.leaves(next, STEP).await?;
            let mut removals = Vec::new();
            for (seq, leaf) in leaves.into_iter().filter(|(seq, _)| seq.0 < end) {
                let parsed = LeafHeader::parse(&leaf);
                let (header, _) = parsed.ok_or(OperationError::Damaged(seq))?;
                let postings = Posting::all_of(&header);
                removals.push(Removal { seq, postings });
                next = Seq(seq.0 + 1);
            }
            if removals.is_empty() {
                return Ok(());
            }
            let asked = Asked {
                removals,
                ..Asked::default()
            };
            self.ask(asked).await?;
        }
    }

    /// Whether a hold covers one of the segment's records.
    async fn is_held(
        &self,
        holds: &[Hold],
        index: u64,
        (first_at, last_at): (UnixMillis, UnixMillis),
    ) -> Result<bool, OperationError> {
        let first = Seq(index * SEGMENT_LEAVES);
        let range = first..Seq(first.0 + SEGMENT_LEAVES);
        for hold in holds.iter().filter(|hold| hold.meets(first_at, last_at)) {
            let posting = match (hold.patient, hold.user) {
                // Patient and user together: what is of the patient is kept, which is more than asked for.
                (Some(patient), _) => Posting::Patient(patient),
                (None, Some(user)) => Posting::User(user),
                (None, None) => return Ok(true),
            };
            let store = &self.0.store;
            let found = store.postings(posting, range.clone(), false, 1).await?;
            if !found.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
