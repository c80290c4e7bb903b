//! The last verification of all of the trail. It is remembered in the trail itself, where nobody alters it unnoticed.

use wardline_kernel::UnixMillis;

use super::verify::Verification;
use crate::error::{NotRecorded, OperationError};
use crate::model::{Event, EventKind, Note, Origin, Outcome, Seq};
use crate::port::Posting;
use crate::service::Audit;

/// What came of the last verification of all of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastVerified {
    /// When it ended.
    pub at: UnixMillis,
    /// The record that says so: what stands behind it was not looked at.
    pub seq: Seq,
    /// Nothing was wrong.
    pub is_good: bool,
    /// How far it went, and what was wrong; `None` when the key of the record was destroyed.
    pub said: Option<String>,
}

impl Audit {
    /// What came of the last verification of all of the trail by a process that records; `None` when there was none.
    ///
    /// # Errors
    /// The store failed, or the record of it is damaged.
    pub async fn last_verified(&self) -> Result<Option<LastVerified>, OperationError> {
        let kind = EventKind::TrailVerified;
        let all = Seq(0)..Seq(self.size().await?);
        let posting = Posting::Kind(kind);
        let last = self.0.store.postings(posting, all, true, 1).await?;
        let Some(seq) = last.first().copied() else {
            return Ok(None);
        };
        let record = self.opened(seq, &self.leaf(seq).await?)?;
        if record.kind != kind {
            return Err(OperationError::Damaged(seq));
        }
        let said = record.content.and_then(|content| content.reason);
        Ok(Some(LastVerified {
            at: record.at,
            seq,
            is_good: record.outcome == Outcome::Success,
            said: said.map(|said| said.expose().to_owned()),
        }))
    }

    /// Records what came of a verification of all of it.
    pub(super) async fn remember(
        &self,
        verification: &Verification,
        by: Origin,
    ) -> Result<(), NotRecorded> {
        let Verification {
            records,
            archived,
            checkpoints,
            finding,
            ..
        } = verification;
        let looked_at =
            format!("records: {records}, archived: {archived}, checkpoints: {checkpoints}");
        let (outcome, said) = match finding {
            None => (Outcome::Success, looked_at),
            Some(finding) => (Outcome::Failed, format!("{finding}; {looked_at}")),
        };
        let mut event = Event::new(EventKind::TrailVerified, outcome, by);
        event.reason = Note::new(&said).ok();
        self.record_one(event).await.map(|_| ())
    }
}
