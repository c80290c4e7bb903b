//! Emergency accesses as the API shows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wardline_access::emergency::{EmergencyDetail, EmergencyView as Kept, ReasonCode, Verdict};
use wardline_access::model::UserId;
use wardline_access::{AccessError, Identities};

use super::super::time;

/// An emergency access.
#[derive(Serialize, ToSchema)]
#[schema(as = Emergency)]
pub(super) struct EmergencyView {
    id: String,
    /// Whose: the login.
    user: String,
    /// To whom.
    patient: String,
    reason: ReasonView,
    #[schema(format = DateTime)]
    requested_at: String,
    /// It ends then at the latest.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it was taken back, or given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
    /// How often it was used.
    uses: u32,
    /// Whether it was one of more than three of its user in 24 hours.
    is_conspicuous: bool,
    #[schema(format = DateTime)]
    review_due_at: String,
    review: ReviewState,
    /// The last verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<VerdictView>,
    /// Who gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewed_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    reviewed_at: Option<String>,
    /// What its user wrote. Not in listings.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// What the reviewer wrote. Not in listings.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Who was told. Not in listings.
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<Vec<String>>,
}

/// Why somebody needs it.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = EmergencyReason)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReasonView {
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

/// How far the review is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReviewState {
    /// It is to be closed.
    Open,
    /// It is to be closed, and its time for that is over.
    Overdue,
    /// It has a verdict.
    Closed,
}

/// What a reviewer found.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = EmergencyVerdict)]
#[serde(rename_all = "snake_case")]
pub(super) enum VerdictView {
    /// It was needed.
    Justified,
    /// It was not.
    NotJustified,
    /// More is to be asked; the review stays open.
    NeedsInformation,
}

/// What users are called. Each is looked up once.
pub(super) struct Names<'a> {
    identities: &'a Identities,
    known: BTreeMap<UserId, String>,
}

impl<'a> Names<'a> {
    pub(super) fn of(identities: &'a Identities) -> Self {
        Self {
            identities,
            known: BTreeMap::new(),
        }
    }

    pub(super) async fn get(&mut self, user: UserId) -> Result<String, AccessError> {
        if let Some(name) = self.known.get(&user) {
            return Ok(name.clone());
        }
        let name = self.identities.show_user(user).await?.login;
        self.known.insert(user, name.clone());
        Ok(name)
    }
}

impl EmergencyView {
    pub(super) async fn of(kept: &Kept, names: &mut Names<'_>) -> Result<Self, AccessError> {
        let review = kept.review.as_ref();
        let reviewer = match review {
            Some(review) => Some(names.get(review.by).await?),
            None => None,
        };
        Ok(Self {
            id: kept.id.to_string(),
            user: names.get(kept.user).await?,
            patient: kept.patient.expose().to_owned(),
            reason: kept.reason.into(),
            requested_at: time::text(kept.requested_at),
            expires_at: time::text(kept.expires_at),
            revoked_at: kept.revoked_at.map(time::text),
            uses: kept.uses,
            is_conspicuous: kept.is_conspicuous,
            review_due_at: time::text(kept.review_due_at),
            review: ReviewState::of(kept),
            verdict: review.map(|review| review.verdict.into()),
            reviewed_by: reviewer,
            reviewed_at: review.map(|review| time::text(review.at)),
            text: None,
            note: None,
            told: None,
        })
    }

    pub(super) async fn whole(
        detail: EmergencyDetail,
        names: &mut Names<'_>,
    ) -> Result<Self, AccessError> {
        let mut told = Vec::with_capacity(detail.notified.len());
        for user in &detail.notified {
            told.push(names.get(*user).await?);
        }
        Ok(Self {
            text: Some(detail.text),
            note: detail.note,
            told: Some(told),
            ..Self::of(&detail.view, names).await?
        })
    }
}

impl ReviewState {
    pub(super) fn of(kept: &Kept) -> Self {
        match (kept.is_closed, kept.is_overdue) {
            (true, _) => Self::Closed,
            (false, true) => Self::Overdue,
            (false, false) => Self::Open,
        }
    }
}

impl From<ReasonView> for ReasonCode {
    fn from(reason: ReasonView) -> Self {
        match reason {
            ReasonView::EmergencyTreatment => Self::EmergencyTreatment,
            ReasonView::UnitCover => Self::UnitCover,
            ReasonView::Consult => Self::Consult,
            ReasonView::SystemFailure => Self::SystemFailure,
            ReasonView::Other => Self::Other,
        }
    }
}

impl From<ReasonCode> for ReasonView {
    fn from(reason: ReasonCode) -> Self {
        match reason {
            ReasonCode::EmergencyTreatment => Self::EmergencyTreatment,
            ReasonCode::UnitCover => Self::UnitCover,
            ReasonCode::Consult => Self::Consult,
            ReasonCode::SystemFailure => Self::SystemFailure,
            ReasonCode::Other => Self::Other,
        }
    }
}

impl From<VerdictView> for Verdict {
    fn from(verdict: VerdictView) -> Self {
        match verdict {
            VerdictView::Justified => Self::Justified,
            VerdictView::NotJustified => Self::NotJustified,
            VerdictView::NeedsInformation => Self::NeedsInformation,
        }
    }
}

impl From<Verdict> for VerdictView {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Justified => Self::Justified,
            Verdict::NotJustified => Self::NotJustified,
            Verdict::NeedsInformation => Self::NeedsInformation,
        }
    }
}
