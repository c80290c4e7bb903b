//! Searches the trail: newest first, in pages, each of which is recorded before it is given.

use std::ops::Range;

use wardline_kernel::UnixMillis;

use super::show::Record;
use crate::error::OperationError;
use crate::model::{Event, EventKind, LeafHeader, Origin, Outcome, PatientId, Seq, UserName};
use crate::port::Posting;
use crate::service::Audit;

/// Records of a page at most.
pub const MAX_PAGE: usize = 200;
/// Records that are looked at for one page; a page may end early, with a cursor.
const MAX_LOOKED_AT: usize = 5_000;
const STEP: usize = 256;

/// What to search for; every part given must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this user.
    pub user: Option<UserName>,
    /// About this patient.
    pub patient: Option<PatientId>,
    /// Of this kind.
    pub kind: Option<EventKind>,
    /// That ended so.
    pub outcome: Option<Outcome>,
    /// Recorded at this time or later.
    pub from: Option<UnixMillis>,
    /// Recorded before this time.
    pub until: Option<UnixMillis>,
}

/// Part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// Newest first.
    pub items: Vec<Record>,
    /// Where the next page begins: before this record. `None` at the end.
    pub next: Option<Seq>,
}

impl Audit {
    /// A page of records, newest first, before `cursor`; after it is recorded that they are read, with the patient that
    /// was asked for.
    ///
    /// # Errors
    /// [`OperationError::TooMany`] beyond [`MAX_PAGE`]; a record does not open, or the search could not be recorded.
    pub async fn search(
        &self,
        filter: &AuditFilter,
        cursor: Option<Seq>,
        limit: usize,
        by: Origin,
    ) -> Result<AuditPage, OperationError> {
        if limit == 0 || limit > MAX_PAGE {
            let (field, max) = ("limit", MAX_PAGE);
            return Err(OperationError::TooMany { field, max });
        }
        let page = self.page(filter, cursor, limit).await?;
        let mut event = Event::new(EventKind::AuditRead, Outcome::Success, by);
        event.patients.extend(filter.patient.clone());
        self.record_one(event).await?;
        Ok(page)
    }

    async fn page(
        &self,
        filter: &AuditFilter,
        cursor: Option<Seq>,
        limit: usize,
    ) -> Result<AuditPage, OperationError> {
        let wanted = self.wanted(filter);
        let mut range = self.between(filter.from, filter.until).await?;
        range.end = range.end.min(cursor.unwrap_or(range.end));
        let (mut items, mut looked_at) = (Vec::new(), 0);
        while range.start < range.end {
            let some = self.candidates(&wanted, range.clone()).await?;
            let is_last = some.len() < STEP;
            for seq in some {
                if items.len() == limit || looked_at == MAX_LOOKED_AT {
                    let next = Some(range.end);
                    return Ok(AuditPage { items, next });
                }
                looked_at += 1;
                range.end = seq;
                let leaf = match self.leaf(seq).await {
                    Err(OperationError::Dropped(_)) => continue,
                    found => found?,
                };
                if wanted.matches(&leaf) {
                    items.push(self.opened(seq, &leaf)?);
                }
            }
            if is_last {
                break;
            }
        }
        Ok(AuditPage { items, next: None })
    }

    fn wanted(&self, filter: &AuditFilter) -> Wanted {
        let sealer = &self.0.sealer;
        let user = filter.user.as_ref().map(|user| sealer.user_token(user));
        let patient = filter.patient.as_ref();
        let patient = patient.map(|patient| sealer.patient_token(patient));
        let postings = [
            patient.map(Posting::Patient),
            user.map(Posting::User),
            filter.kind.map(Posting::Kind),
        ];
        Wanted {
            postings: postings.into_iter().flatten().collect(),
            outcome: filter.outcome,
        }
    }

    /// Places, newest first, that match the rarest part: a patient has fewer records than a user, a user than a kind.
    async fn candidates(
        &self,
        wanted: &Wanted,
        range: Range<Seq>,
    ) -> Result<Vec<Seq>, OperationError> {
        if let Some(rarest) = wanted.postings.first() {
            let found = self.0.store.postings(*rarest, range, true, STEP).await?;
            return Ok(found);
        }
        let step = STEP as u64;
        let from = Seq(range.end.0.saturating_sub(step).max(range.start.0));
        Ok((from.0..range.end.0).rev().map(Seq).collect())
    }

    /// The records of a stretch of time, as far as they are still here.
    pub(crate) async fn between(
        &self,
        from: Option<UnixMillis>,
        until: Option<UnixMillis>,
    ) -> Result<Range<Seq>, OperationError> {
        let size = self.size().await?;
        let kept = self.0.store.leaves(Seq(0), 1).await?;
        let first = kept.first().map_or(size, |(seq, _)| seq.0);
        let whole = first..size;
        let start = match from {
            Some(at) => self.first_at(at, whole.clone()).await?,
            None => first,
        };
        let end = match until {
            Some(at) => self.first_at(at, whole).await?,
            None => size,
        };
        Ok(Seq(start)..Seq(end.max(start)))
    }

    /// The first record of this time or later: times never go back.
    async fn first_at(&self, at: UnixMillis, range: Range<u64>) -> Result<u64, OperationError> {
        let Range { mut start, mut end } = range;
        while start < end {
            let middle = start + (end - start) / 2;
            let leaves = self.0.store.leaves(Seq(middle), 1).await?;
            let header = leaves.first().and_then(|(_, leaf)| LeafHeader::parse(leaf));
            let (header, _) = header.ok_or(OperationError::Damaged(Seq(middle)))?;
            if header.at < at {
                start = header.seq.0.max(middle) + 1;
            } else {
                end = middle;
            }
        }
        Ok(start)
    }
}

struct Wanted {
    /// The rarest first.
    postings: Vec<Posting>,
    outcome: Option<Outcome>,
}

impl Wanted {
    fn matches(&self, leaf: &[u8]) -> bool {
        let Some((header, _)) = LeafHeader::parse(leaf) else {
            // It is opened, which names it as damaged.
            return true;
        };
        let is_so = self.outcome.is_none_or(|outcome| outcome == header.outcome);
        let is_under = |posting: &Posting| match posting {
            Posting::User(user) => *user == header.user,
            Posting::Patient(patient) => header.patients.contains(patient),
            Posting::Kind(kind) => *kind == header.kind,
        };
        is_so && self.postings.iter().all(is_under)
    }
}
