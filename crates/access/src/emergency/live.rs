//! An emergency access that was presented, checked and counted.

use wardline_kernel::UnixMillis;

use crate::model::{GrantId, PatientRef, SessionRef, UserId};

/// An emergency access that held when it was used. Made by the check of its token alone.
#[derive(Clone, Debug)]
pub struct LiveGrant(pub(crate) LiveGrantParts);

/// What it is bound to.
#[derive(Clone, Debug)]
pub(crate) struct LiveGrantParts {
    pub(crate) id: GrantId,
    pub(crate) user: UserId,
    pub(crate) patient: PatientRef,
    pub(crate) session: SessionRef,
    pub(crate) expires_at: UnixMillis,
    /// In which epoch of the policies it was checked.
    pub(crate) epoch: u64,
}

impl LiveGrant {
    pub(crate) fn new(parts: LiveGrantParts) -> Self {
        Self(parts)
    }

    /// Which.
    pub fn id(&self) -> GrantId {
        self.0.id
    }

    /// Whose.
    pub fn user(&self) -> UserId {
        self.0.user
    }

    /// To whom.
    pub fn patient(&self) -> &PatientRef {
        &self.0.patient
    }

    /// In which epoch it was checked: when that is over, it is asked again.
    pub(crate) fn epoch(&self) -> u64 {
        self.0.epoch
    }

    /// In which session.
    pub fn session(&self) -> &SessionRef {
        &self.0.session
    }

    /// Until when; from then on it lifts nothing.
    pub fn expires_at(&self) -> UnixMillis {
        self.0.expires_at
    }
}
