//! Decisions into the trail.

use std::sync::Arc;

use async_trait::async_trait;
use wardline_access::model::{Action, GrantId, PatientRef, Purpose, SessionRef};
use wardline_access::policy::{Decision, Outcome as Decided, Reason};
use wardline_access::port::{RecordError, Recorder, Touched};
use wardline_audit::Audit;
use wardline_audit::model::{
    Amount, Event, EventKind, GrantRef, Note, Origin, Outcome, PatientId, PolicyName, RequestId,
    UserName,
};

use super::words;
pub(super) use super::words::role;

/// The trail, as the guard needs it.
pub(super) struct IntoTrail(pub(super) Audit);

#[async_trait]
impl Recorder for IntoTrail {
    async fn record(&self, decision: &Decision, touched: &Touched) -> Result<(), RecordError> {
        let event = event(decision, touched)?;
        let recorded = if may_be_counted(decision) {
            self.0.record_refusal(event).await
        } else {
            self.0.record_one(event).await.map(|_| ())
        };
        recorded.map_err(|error| failed(&error))
    }
}

/// Whether the same, again and again, may stand in the trail as a number: refusals alone, and none that has to do with an
/// emergency access.
fn may_be_counted(decision: &Decision) -> bool {
    decision.outcome == Decided::Denied
        && decision.grant.is_none()
        && decision.purpose != Purpose::BreakGlass
}

/// What the trail says of a decision.
fn event(decision: &Decision, touched: &Touched) -> Result<Event, RecordError> {
    let taken = kind(decision.action) == EventKind::Export && decision.is_allowed();
    // An item that leaves is part of the copy that is told besides.
    let is_copy = taken && decision.patient.is_some() && !decision.is_item;
    let recipient = touched.recipient.as_deref().filter(|_| is_copy);
    let (kind, outcome) = match decision.outcome {
        // What leaves for somebody outside is what an accounting of disclosures is made of (45 CFR 164.528).
        Decided::Allowed if recipient.is_some() => (EventKind::Disclosure, Outcome::Success),
        Decided::Allowed => (kind(decision.action), Outcome::Success),
        Decided::Denied => (EventKind::AccessDenied, Outcome::Denied),
        Decided::Failed => (kind(decision.action), Outcome::Failed),
    };
    let by = Origin {
        role: decision.roles.iter().next().and_then(role),
        session: session(&decision.session),
        purpose: words::purpose(decision.purpose),
        address: decision.via.address,
        request: request(decision.via.request.as_ref()),
        ..Origin::of(user(&decision.name)?)
    };
    let told = if decision.is_allowed() {
        decision.permitted
    } else {
        decision.asked
    };
    let mut of: Vec<&str> = decision
        .patient
        .iter()
        .chain(&touched.patients)
        .map(PatientRef::expose)
        .collect();
    of.sort_unstable();
    of.dedup();
    let patients = of.into_iter();
    Ok(Event {
        patients: patients.filter_map(|id| PatientId::new(id).ok()).collect(),
        data_types: told.iter().filter_map(words::data_type).collect(),
        reason: note(decision),
        policies: decision
            .policies
            .iter()
            .filter_map(|id| PolicyName::shared(id).ok())
            .collect(),
        grant: decision.grant.and_then(grant),
        recipient: recipient.and_then(|to| Note::new(to).ok()),
        // A patient has a reference for each of its numbers: counted is the record.
        amount: is_copy.then_some(Amount {
            records: 1,
            bytes: 0,
        }),
        ..Event::new(kind, outcome, by)
    })
}

const fn kind(action: Action) -> EventKind {
    match action {
        Action::Read => EventKind::Read,
        Action::Search => EventKind::Search,
        Action::Stream => EventKind::StreamWatched,
        Action::Write => EventKind::Write,
        Action::Delete => EventKind::Delete,
        Action::Export | Action::Print => EventKind::Export,
    }
}

/// What it was about, and why not.
fn note(decision: &Decision) -> Option<Note> {
    let about = decision.about.as_deref().into_iter();
    let reasons = decision.reasons.iter().map(|reason: &Reason| reason.code());
    let words: Vec<&str> = about.chain(reasons).collect();
    Note::new(&words.join("; ")).ok()
}

/// The user of a record. A name that the trail does not take would leave an access without its user.
pub(super) fn user(name: &str) -> Result<UserName, RecordError> {
    UserName::new(name).map_err(|error| failed(&error))
}

pub(super) fn session(session: &SessionRef) -> Option<wardline_audit::model::SessionRef> {
    wardline_audit::model::SessionRef::new(session.expose()).ok()
}

pub(super) fn request(request: Option<&Arc<str>>) -> Option<RequestId> {
    RequestId::shared(request?).ok()
}

pub(super) fn grant(grant: GrantId) -> Option<GrantRef> {
    GrantRef::new(&grant.to_string()).ok()
}

pub(super) fn failed(error: &dyn std::fmt::Display) -> RecordError {
    RecordError(error.to_string())
}
