//! The queue of those who are to be told: of each emergency access its user's supervisor and the privacy officers, until
//! they say that they saw it.

use super::grant::{EmergencyView, Grant, view};
use super::request::first_id_at;
use super::{Emergencies, MAX_LISTED};
use crate::error::AccessError;
use crate::model::{GrantId, Principal};
use crate::port::{Kind, MAX_PAGE, Put};
use crate::rows::{Loaded, MAX_ATTEMPTS};

/// How long somebody is told of one that it did not look at: 30 days. The register shows it for ever.
pub const TOLD_WITHIN_MS: u64 = 30 * 24 * 60 * 60_000;

impl Emergencies {
    /// What somebody was told of and has not seen, and what it was told of whose review is overdue, oldest first;
    /// [`MAX_LISTED`] at most.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn notifications(
        &self,
        principal: &Principal,
    ) -> Result<Vec<EmergencyView>, AccessError> {
        let now = self.rows.now();
        let mut after = Some(first_id_at(now.saturating_sub(TOLD_WITHIN_MS)));
        let mut told = Vec::new();
        while told.len() < MAX_LISTED {
            let page: Vec<Loaded<Grant>> = self.rows.list(Kind::Emergency, after, MAX_PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            let of_theirs = page.iter().filter(|row| is_told(&row.body, principal));
            let views = of_theirs.filter_map(|row| Some((row, view(row, now)?)));
            // Of one whose review is overdue they are told again, also when they saw it before.
            let open =
                views.filter(|(row, view)| view.is_overdue || is_unseen(&row.body, principal));
            told.extend(open.map(|(_, view)| view));
        }
        told.truncate(MAX_LISTED);
        Ok(told)
    }

    /// Says that somebody who was told of one saw it.
    ///
    /// # Errors
    /// [`AccessError::NotFound`] when it was not told of it.
    pub async fn mark_seen(&self, principal: &Principal, id: GrantId) -> Result<(), AccessError> {
        for _ in 0..MAX_ATTEMPTS {
            let mut row = self.load(id).await?;
            if !row.body.notified.contains(&principal.user().0) {
                return Err(AccessError::NotFound("notification"));
            }
            if !is_unseen(&row.body, principal) {
                return Ok(());
            }
            row.body.seen.push(principal.user().0);
            if self.rows.put(Kind::Emergency, &row).await? == Put::Done {
                return Ok(());
            }
        }
        Err(AccessError::Conflict)
    }
}

fn is_told(grant: &Grant, principal: &Principal) -> bool {
    grant.notified.contains(&principal.user().0)
}

fn is_unseen(grant: &Grant, principal: &Principal) -> bool {
    is_told(grant, principal) && !grant.seen.contains(&principal.user().0)
}
