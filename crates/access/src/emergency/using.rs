//! Using an emergency access: checked, counted, on record, and only then of effect.

use aws_lc_rs::digest;
use wardline_phi::ApiToken;

use super::Emergencies;
use super::grant::{Grant, Refusal};
use super::live::{LiveGrant, LiveGrantParts};
use crate::error::AccessError;
use crate::model::{GrantId, PatientRef, Principal, SessionRef};
use crate::port::{EmergencyEvent, EmergencyStep, Kind, Put};
use crate::rows::{Loaded, MAX_ATTEMPTS};

impl Emergencies {
    /// Checks and counts one use. What it gives is handed to the guard with the request that it is for.
    ///
    /// # Errors
    /// [`AccessError`] when nothing could be decided or recorded; a refusal is the inner error, and on record.
    pub async fn use_one(
        &self,
        principal: &Principal,
        patient: &PatientRef,
        token: &str,
    ) -> Result<Result<LiveGrant, Refusal>, AccessError> {
        let epoch = self.engine.epoch();
        let key = ApiToken::parse(token).ok().map(|token| key_of(&token));
        for _ in 0..MAX_ATTEMPTS {
            let row: Option<Loaded<Grant>> = match key {
                Some(key) => self.rows.find(Kind::Emergency, key).await?,
                None => None,
            };
            let Some(mut row) = row else {
                let refusal = Refusal::Unknown;
                self.refused(principal, None, Some(patient), refusal)
                    .await?;
                return Ok(Err(refusal));
            };
            let id = GrantId(row.id);
            if let Some(refusal) = self.refuse_use(&row.body, principal, patient) {
                self.refused(principal, Some(id), Some(patient), refusal)
                    .await?;
                return Ok(Err(refusal));
            }
            row.body.uses = row.body.uses.saturating_add(1);
            if self.rows.put(Kind::Emergency, &row).await? != Put::Done {
                continue;
            }
            let event = EmergencyEvent {
                grant: Some(id),
                by: principal.user(),
                patient: Some(patient.clone()),
                at: self.rows.now(),
                step: EmergencyStep::Used(row.body.uses),
                notify: Vec::new(),
            };
            self.witness.witness(&event).await?;
            return Ok(Ok(LiveGrant::new(LiveGrantParts {
                id,
                user: principal.user(),
                patient: patient.clone(),
                session: principal.session().clone(),
                expires_at: row.body.expires_at,
                epoch,
            })));
        }
        Err(AccessError::Busy)
    }

    /// The patient to whom this token opens; `None` when it is nobody's, or another user's. It is neither checked nor used
    /// by that: for that there is [`Emergencies::use_one`].
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn patient_of(
        &self,
        principal: &Principal,
        token: &str,
    ) -> Result<Option<PatientRef>, AccessError> {
        let Ok(token) = ApiToken::parse(token) else {
            return Ok(None);
        };
        let row: Option<Loaded<Grant>> = self.rows.find(Kind::Emergency, key_of(&token)).await?;
        let own = row.filter(|row| row.body.user == principal.user().0);
        Ok(own.and_then(|row| PatientRef::new(&row.body.patient).ok()))
    }

    /// Whether one still holds: asked again and again by what streams under it.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn holds(&self, live: &LiveGrant) -> Result<bool, AccessError> {
        let row: Option<Loaded<Grant>> = self.rows.get(Kind::Emergency, live.id().0).await?;
        let now = self.rows.now();
        Ok(row.is_some_and(|row| row.body.is_live(now)))
    }

    fn refuse_use(
        &self,
        grant: &Grant,
        principal: &Principal,
        patient: &PatientRef,
    ) -> Option<Refusal> {
        let session = SessionRef::new(&grant.session).ok();
        let standing = principal.standing();
        if grant.user != principal.user().0 {
            Some(Refusal::OtherUser)
        } else if standing.is_suspended {
            Some(Refusal::Suspended)
        } else if !standing.has_second_factor {
            Some(Refusal::SecondFactor)
        } else if session.as_ref() != Some(principal.session()) {
            Some(Refusal::OtherSession)
        } else if grant.patient != patient.expose() {
            Some(Refusal::OtherPatient)
        } else if grant.revoked.is_some() {
            Some(Refusal::Revoked)
        } else if !grant.is_live(self.rows.now()) {
            Some(Refusal::Expired)
        } else {
            None
        }
    }
}

/// What a token is looked up by: its SHA-256. The token has 256 random bits, so nothing can be guessed from that.
pub(super) fn key_of(token: &ApiToken) -> [u8; 32] {
    let mut key = [0; 32];
    let digest = digest::digest(&digest::SHA256, token.expose().as_bytes());
    key.iter_mut()
        .zip(digest.as_ref())
        .for_each(|(to, from)| *to = *from);
    key
}
