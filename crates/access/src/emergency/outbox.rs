//! What has to be told outside: that an emergency access was given, and that its review is overdue. Each once, however
//! often the process ends in between: what is still to be told follows from what is kept of the access itself.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::grant::{EmergencyView, Grant, view};
use super::request::first_id_at;
use super::{Emergencies, TOLD_WITHIN_MS};
use crate::error::AccessError;
use crate::model::UserId;
use crate::port::{Kind, MAX_PAGE, Put};
use crate::rows::Loaded;

/// Settled notices that are remembered, so that they are not looked up again; of more, all are forgotten and looked up.
const MAX_REMEMBERED: usize = 16_384;
/// Notices of one look at most.
pub const MAX_NOTICES: usize = 100;

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// Somebody got an emergency access.
    Requested,
    /// Its review is overdue.
    ReviewOverdue,
}

/// Something that is to be told outside.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What it says.
    pub kind: NoticeKind,
    /// Of which access. The patient is not to be told.
    pub about: EmergencyView,
    /// Who is to be told.
    pub to: Vec<UserId>,
}

/// What became of a notice. It is kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// The receiver took it.
    Delivered,
    /// The receiver refused it, or was not there for too long.
    GivenUp,
}

/// Notices that are known to be settled. Once settled is settled for ever.
#[derive(Default)]
pub(super) struct SettledNotices(Mutex<BTreeSet<[u8; 16]>>);

#[derive(Serialize, Deserialize)]
struct Settled {
    at: UnixMillis,
    told: Told,
}

impl NoticeKind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "emergency_access.requested",
            Self::ReviewOverdue => "emergency_access.review_overdue",
        }
    }
}

impl Notice {
    /// Its id: the same however often it is sent.
    pub fn id(&self) -> String {
        format!("{}/{}", self.kind.as_str(), self.about.id)
    }

    fn row_id(&self) -> [u8; 16] {
        let hash = digest::digest(&digest::SHA256, self.id().as_bytes());
        hash.as_ref().first_chunk().copied().unwrap_or_default()
    }
}

impl Emergencies {
    /// What is still to be told, the oldest first, [`MAX_NOTICES`] at most; of accesses of the last 30 days.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn notices(&self) -> Result<Vec<Notice>, AccessError> {
        let now = self.rows.now();
        let mut after = Some(first_id_at(now.saturating_sub(TOLD_WITHIN_MS)));
        let mut notices = Vec::new();
        loop {
            let page: Vec<Loaded<Grant>> = self.rows.list(Kind::Emergency, after, MAX_PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(notices);
            };
            after = Some(last.id);
            for row in &page {
                for notice in of_grant(row, now) {
                    if !self.is_settled(notice.row_id()).await? {
                        notices.push(notice);
                    }
                    if notices.len() == MAX_NOTICES {
                        return Ok(notices);
                    }
                }
            }
        }
    }

    async fn is_settled(&self, row: [u8; 16]) -> Result<bool, AccessError> {
        if self.settled.has(row) {
            return Ok(true);
        }
        let is_settled = self.rows.store.get(Kind::Notice, row).await?.is_some();
        if is_settled {
            self.settled.add(row);
        }
        Ok(is_settled)
    }

    /// Keeps what became of a notice: it is not told again.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn settle(&self, notice: &Notice, told: Told) -> Result<(), AccessError> {
        let row = Loaded {
            id: notice.row_id(),
            key: None,
            version: 0,
            body: Settled {
                at: self.rows.now(),
                told,
            },
        };
        match self.rows.put(Kind::Notice, &row).await? {
            // Somebody settled it meanwhile.
            Put::Done | Put::Conflict(_) | Put::Taken => Ok(()),
        }
    }

    /// What became of a notice, if it is known.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn settled(&self, notice: &Notice) -> Result<Option<Told>, AccessError> {
        let row: Option<Loaded<Settled>> = self.rows.get(Kind::Notice, notice.row_id()).await?;
        Ok(row.map(|row| row.body.told))
    }
}

impl SettledNotices {
    fn has(&self, row: [u8; 16]) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(&row)
    }

    fn add(&self, row: [u8; 16]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_REMEMBERED {
            known.clear();
        }
        known.insert(row);
    }
}

fn of_grant(row: &Loaded<Grant>, now: UnixMillis) -> Vec<Notice> {
    let Some(about) = view(row, now) else {
        return Vec::new();
    };
    let to: Vec<UserId> = row.body.notified.iter().copied().map(UserId).collect();
    let overdue = about.is_overdue.then_some(NoticeKind::ReviewOverdue);
    let kinds = [Some(NoticeKind::Requested), overdue];
    let kinds = kinds.into_iter().flatten();
    kinds
        .map(|kind| Notice {
            kind,
            about: about.clone(),
            to: to.clone(),
        })
        .collect()
}
