//! Taking back and reviewing. Both take the guard's word that whoever does it may.

use super::Emergencies;
use super::MAX_TEXT_BYTES;
use super::grant::{EmergencyDetail, EmergencyView, Grant, KeptReview, Verdict, view};
use crate::error::AccessError;
use crate::guard::Authorised;
use crate::model::{Action, DataType, GrantId, PatientRef, Principal, UserId};
use crate::port::{EmergencyEvent, EmergencyStep, Kind, Put};
use crate::rows::{Loaded, MAX_ATTEMPTS};

/// Emergency accesses of a page at most.
pub const MAX_LISTED: usize = 500;

impl Emergencies {
    /// Takes one back. From the return on nothing is given out under it.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn revoke(&self, authorised: &Authorised, id: GrantId) -> Result<(), AccessError> {
        authorised.covers(Action::Write, DataType::Emergencies)?;
        self.take_back(id, authorised.decision().user).await
    }

    /// Lets its user give one back.
    ///
    /// # Errors
    /// [`AccessError::NotFound`] when it is somebody else's.
    pub async fn give_back(&self, principal: &Principal, id: GrantId) -> Result<(), AccessError> {
        let row = self.load(id).await?;
        if row.body.user != principal.user().0 {
            return Err(AccessError::NotFound("emergency access"));
        }
        self.take_back(id, principal.user()).await
    }

    /// Reviews one. `NeedsInformation` leaves it open; a closed review is not opened again.
    ///
    /// # Errors
    /// [`AccessError::NotAuthorised`] when it is the reviewer's own.
    pub async fn review(
        &self,
        authorised: &Authorised,
        id: GrantId,
        verdict: Verdict,
        note: &str,
    ) -> Result<(), AccessError> {
        authorised.covers(Action::Write, DataType::Emergencies)?;
        let by = authorised.decision().user;
        if note.len() > MAX_TEXT_BYTES {
            return Err(AccessError::Value {
                field: "note",
                expected: "at most 2000 bytes",
            });
        }
        let at = self.rows.now();
        self.change(id, by, EmergencyStep::Reviewed(verdict), |grant| {
            if grant.user == by.0 {
                return Err(AccessError::NotAuthorised);
            }
            if grant.is_closed() {
                return Err(AccessError::Value {
                    field: "review",
                    expected: "an emergency access whose review is open",
                });
            }
            grant.review = Some(KeptReview {
                by: by.0,
                at,
                verdict,
                note: note.to_owned(),
            });
            Ok(())
        })
        .await
    }

    /// A page of all, oldest first, after the given one.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn list(
        &self,
        after: Option<GrantId>,
        limit: usize,
    ) -> Result<Vec<EmergencyView>, AccessError> {
        let (after, limit) = (after.map(|id| id.0), limit.min(MAX_LISTED));
        let rows: Vec<Loaded<Grant>> = self.rows.list(Kind::Emergency, after, limit).await?;
        let now = self.rows.now();
        Ok(rows.iter().filter_map(|row| view(row, now)).collect())
    }

    /// One, with what its user and its reviewer wrote.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn show(&self, id: GrantId) -> Result<EmergencyDetail, AccessError> {
        let row = self.load(id).await?;
        let view = view(&row, self.rows.now());
        let view = view.ok_or(AccessError::NotFound("emergency access"))?;
        let grant = row.body;
        Ok(EmergencyDetail {
            view,
            text: grant.text,
            note: grant.review.map(|review| review.note),
            notified: grant.notified.into_iter().map(UserId).collect(),
        })
    }

    async fn take_back(&self, id: GrantId, by: UserId) -> Result<(), AccessError> {
        let at = self.rows.now();
        self.change(id, by, EmergencyStep::Revoked, |grant| {
            grant.revoked.get_or_insert((at, by.0));
            Ok(())
        })
        .await
    }

    /// Changes one, once those who watch have it on record.
    async fn change(
        &self,
        id: GrantId,
        by: UserId,
        step: EmergencyStep,
        change: impl Fn(&mut Grant) -> Result<(), AccessError>,
    ) -> Result<(), AccessError> {
        let mut is_on_record = false;
        for _ in 0..MAX_ATTEMPTS {
            let mut row = self.load(id).await?;
            change(&mut row.body)?;
            if !is_on_record {
                let event = EmergencyEvent {
                    grant: Some(id),
                    by,
                    patient: PatientRef::new(&row.body.patient).ok(),
                    at: self.rows.now(),
                    step,
                    notify: Vec::new(),
                };
                self.witness.witness(&event).await?;
                is_on_record = true;
            }
            let row = (Kind::Emergency, row);
            if self.rows.put_decisive(&self.engine, row, ()).await? == Put::Done {
                return Ok(());
            }
        }
        Err(AccessError::Conflict)
    }

    pub(super) async fn load(&self, id: GrantId) -> Result<Loaded<Grant>, AccessError> {
        let row = self.rows.get(Kind::Emergency, id.0).await?;
        row.ok_or(AccessError::NotFound("emergency access"))
    }
}
