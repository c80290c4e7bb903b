//! Shows one record.

use bytes::Bytes;
use wardline_kernel::UnixMillis;
use wardline_phi::Token;

use crate::error::OperationError;
use crate::model::{Event, EventKind, LeafHeader, Origin, Outcome, Seq, times};
use crate::sealing::{Content, Unopened};
use crate::service::Audit;

/// A record as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place.
    pub seq: Seq,
    /// When it was recorded.
    pub at: UnixMillis,
    /// What happened.
    pub kind: EventKind,
    /// How it ended.
    pub outcome: Outcome,
    /// Which part of its event this is, from 0, and of how many.
    pub part: (u16, u16),
    /// The pseudonym of the user.
    pub user: Token,
    /// The pseudonyms of the patients.
    pub patients: Vec<Token>,
    /// What was sealed; `None` when its key was destroyed.
    pub content: Option<Content>,
}

impl Record {
    /// How often it happened: once, unless it was counted. Once as well when its key was destroyed.
    pub fn times(&self) -> u64 {
        times(self.content.as_ref().and_then(|content| content.repeats))
    }
}

impl Audit {
    /// One record, after it is recorded that it is read.
    ///
    /// # Errors
    /// There is no such record, it was dropped, does not open, or reading it could not be recorded.
    pub async fn show(&self, seq: Seq, by: Origin) -> Result<Record, OperationError> {
        let size = self.size().await?;
        if seq.0 >= size {
            return Err(OperationError::NoSuchRecord(seq, size));
        }
        let leaf = self.leaf(seq).await?;
        let record = self.opened(seq, &leaf)?;
        let mut event = Event::new(EventKind::AuditRead, Outcome::Success, by);
        if let Some(content) = &record.content {
            event.patients.clone_from(&content.patients);
        }
        self.record_one(event).await?;
        Ok(record)
    }

    /// The stored bytes of a record, for whoever checks a proof. They hold pseudonyms and ciphertext.
    ///
    /// # Errors
    /// There is no such record, or it was dropped.
    pub async fn leaf(&self, seq: Seq) -> Result<Bytes, OperationError> {
        let leaves = self.0.store.leaves(seq, 1).await?;
        match leaves.into_iter().next() {
            Some((found, bytes)) if found == seq => Ok(bytes),
            _ => Err(self.gone(seq).await),
        }
    }

    pub(crate) fn opened(&self, seq: Seq, leaf: &[u8]) -> Result<Record, OperationError> {
        let parsed = LeafHeader::parse(leaf).filter(|(header, _)| header.seq == seq);
        let (header, sealed) = parsed.ok_or(OperationError::Damaged(seq))?;
        let content = match self.0.sealer.open(seq, sealed) {
            Ok(content) => Some(content),
            Err(Unopened::NoKey) => None,
            Err(Unopened::KeyFailed(error)) => return Err(error.into()),
            Err(Unopened::Altered) => return Err(OperationError::Damaged(seq)),
        };
        Ok(Record {
            seq,
            at: header.at,
            kind: header.kind,
            outcome: header.outcome,
            part: (header.part, header.parts),
            user: header.user,
            patients: header.patients,
            content,
        })
    }
}
