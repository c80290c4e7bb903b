//! What handlers ask the gate before they show or change what is protected.

use std::sync::Arc;
use std::time::Duration;

use wardline_access::guard::{Ask, Authorised, Permit, Subject};
use wardline_access::model::{Action, DataType, PatientRef, TypeSet};
use wardline_access::policy::Reason;

use super::api::Api;
use super::auth::{Caller, Tokens};
use super::problem::Problem;
use crate::gate::Gate;

/// How soon a person's stream ends after its session did, or its rights.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// What is asked for.
pub(crate) struct Wanted<'a> {
    /// What is to be done.
    pub(crate) action: Action,
    /// With which data types.
    pub(crate) types: &'a [DataType],
    /// Of whom.
    pub(crate) subject: Subject,
    /// What it is about, for the trail.
    pub(crate) about: String,
}

impl Wanted<'_> {
    fn ask(self, caller: &Caller) -> Ask {
        Ask {
            action: self.action,
            purpose: caller.purpose(),
            types: TypeSet::of(self.types),
            subject: self.subject,
            emergency: None,
            about: Some(Arc::from(self.about)),
        }
    }
}

/// Of the one patient that is named first, or of none.
pub(crate) fn subject_of(patients: &[PatientRef]) -> Subject {
    match patients.first() {
        Some(patient) => Subject::Patient(patient.clone()),
        None => Subject::NoPatient,
    }
}

/// Has it decided and recorded that the caller changes what becomes of messages.
pub(crate) async fn operate(api: &Api, caller: &Caller, about: String) -> Result<(), Problem> {
    let wanted = Wanted {
        action: Action::Write,
        types: &[DataType::Messages],
        subject: Subject::NoPatient,
        about,
    };
    api.authorise(caller, wanted).await.map(|_| ())
}

impl Api {
    /// What of it the caller may have. With what this gives, read; then [`Api::disclose`].
    pub(crate) async fn permit(
        &self,
        caller: &Caller,
        wanted: Wanted<'_>,
    ) -> Result<Permit, Problem> {
        let principal = caller.principal();
        let ask = wanted.ask(caller);
        Ok(self
            .gate
            .permit(&principal, ask, caller.emergency())
            .await?)
    }

    /// The same for what nobody asked for by itself, without an emergency access; `None`, and nothing in the trail of it, when
    /// it may not be had, or nothing can be decided.
    pub(crate) async fn permit_aside(&self, caller: &Caller, wanted: Wanted<'_>) -> Option<Permit> {
        let ask = wanted.ask(caller);
        self.gate.permit_aside(&caller.principal(), ask).await
    }

    /// The error, once it is in the trail that nothing of what was permitted is given out because of it.
    pub(crate) async fn failed(
        &self,
        permit: Permit,
        patients: Vec<PatientRef>,
        error: impl Into<Problem>,
    ) -> Problem {
        match self.gate.fail(permit, patients).await {
            Ok(()) => error.into(),
            Err(closed) => closed.into(),
        }
    }

    /// The same, when not even that can be read by which it would be decided.
    pub(crate) async fn failed_unasked(
        &self,
        caller: &Caller,
        wanted: Wanted<'_>,
        error: impl Into<Problem>,
    ) -> Problem {
        let ask = wanted.ask(caller);
        match self.gate.fail_unasked(&caller.principal(), &ask).await {
            Ok(()) => error.into(),
            Err(closed) => closed.into(),
        }
    }

    /// The refusal of what was permitted, once it is in the trail.
    pub(crate) async fn withheld(&self, permit: Permit, detail: &'static str) -> Problem {
        Problem::from(self.gate.withhold(permit).await).denied_as(detail)
    }

    /// The refusal of what the policies need not be asked about, once it is in the trail.
    pub(crate) async fn refused(
        &self,
        caller: &Caller,
        wanted: Wanted<'_>,
        (reason, detail): (Reason, &'static str),
    ) -> Problem {
        let (principal, ask) = (caller.principal(), wanted.ask(caller));
        let closed = self.gate.refuse(&principal, &ask, reason).await;
        Problem::from(closed).denied_as(detail)
    }

    /// The value, once it is in the trail that it is given out, and of which patients.
    pub(crate) async fn disclose<T>(
        &self,
        permit: Permit,
        value: T,
        patients: Vec<PatientRef>,
    ) -> Result<T, Problem> {
        let disclosed = self.gate.disclose(permit, value, patients).await?;
        Ok(disclosed.into_value())
    }

    /// The same, given to somebody outside.
    pub(crate) async fn disclose_to<T>(
        &self,
        permit: Permit,
        value: T,
        to: (Vec<PatientRef>, Option<Arc<str>>),
    ) -> Result<T, Problem> {
        let disclosed = self.gate.disclose_to(permit, value, to).await?;
        Ok(disclosed.into_value())
    }

    /// Has it decided and recorded that something is about to be changed.
    pub(crate) async fn authorise(
        &self,
        caller: &Caller,
        wanted: Wanted<'_>,
    ) -> Result<Authorised, Problem> {
        let permit = self.permit(caller, wanted).await?;
        Ok(self.gate.authorise(permit).await?)
    }

    /// What admits callers, as long as it does.
    pub(crate) fn admission(&self) -> Admission {
        Admission {
            tokens: Arc::clone(&self.tokens),
            gate: Some(Arc::clone(&self.gate)),
        }
    }

    /// See [`Admission::until_anew`].
    pub(crate) fn until_admitted_anew(
        &self,
        caller: &Caller,
    ) -> impl Future<Output = ()> + Send + use<> {
        self.admission().until_anew(caller)
    }
}

/// What admits those who listen to streams: tokens of applications, and sessions of persons where there is a gate.
#[derive(Clone)]
pub(crate) struct Admission {
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) gate: Option<Arc<Gate>>,
}

impl Admission {
    /// Ends when what admitted the caller may not hold any more: tokens were exchanged, or its session ended, or its
    /// user may not act any more. What is streamed to it ends then, and it comes back with what it has.
    pub(crate) fn until_anew(&self, caller: &Caller) -> impl Future<Output = ()> + Send + use<> {
        let replaced = self.tokens.replaced();
        let person = self.gate.clone().zip(caller.session_token());
        let principal = caller.principal();
        async move {
            let Some((gate, token)) = person else {
                return replaced.await;
            };
            loop {
                tokio::time::sleep(ASK_AGAIN).await;
                if !gate.still_acts(&token, &principal).await {
                    return;
                }
            }
        }
    }
}
