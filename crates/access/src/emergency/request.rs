//! Asking for an emergency access.

use wardline_kernel::UnixMillis;
use wardline_phi::ApiToken;

use super::grant::{Grant, ReasonCode, Refusal};
use super::{
    CONSPICUOUS_AFTER, CONSPICUOUS_WITHIN_MS, Emergencies, MAX_LIVE, MAX_TEXT_BYTES,
    MIN_TEXT_CHARS, STEP_UP_MS,
};
use crate::error::{AccessError, RandomFailed};
use crate::identity::{SteppedUp, load_all_accounts};
use crate::model::{GrantId, PatientRef, Principal, Role, RoleSet, UserId, random_id};
use crate::port::{EmergencyEvent, EmergencyStep, Kind, MAX_PAGE, Put};
use crate::rows::Loaded;

/// Why somebody needs it.
#[derive(Clone)]
pub struct EmergencyReason {
    /// In a code.
    pub code: ReasonCode,
    /// In words; at least 20 characters when the code is `Other`. Sealed.
    pub text: String,
}

/// An emergency access that was given. Its token is shown once.
pub struct Granted {
    /// Which.
    pub id: GrantId,
    /// What is presented with each use: 256 random bits.
    pub token: ApiToken,
    /// Until when.
    pub expires_at: UnixMillis,
    /// Who was told: the supervisor and the privacy officers, never the user. Empty when there is nobody; then the
    /// trail alone knows.
    pub notified: Vec<UserId>,
    /// Whether it is one of more than three in 24 hours.
    pub is_conspicuous: bool,
}

/// What became of a request.
pub type Requested = Result<Granted, Refusal>;

impl Emergencies {
    /// Gives an emergency access, once those who watch have it on record.
    ///
    /// # Errors
    /// [`AccessError`] when nothing could be decided or recorded; a refusal is the inner error, and on record.
    pub async fn request(
        &self,
        principal: &Principal,
        proof: &SteppedUp,
        patient: &PatientRef,
        reason: EmergencyReason,
    ) -> Result<Requested, AccessError> {
        let now = self.rows.now();
        let (lately, live) = self.of_user_lately(principal.user(), now).await?;
        let refusal = refuse(principal, proof, &reason, now)
            .or_else(|| (live >= MAX_LIVE).then_some(Refusal::TooMany));
        if let Some(refusal) = refusal {
            self.refused(principal, None, Some(patient), refusal)
                .await?;
            return Ok(Err(refusal));
        }
        let is_conspicuous = lately >= CONSPICUOUS_AFTER;
        let notified = self.whom_to_tell(principal.user()).await?;
        let id = id_at(now)?;
        let token = ApiToken::generate().map_err(|_| RandomFailed)?;
        let expires_at = now.saturating_add(self.settings.grant_ms);
        let event = EmergencyEvent {
            grant: Some(GrantId(id)),
            by: principal.user(),
            patient: Some(patient.clone()),
            at: now,
            step: EmergencyStep::Requested {
                reason: reason.code,
                expires_at,
                conspicuous: is_conspicuous.then_some(lately),
            },
            notify: notified.clone(),
        };
        self.witness.witness(&event).await?;
        let row = Loaded {
            id,
            key: Some(super::using::key_of(&token)),
            version: 0,
            body: Grant {
                user: principal.user().0,
                patient: patient.expose().to_owned(),
                session: principal.session().expose().to_owned(),
                reason: reason.code,
                text: reason.text,
                requested_at: now,
                expires_at,
                review_due_at: now.saturating_add(self.settings.review_ms),
                is_conspicuous,
                notified: notified.iter().map(|user| user.0).collect(),
                seen: Vec::new(),
                uses: 0,
                revoked: None,
                review: None,
            },
        };
        if self.rows.put(Kind::Emergency, &row).await? != Put::Done {
            return Err(AccessError::Conflict);
        }
        Ok(Ok(Granted {
            id: GrantId(id),
            token,
            expires_at,
            notified,
            is_conspicuous,
        }))
    }

    /// Refuses a request whose second factor was not proved, and puts that on record.
    ///
    /// # Errors
    /// [`AccessError`] when it could not be recorded.
    pub async fn refuse_request(
        &self,
        principal: &Principal,
        patient: &PatientRef,
    ) -> Result<Refusal, AccessError> {
        let refusal = Refusal::SecondFactor;
        self.refused(principal, None, Some(patient), refusal)
            .await?;
        Ok(refusal)
    }

    /// Puts a refusal on record.
    pub(super) async fn refused(
        &self,
        principal: &Principal,
        grant: Option<GrantId>,
        patient: Option<&PatientRef>,
        refusal: Refusal,
    ) -> Result<(), AccessError> {
        let event = EmergencyEvent {
            grant,
            by: principal.user(),
            patient: patient.cloned(),
            at: self.rows.now(),
            step: EmergencyStep::Refused(refusal),
            notify: Vec::new(),
        };
        Ok(self.witness.witness(&event).await?)
    }

    /// How many a user had in the last 24 hours, and how many of these hold. Ids begin with their time.
    async fn of_user_lately(
        &self,
        user: UserId,
        now: UnixMillis,
    ) -> Result<(u32, u32), AccessError> {
        let since = now.saturating_sub(CONSPICUOUS_WITHIN_MS);
        let mut after = Some(first_id_at(since));
        let (mut lately, mut live) = (0_u32, 0_u32);
        loop {
            let page: Vec<Loaded<Grant>> = self.rows.list(Kind::Emergency, after, MAX_PAGE).await?;
            let Some(last) = page.last() else {
                return Ok((lately, live));
            };
            after = Some(last.id);
            for row in page.iter().filter(|row| row.body.user == user.0) {
                lately = lately.saturating_add(1);
                live = live.saturating_add(u32::from(row.body.is_live(now)));
            }
        }
    }

    /// The supervisor and every privacy officer, but never the user.
    async fn whom_to_tell(&self, user: UserId) -> Result<Vec<UserId>, AccessError> {
        let now = self.rows.now();
        let accounts = load_all_accounts(&self.rows).await?;
        let own = accounts.iter().find(|account| account.id == user.0);
        let supervisor = own.and_then(|account| account.body.supervisor);
        let told = accounts.iter().filter(|account| {
            let is_watching =
                account.body.roles().has(Role::PrivacyOfficer) || Some(account.id) == supervisor;
            is_watching && account.id != user.0 && account.body.is_usable(now)
        });
        Ok(told.map(|account| UserId(account.id)).collect())
    }
}

fn refuse(
    principal: &Principal,
    proof: &SteppedUp,
    reason: &EmergencyReason,
    now: UnixMillis,
) -> Option<Refusal> {
    let treating = RoleSet::of(&[Role::Physician, Role::Nurse, Role::Pharmacist]);
    let standing = principal.standing();
    let is_fresh = now.saturating_sub(proof.at) <= STEP_UP_MS && proof.at <= now;
    if standing.is_suspended {
        Some(Refusal::Suspended)
    } else if !standing.has_second_factor || proof.user != principal.user() || !is_fresh {
        Some(Refusal::SecondFactor)
    } else if principal.roles().and(treating).is_empty() {
        Some(Refusal::Role)
    } else if !is_text_enough(reason) {
        Some(Refusal::Text)
    } else {
        None
    }
}

fn is_text_enough(reason: &EmergencyReason) -> bool {
    let chars = reason.text.trim().chars().count();
    let least = if reason.code == ReasonCode::Other {
        MIN_TEXT_CHARS
    } else {
        0
    };
    chars >= least && reason.text.len() <= MAX_TEXT_BYTES
}

/// An id that begins with its time, so that ids are in the order of time.
fn id_at(now: UnixMillis) -> Result<[u8; 16], AccessError> {
    let mut id = random_id()?;
    id.iter_mut()
        .zip(now.to_be_bytes())
        .for_each(|(to, from)| *to = from);
    Ok(id)
}

pub(super) fn first_id_at(time: UnixMillis) -> [u8; 16] {
    let mut id = [0; 16];
    id.iter_mut()
        .zip(time.to_be_bytes())
        .for_each(|(to, from)| *to = from);
    id
}
