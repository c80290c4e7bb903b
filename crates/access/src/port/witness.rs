//! The port to those who watch emergency accesses: the trail, and whoever is to be told.

use async_trait::async_trait;
use wardline_kernel::UnixMillis;

use super::RecordError;
use crate::emergency::{ReasonCode, Refusal, Verdict};
use crate::model::{GrantId, PatientRef, UserId};

/// What happened with an emergency access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmergencyStep {
    /// It is asked for, and will be given next.
    Requested {
        /// Why.
        reason: ReasonCode,
        /// Until when.
        expires_at: UnixMillis,
        /// How many the user had in the 24 hours before, when that is conspicuous.
        conspicuous: Option<u32>,
    },
    /// It is used, the how-manieth time.
    Used(u32),
    /// It, or what was taken for one, was refused.
    Refused(Refusal),
    /// It was taken back.
    Revoked,
    /// It was reviewed.
    Reviewed(Verdict),
}

/// An event for the trail. Tokens and free text are not in it.
#[derive(Clone, Debug)]
pub struct EmergencyEvent {
    /// Which; `None` when nothing that was presented is one.
    pub grant: Option<GrantId>,
    /// Who acted.
    pub by: UserId,
    /// Of whom, where it is known.
    pub patient: Option<PatientRef>,
    /// When.
    pub at: UnixMillis,
    /// What happened.
    pub step: EmergencyStep,
    /// Who is to be told besides; never who acted.
    pub notify: Vec<UserId>,
}

/// The trail and the queue of notifications.
///
/// 1. When `witness` returns `Ok`, the event, and that these people are to be told, survives the loss of the process
///    and of power. What it is about happens only then.
#[async_trait]
pub trait Witness: Send + Sync + 'static {
    /// Takes an event before it takes effect.
    async fn witness(&self, event: &EmergencyEvent) -> Result<(), RecordError>;
}
