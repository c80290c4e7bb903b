//! Refusals that no policy has to be asked for. Each is in the trail before it is answered, like those of the policies.

use super::{Ask, Guard, Permit, Refused};
use crate::model::Principal;
use crate::policy::{Decision, Reason};

impl Guard {
    /// Refuses all of what was permitted, or permitted in part: what is shown whole or not at all, or hangs on something
    /// besides that may not be.
    pub async fn withhold(&self, permit: Permit) -> Refused {
        let mut decision = permit.decision;
        decision.deny();
        self.denied(decision).await
    }

    /// Refuses what was asked for before the policies were asked, for this reason.
    pub async fn refuse_ask(&self, principal: &Principal, ask: &Ask, reason: Reason) -> Refused {
        let (asked, in_force) = ((ask.action, ask.purpose), self.0.engine.in_force_now());
        let mut decision = Decision::denied(principal, asked, in_force, reason);
        decision.patient = ask.subject.patient().cloned();
        decision.asked = ask.types;
        decision.about.clone_from(&ask.about);
        self.denied(decision).await
    }
}
