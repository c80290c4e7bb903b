//! What is kept of an emergency access. It is never removed: it is evidence.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use crate::model::{GrantId, PatientRef, UserId};
use crate::rows::Loaded;

/// Why somebody needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReasonCode {
    /// The patient is in an emergency.
    EmergencyTreatment,
    /// Somebody covers for another unit.
    UnitCover,
    /// Somebody was asked for advice.
    Consult,
    /// What usually gives access does not work.
    SystemFailure,
    /// Something else, said in words.
    Other,
}

/// What a reviewer found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It was needed.
    Justified,
    /// It was not.
    NotJustified,
    /// More is to be asked; the review stays open.
    NeedsInformation,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// By whom; never whose access it is.
    pub by: UserId,
    /// When.
    pub at: UnixMillis,
    /// What was found.
    pub verdict: Verdict,
}

/// Why an emergency access was not given, or did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// The user is suspended.
    Suspended,
    /// The session has no second factor, or none was proved in the last 60 seconds, or by somebody else.
    SecondFactor,
    /// The user's role treats nobody.
    Role,
    /// The reason `other` needs at least 20 characters of text, and no text may be longer than 2,000 bytes.
    Text,
    /// The user has as many that hold as are allowed.
    TooMany,
    /// Nothing that was presented is one.
    Unknown,
    /// It is somebody else's.
    OtherUser,
    /// It is of another session of the user's.
    OtherSession,
    /// It is for another patient.
    OtherPatient,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

/// What is shown of one. Text and patient need the right to see them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EmergencyView {
    /// Which.
    pub id: GrantId,
    /// Whose.
    pub user: UserId,
    /// To whom.
    pub patient: PatientRef,
    /// Why.
    pub reason: ReasonCode,
    /// Since when.
    pub requested_at: UnixMillis,
    /// Until when at most.
    pub expires_at: UnixMillis,
    /// How often it was used.
    pub uses: u32,
    /// Whether it was taken back.
    pub revoked_at: Option<UnixMillis>,
    /// Whether it was one of more than three in 24 hours.
    pub is_conspicuous: bool,
    /// Until when it is to be reviewed.
    pub review_due_at: UnixMillis,
    /// Whether its review is closed.
    pub is_closed: bool,
    /// The last review.
    pub review: Option<Review>,
    /// Whether its review is not closed, and its time for that is over.
    pub is_overdue: bool,
}

/// The same with what people wrote.
#[derive(Clone)]
#[non_exhaustive]
pub struct EmergencyDetail {
    /// What is shown of it in a list.
    pub view: EmergencyView,
    /// What its user wrote.
    pub text: String,
    /// What the reviewer wrote.
    pub note: Option<String>,
    /// Who was told.
    pub notified: Vec<UserId>,
}

/// As it is kept, sealed as a whole.
#[derive(Serialize, Deserialize)]
pub(super) struct Grant {
    pub(super) user: [u8; 16],
    pub(super) patient: String,
    pub(super) session: String,
    pub(super) reason: ReasonCode,
    pub(super) text: String,
    pub(super) requested_at: UnixMillis,
    pub(super) expires_at: UnixMillis,
    pub(super) review_due_at: UnixMillis,
    pub(super) is_conspicuous: bool,
    pub(super) notified: Vec<[u8; 16]>,
    /// Who of them saw it.
    pub(super) seen: Vec<[u8; 16]>,
    pub(super) uses: u32,
    pub(super) revoked: Option<(UnixMillis, [u8; 16])>,
    pub(super) review: Option<KeptReview>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct KeptReview {
    pub(super) by: [u8; 16],
    pub(super) at: UnixMillis,
    pub(super) verdict: Verdict,
    pub(super) note: String,
}

impl Grant {
    pub(super) fn is_live(&self, now: UnixMillis) -> bool {
        self.revoked.is_none() && now < self.expires_at
    }

    pub(super) fn is_closed(&self) -> bool {
        let verdict = self.review.as_ref().map(|review| review.verdict);
        matches!(verdict, Some(Verdict::Justified | Verdict::NotJustified))
    }
}

/// What is shown of it now. `None` when its patient cannot be a reference any more.
pub(super) fn view(row: &Loaded<Grant>, now: UnixMillis) -> Option<EmergencyView> {
    let grant = &row.body;
    Some(EmergencyView {
        id: GrantId(row.id),
        user: UserId(grant.user),
        patient: PatientRef::new(&grant.patient).ok()?,
        reason: grant.reason,
        requested_at: grant.requested_at,
        expires_at: grant.expires_at,
        uses: grant.uses,
        revoked_at: grant.revoked.map(|(at, _)| at),
        is_conspicuous: grant.is_conspicuous,
        review_due_at: grant.review_due_at,
        review: grant.review.as_ref().map(|review| Review {
            by: UserId(review.by),
            at: review.at,
            verdict: review.verdict,
        }),
        is_closed: grant.is_closed(),
        is_overdue: !grant.is_closed() && now >= grant.review_due_at,
    })
}
