//! What becomes of the trail when nothing is given out because something cannot be read: that is in it, once.

use super::{Ask, Guard, Permit, Refused};
use crate::model::Principal;
use crate::policy::{Decision, Reason};
use crate::port::{FactsError, RecordError, Touched};

impl Guard {
    /// Records that nothing is given out of what was permitted, as it cannot be read.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn fail(&self, permit: Permit, touched: Touched) -> Result<(), RecordError> {
        let mut decision = permit.decision;
        decision.fail();
        self.0.recorder.record(&decision, &touched).await
    }

    /// Records that nothing is given out of what was asked for, as what it would be decided by cannot be read.
    ///
    /// # Errors
    /// [`RecordError`]
    pub async fn fail_unasked(&self, principal: &Principal, ask: &Ask) -> Result<(), RecordError> {
        let (asked, in_force) = ((ask.action, ask.purpose), self.0.engine.in_force_now());
        let mut decision = Decision::denied(principal, asked, in_force, Reason::Unreadable);
        decision.fail();
        decision.patient = ask.subject.patient().cloned();
        decision.asked = ask.types;
        decision.about.clone_from(&ask.about);
        let touched = Touched::default();
        self.0.recorder.record(&decision, &touched).await
    }

    pub(super) async fn undecided(
        &self,
        principal: &Principal,
        ask: &Ask,
        error: FactsError,
    ) -> Refused {
        match self.fail_unasked(principal, ask).await {
            Ok(()) => Refused::Facts(error),
            Err(error) => Refused::Unrecorded(error),
        }
    }
}
