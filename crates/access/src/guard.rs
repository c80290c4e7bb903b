//! The one way to protected data: decide, record, and only then give out.
//!
//! [`Guard::decide`] says what may be had and yields a [`Permit`]. With it the data is read and opened.
//! [`Guard::disclose`] has the decision recorded, with the patients that are in the answer, and only then turns the
//! data into a [`Disclosed`]; [`Guard::authorise`] does the same before something is changed. Neither can be made
//! in any other way, so a face whose answers are `Disclosed` cannot answer unrecorded.

mod ask;

use std::borrow::Cow;
use std::sync::Arc;

use wardline_kernel::{Clock, UnixMillis};

use crate::emergency::LiveGrant;
use crate::error::AccessError;
use crate::model::{Action, DataType, PatientRef, Principal, Purpose, TypeSet};
use crate::policy::{Decision, Engine, Facts, Reason, Reasons};
use crate::port::{CareFacts, FactsError, RecordError, Recorder, Standings, Touched};
pub use ask::{Ask, Subject};

/// Why nothing is given out.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It may not be; the denial is in the trail (HTTP 403).
    #[error("access denied")]
    Denied(Box<Decision>),
    /// The trail took no record, so nothing is given out, whatever was decided (HTTP 503).
    #[error(transparent)]
    Unrecorded(#[from] RecordError),
    /// What the decision rests on cannot be read (HTTP 503).
    #[error(transparent)]
    Facts(#[from] FactsError),
}

/// That something may be, as long as nothing changes. Used up by what it is for.
#[derive(Debug)]
#[must_use = "nothing is recorded, and nothing can be given out, before it is used"]
pub struct Permit {
    principal: Principal,
    ask: Ask,
    decision: Decision,
}

impl Permit {
    /// What may be read: build the answer from these alone.
    pub fn permitted(&self) -> TypeSet {
        self.decision.permitted
    }

    /// What was decided.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }
}

/// Something whose disclosure is in the trail. Made by [`Guard::disclose`] alone.
#[derive(Debug)]
pub struct Disclosed<T> {
    value: T,
    decision: Decision,
}

impl<T> Disclosed<T> {
    /// What is given out.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// What was decided and recorded.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Takes it out, to encode it.
    pub fn into_value(self) -> T {
        self.value
    }
}

/// That a change may be made and that this is in the trail. Made by [`Guard::authorise`] alone.
#[derive(Debug)]
pub struct Authorised(Decision);

impl Authorised {
    /// Whether it is this that was authorised.
    pub(crate) fn covers(&self, action: Action, data_type: DataType) -> Result<(), AccessError> {
        let is_it = self.0.action == action && self.0.permitted.has(data_type);
        is_it.then_some(()).ok_or(AccessError::NotAuthorised)
    }

    /// What was decided and recorded.
    pub fn decision(&self) -> &Decision {
        &self.0
    }
}

/// What the guard is made of.
pub struct GuardParts {
    /// Decides.
    pub engine: Arc<Engine>,
    /// Knows who treats whom.
    pub facts: Arc<dyn CareFacts>,
    /// Knows whether who was looked up before the last change still stands as it did.
    pub standings: Arc<dyn Standings>,
    /// The trail.
    pub recorder: Arc<dyn Recorder>,
    /// Time, for emergency accesses.
    pub clock: Arc<dyn Clock>,
}

/// Stands before everything protected.
pub struct Guard(GuardParts);

impl Guard {
    /// A guard of these parts.
    pub fn new(parts: GuardParts) -> Self {
        Self(parts)
    }

    /// Decides. A denial is recorded before it is answered, and so is that nothing could be decided.
    ///
    /// # Errors
    /// [`Refused`]
    pub async fn decide(&self, principal: &Principal, ask: Ask) -> Result<Permit, Refused> {
        let decision = match self.decided(principal, &ask).await {
            Ok(decision) => decision,
            Err(error) => return Err(self.undecided(principal, &ask, error).await),
        };
        if !decision.is_allowed() {
            return Err(self.denied(decision).await);
        }
        Ok(Permit {
            principal: principal.clone(),
            ask,
            decision,
        })
    }

    /// Decides about what nobody asked for by itself, such as who is expected in a bed that is looked at: `None` when it may
    /// not be, and nothing is recorded of it then. What comes of a permit is recorded as ever.
    ///
    /// # Errors
    /// [`FactsError`]
    pub async fn decide_aside(
        &self,
        principal: &Principal,
        ask: Ask,
    ) -> Result<Option<Permit>, FactsError> {
        let decision = self.decided(principal, &ask).await?;
        Ok(decision.is_allowed().then(|| Permit {
            principal: principal.clone(),
            ask,
            decision,
        }))
    }

    /// Records that `value` is given out, then lets it be. When anything changed since the decision that it rests
    /// on, it is decided again first, and what is not permitted any more is refused as a whole.
    ///
    /// # Errors
    /// [`Refused`]; `value` is dropped then.
    pub async fn disclose<T>(
        &self,
        permit: Permit,
        value: T,
        touched: Touched,
    ) -> Result<Disclosed<T>, Refused> {
        let decision = self.still(permit).await?;
        self.0.recorder.record(&decision, &touched).await?;
        Ok(Disclosed { value, decision })
    }

    /// Records that something is about to be changed, deleted or begun; only then do it.
    ///
    /// # Errors
    /// [`Refused`]
    pub async fn authorise(&self, permit: Permit) -> Result<Authorised, Refused> {
        let decision = self.still(permit).await?;
        let patients: Vec<PatientRef> = decision.patient.iter().cloned().collect();
        self.0
            .recorder
            .record(&decision, &Touched::from(patients))
            .await?;
        Ok(Authorised(decision))
    }

    /// Whether a patient that a search found may stand in its answer: when everything that the search asked for may
    /// be seen of this patient too. What may not is left out and not counted, so that a search tells nothing of
    /// patients whom the user may not see.
    ///
    /// # Errors
    /// [`FactsError`]
    pub async fn may_see_find(
        &self,
        permit: &Permit,
        found: &PatientRef,
    ) -> Result<bool, FactsError> {
        let ask = Ask {
            subject: Subject::Patient(found.clone()),
            types: permit.permitted(),
            ..permit.ask.clone()
        };
        let decision = self.decided(&permit.principal, &ask).await?;
        Ok(decision.is_allowed() && decision.permitted == permit.permitted())
    }

    /// Whether an item with labels of its own may stand in an answer about its patient, of whom the permit is. What may
    /// not is left out as if it were not there. To give one out, ask for it as [`Subject::Item`] besides, so that the
    /// trail has it.
    ///
    /// # Errors
    /// [`FactsError`]
    pub async fn may_see_item(
        &self,
        permit: &Permit,
        patient: &PatientRef,
        (item, of): (&str, DataType),
    ) -> Result<bool, FactsError> {
        let ask = Ask {
            subject: Subject::Item {
                patient: patient.clone(),
                item: item.to_owned(),
            },
            types: TypeSet::one(of),
            ..permit.ask.clone()
        };
        let decision = self.decided(&permit.principal, &ask).await?;
        Ok(decision.is_allowed())
    }

    /// Refuses what cannot even be asked, such as an unknown data type, and has that recorded.
    pub async fn refuse(
        &self,
        principal: &Principal,
        asked: (Action, Purpose),
        reason: Reason,
    ) -> Refused {
        let in_force = self.0.engine.in_force_now();
        let decision = Decision::denied(principal, asked, in_force, reason);
        self.denied(decision).await
    }

    async fn decided(&self, principal: &Principal, ask: &Ask) -> Result<Decision, FactsError> {
        // The epoch is read first: a change while facts are being read makes the decision an old one.
        let epoch = self.0.engine.epoch();
        let Some(principal) = self.as_it_stands(principal, epoch).await? else {
            let (asked, in_force) = ((ask.action, ask.purpose), self.0.engine.in_force_now());
            return Ok(Decision::denied(
                principal,
                asked,
                in_force,
                Reason::Suspended,
            ));
        };
        let principal = &*principal;
        let alone = Facts::of(
            principal.roles(),
            principal.standing(),
            ask.action,
            ask.purpose,
        );
        let mut facts = match &ask.subject {
            Subject::NoPatient => alone,
            Subject::WhoeverIsFound => alone.of_somebody(),
            Subject::Patient(patient) => {
                let known = self.0.facts.of_patient(patient).await?;
                alone.about(principal, patient, &known)
            }
            Subject::Item { patient, item } => {
                let known = self.0.facts.of_patient(patient).await?;
                let item = self.0.facts.of_item(patient, item).await?;
                alone
                    .about(principal, patient, &known)
                    .labelled(principal, &item)
            }
        };
        let now = self.0.clock.now();
        let bound = ask
            .emergency
            .as_ref()
            .filter(|grant| holds(grant, principal, ask.subject.patient(), now));
        let grant = match bound {
            Some(grant) if grant.epoch() != epoch && !self.0.standings.holds(grant).await? => None,
            bound => bound,
        };
        facts.emergency = grant.is_some();
        let mut decision = self.0.engine.decide(principal, &facts, ask.types);
        // A search is not cut down to the fields that may be seen: it would find by the others.
        if ask.action == Action::Search && decision.permitted != ask.types {
            decision.deny();
        }
        decision.patient = ask.subject.patient().cloned();
        decision.is_item = matches!(ask.subject, Subject::Item { .. });
        decision.grant = grant.map(LiveGrant::id);
        decision.about.clone_from(&ask.about);
        decision.epoch = epoch;
        Ok(decision)
    }

    /// Who acts, looked up again when anything changed since it was. `None` when it may not act any more.
    async fn as_it_stands<'a>(
        &self,
        principal: &'a Principal,
        epoch: u64,
    ) -> Result<Option<Cow<'a, Principal>>, FactsError> {
        if principal.epoch() == epoch {
            return Ok(Some(Cow::Borrowed(principal)));
        }
        let again = self.0.standings.principal(principal).await?;
        Ok(again.map(Cow::Owned))
    }

    /// The permit's decision, made again when anything changed since.
    async fn still(&self, permit: Permit) -> Result<Decision, Refused> {
        let now = self.0.clock.now();
        let expired = permit
            .ask
            .emergency
            .as_ref()
            .is_some_and(|grant| now >= grant.expires_at());
        if permit.decision.epoch == self.0.engine.epoch() && !expired {
            return Ok(permit.decision);
        }
        let mut again = match self.decided(&permit.principal, &permit.ask).await {
            Ok(again) => again,
            Err(error) => {
                return Err(self.undecided(&permit.principal, &permit.ask, error).await);
            }
        };
        if again.is_allowed() && permit.decision.permitted.is_within(again.permitted) {
            // What was read is what the first decision permitted.
            again.permitted = permit.decision.permitted;
            return Ok(again);
        }
        again.deny();
        Err(self.denied(again).await)
    }

    async fn denied(&self, decision: Decision) -> Refused {
        let recorded = self.0.recorder.record(&decision, &Touched::default()).await;
        match recorded {
            Ok(()) => Refused::Denied(Box::new(decision)),
            Err(error) => Refused::Unrecorded(error),
        }
    }
}

/// An emergency access lifts nothing but for its user, its session, its patient and its time.
fn holds(
    grant: &LiveGrant,
    principal: &Principal,
    patient: Option<&PatientRef>,
    now: UnixMillis,
) -> bool {
    grant.user() == principal.user()
        && grant.session() == principal.session()
        && Some(grant.patient()) == patient
        && now < grant.expires_at()
}

impl Refused {
    /// The reasons of a denial; empty when nothing was decided.
    pub fn reasons(&self) -> Reasons {
        match self {
            Self::Denied(decision) => decision.reasons.clone(),
            Self::Unrecorded(_) | Self::Facts(_) => Reasons::new(),
        }
    }
}

mod failing;
mod foresee;
mod refusing;
#[cfg(test)]
mod tests;
