//! Emergency accesses into the trail.

use std::sync::Arc;

use async_trait::async_trait;
use wardline_access::Identities;
use wardline_access::model::UserId;
use wardline_access::port::{EmergencyEvent, EmergencyStep, RecordError, Witness};
use wardline_audit::Audit;
use wardline_audit::model::{Event, EventKind, Note, Origin, Outcome, PatientId};

use super::recorder::{failed, grant, user};

/// The trail, as emergency accesses need it.
pub(super) struct IntoTrail {
    pub(super) audit: Audit,
    pub(super) identities: Arc<Identities>,
}

#[async_trait]
impl Witness for IntoTrail {
    async fn witness(&self, event: &EmergencyEvent) -> Result<(), RecordError> {
        let (kind, outcome, mut said) = step(&event.step);
        for told in &event.notify {
            said.push_str("; told ");
            said.push_str(&self.name(*told).await?);
        }
        let patient = event.patient.as_ref();
        let recorded = Event {
            patients: patient
                .and_then(|patient| PatientId::new(patient.expose()).ok())
                .into_iter()
                .collect(),
            reason: Note::new(&said).ok(),
            grant: event.grant.and_then(grant),
            ..Event::new(
                kind,
                outcome,
                Origin::of(user(&self.name(event.by).await?)?),
            )
        };
        let recorded = self.audit.record_one(recorded).await;
        recorded.map(|_| ()).map_err(|error| failed(&error))
    }
}

impl IntoTrail {
    /// What the trail calls a user.
    async fn name(&self, user: UserId) -> Result<String, RecordError> {
        let view = self.identities.show_user(user).await;
        view.map(|view| view.login).map_err(|error| failed(&error))
    }
}

fn step(step: &EmergencyStep) -> (EventKind, Outcome, String) {
    match step {
        EmergencyStep::Requested {
            reason,
            conspicuous,
            ..
        } => {
            let lately = conspicuous.map(|count| format!("; beside {count} in 24 hours"));
            let said = format!("reason {reason:?}{}", lately.unwrap_or_default());
            (EventKind::EmergencyRequested, Outcome::Success, said)
        }
        EmergencyStep::Used(times) => {
            let said = format!("use {times}");
            (EventKind::EmergencyUsed, Outcome::Success, said)
        }
        EmergencyStep::Refused(refusal) => {
            let said = format!("refused: {refusal:?}");
            (EventKind::EmergencyUsed, Outcome::Denied, said)
        }
        EmergencyStep::Revoked => {
            let said = "taken back".to_owned();
            (EventKind::EmergencyRevoked, Outcome::Success, said)
        }
        EmergencyStep::Reviewed(verdict) => {
            let said = format!("verdict {verdict:?}");
            (EventKind::EmergencyReviewed, Outcome::Success, said)
        }
    }
}
