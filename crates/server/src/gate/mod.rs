//! The gate before protected data: policy, identities, emergency access and the trail, joined.
//!
//! `access` decides and knows nothing of sessions, beds or the trail; here its ports are put on them. `recorder` and
//! `witness` write into the trail, `sessions` says whose a token is, `facts` who treats whom, `patient` how a patient
//! is named in all of it, `named` whom a message names. A face asks [`Gate::permit`], reads, and has [`Gate::disclose`] record what it gives out.

mod facts;
mod named;
mod outside;
mod patient;
mod recorder;
mod search_limit;
mod sessions;
mod sign_in;
mod stewards;
mod witness;
mod words;

use std::sync::Arc;

use wardline_access::approvals::ApprovalsParts;
use wardline_access::emergency::{EmergenciesParts, EmergencySettings};
use wardline_access::guard::{Ask, Authorised, Disclosed, Guard, GuardParts, Permit, Refused};
use wardline_access::identity::{IdentitiesParts, PasswordCost};
use wardline_access::model::{Action, DataType, PatientRef, Principal, Purpose, TypeSet};
use wardline_access::policy::{Engine, Reason};
use wardline_access::port::{AccessStore, Touched};
use wardline_access::{AccessError, Approvals, Emergencies, Identities, KeptStandings};
use wardline_audit::Audit;
use wardline_kernel::{Clock, UnixMillis};
use wardline_patients::Patients;
use wardline_phi::{BlindIndex, KeyRing};
use wardline_sessions::Sessions;
use wardline_vitals::LiveBeds;

use crate::oidc::Oidc;
use search_limit::SearchLimit;

pub(crate) use named::{Named, TooMany, named_in};
pub(crate) use outside::NotOutside;
pub(crate) use patient::{is_hashed, of_number, of_record, reference};
pub(crate) use sessions::PORTAL;
pub(crate) use sign_in::{Credentials, NotLetIn};
pub(crate) use stewards::NotSignedOut;

/// What the gate is made of.
pub struct GateParts {
    /// Keeps users, keys and emergency accesses.
    pub store: Arc<dyn AccessStore>,
    /// Seals them.
    pub ring: Arc<KeyRing>,
    /// Finds logins.
    pub blind_index: Arc<BlindIndex>,
    /// Wall-clock time.
    pub clock: Arc<dyn Clock>,
    /// The policies.
    pub engine: Arc<Engine>,
    /// The trail.
    pub audit: Audit,
    /// Sessions of people.
    pub sessions: Sessions,
    /// Who lies where, and who looks after whom.
    pub beds: LiveBeds,
    /// How patients are protected, and how their values are labelled.
    pub patients: Patients,
    /// What a password costs to check.
    pub cost: PasswordCost,
    /// What the site decided on emergency accesses.
    pub emergency: EmergencySettings,
    /// The site's outside provider, or none.
    pub oidc: Arc<Oidc>,
    /// Searches by what identifies a patient that one caller may make in a minute.
    pub searches_per_minute: u64,
    /// For so long what somebody asked for may be approved by another person, in milliseconds.
    pub approval_ms: u64,
}

/// The gate. Shared by reference.
pub struct Gate {
    guard: Guard,
    engine: Arc<Engine>,
    identities: Arc<Identities>,
    emergencies: Arc<Emergencies>,
    audit: Audit,
    sessions: Sessions,
    clock: Arc<dyn Clock>,
    oidc: Arc<Oidc>,
    seen: outside::Seen,
    searches: SearchLimit,
    approvals: Approvals,
}

impl Gate {
    /// A gate of these parts.
    pub fn new(parts: GateParts) -> Self {
        let identities = Arc::new(Identities::new(IdentitiesParts {
            store: Arc::clone(&parts.store),
            ring: Arc::clone(&parts.ring),
            blind_index: parts.blind_index,
            sessions: Arc::new(sessions::OfSessions(parts.sessions.clone())),
            clock: Arc::clone(&parts.clock),
            cost: parts.cost,
            engine: Arc::clone(&parts.engine),
        }));
        let approvals = Approvals::new(ApprovalsParts {
            store: Arc::clone(&parts.store),
            ring: Arc::clone(&parts.ring),
            clock: Arc::clone(&parts.clock),
            holds_ms: parts.approval_ms,
        });
        let emergencies = Arc::new(Emergencies::new(EmergenciesParts {
            store: parts.store,
            ring: parts.ring,
            witness: Arc::new(witness::IntoTrail {
                audit: parts.audit.clone(),
                identities: Arc::clone(&identities),
            }),
            clock: Arc::clone(&parts.clock),
            settings: parts.emergency,
            engine: Arc::clone(&parts.engine),
        }));
        let guard = Guard::new(GuardParts {
            engine: Arc::clone(&parts.engine),
            facts: Arc::new(facts::OfBeds {
                beds: parts.beds,
                identities: Arc::clone(&identities),
                patients: parts.patients,
            }),
            standings: Arc::new(KeptStandings {
                identities: Arc::clone(&identities),
                emergencies: Arc::clone(&emergencies),
            }),
            recorder: Arc::new(recorder::IntoTrail(parts.audit.clone())),
            clock: Arc::clone(&parts.clock),
        });
        Self {
            guard,
            engine: parts.engine,
            identities,
            emergencies,
            audit: parts.audit,
            sessions: parts.sessions,
            clock: parts.clock,
            oidc: parts.oidc,
            seen: outside::Seen::default(),
            searches: SearchLimit::new(parts.searches_per_minute),
            approvals,
        }
    }

    /// Decides. With the token of an emergency access and one patient asked for, that access is used and counted.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn permit(
        &self,
        principal: &Principal,
        mut ask: Ask,
        emergency: Option<&str>,
    ) -> Result<Permit, Closed> {
        if let (Some(token), Some(patient)) = (emergency, ask.subject.patient()) {
            let used = self.emergencies.use_one(principal, patient, token).await?;
            ask.emergency = Some(used.map_err(|_| Closed::Emergency)?);
        }
        Ok(self.guard.decide(principal, ask).await?)
    }

    /// What of it the principal may have, of what nobody asked for by itself; nothing is recorded when it may not.
    pub(crate) async fn permit_aside(&self, principal: &Principal, ask: Ask) -> Option<Permit> {
        self.guard.decide_aside(principal, ask).await.ok().flatten()
    }

    /// Whose the emergency access with this token is, when it is the caller's. Nothing is used, counted or recorded.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn opened_by(
        &self,
        principal: &Principal,
        token: &str,
    ) -> Result<Option<PatientRef>, Closed> {
        Ok(self.emergencies.patient_of(principal, token).await?)
    }

    /// Records that `value` is given out, of these patients, and only then lets it be.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn disclose<T>(
        &self,
        permit: Permit,
        value: T,
        patients: Vec<PatientRef>,
    ) -> Result<Disclosed<T>, Closed> {
        self.disclose_to(permit, value, (patients, None)).await
    }

    /// The same, given to somebody outside, who stands in the trail too.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn disclose_to<T>(
        &self,
        permit: Permit,
        value: T,
        (patients, recipient): (Vec<PatientRef>, Option<Arc<str>>),
    ) -> Result<Disclosed<T>, Closed> {
        let touched = Touched {
            patients,
            recipient,
        };
        Ok(self.guard.disclose(permit, value, touched).await?)
    }

    /// Records that nothing is given out of what was permitted, as it cannot be read.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn fail(
        &self,
        permit: Permit,
        patients: Vec<PatientRef>,
    ) -> Result<(), Closed> {
        let recorded = self.guard.fail(permit, patients.into()).await;
        recorded.map_err(|error| Closed::Refused(error.into()))
    }

    /// Records that nothing is given out of what was asked for, as not even that can be read by which it is decided.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn fail_unasked(
        &self,
        principal: &Principal,
        ask: &Ask,
    ) -> Result<(), Closed> {
        let recorded = self.guard.fail_unasked(principal, ask).await;
        recorded.map_err(|error| Closed::Refused(error.into()))
    }

    /// Refuses what was permitted, and records that.
    pub(crate) async fn withhold(&self, permit: Permit) -> Closed {
        self.guard.withhold(permit).await.into()
    }

    /// Refuses what the policies need not be asked about, and records that.
    pub(crate) async fn refuse(&self, principal: &Principal, ask: &Ask, reason: Reason) -> Closed {
        self.guard.refuse_ask(principal, ask, reason).await.into()
    }

    /// Records that something is about to be changed; only then do it.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn authorise(&self, permit: Permit) -> Result<Authorised, Closed> {
        Ok(self.guard.authorise(permit).await?)
    }

    /// Whether a patient that was found may stand in the answer.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn may_see_find(
        &self,
        permit: &Permit,
        found: &PatientRef,
    ) -> Result<bool, Closed> {
        let may = self.guard.may_see_find(permit, found).await;
        may.map_err(|error| Closed::Refused(error.into()))
    }

    /// Counts a search by what identifies a patient. Whoever searches too often is refused, and that is in the trail.
    ///
    /// # Errors
    /// [`Closed::TooOften`]
    pub(crate) async fn may_search(
        &self,
        principal: &Principal,
        purpose: Purpose,
    ) -> Result<(), Closed> {
        let Err(too_often) = self.searches.enter(principal.user(), self.now()) else {
            return Ok(());
        };
        if too_often.is_recorded {
            let asked = (Action::Search, purpose);
            let refused = self.guard.refuse(principal, asked, Reason::TooOften).await;
            if let Refused::Unrecorded(_) = refused {
                return Err(refused.into());
            }
        }
        Err(Closed::TooOften(too_often.retry_after_seconds))
    }

    /// The time.
    pub(crate) fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// Whether a labelled value may stand in an answer about its patient.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn may_see_item(
        &self,
        permit: &Permit,
        patient: &PatientRef,
        item: (&str, DataType),
    ) -> Result<bool, Closed> {
        let may = self.guard.may_see_item(permit, patient, item).await;
        may.map_err(|error| Closed::Refused(error.into()))
    }

    /// Which of the data types that may be read could be written too.
    ///
    /// # Errors
    /// [`Closed`]
    pub(crate) async fn writable(&self, permit: &Permit) -> Result<TypeSet, Closed> {
        let writable = self.guard.writable(permit).await;
        writable.map_err(|error| Closed::Refused(error.into()))
    }

    /// The policies.
    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Whether people may come in by the site's outside provider.
    pub(crate) fn has_provider(&self) -> bool {
        self.oidc.is_set()
    }

    /// How much is still to be told outside of emergency accesses.
    ///
    /// # Errors
    /// [`AccessError`]
    pub async fn notices_left(&self) -> Result<usize, AccessError> {
        Ok(self.emergencies.notices().await?.len())
    }

    /// What another person must approve.
    pub(crate) fn approvals(&self) -> &Approvals {
        &self.approvals
    }

    /// Emergency accesses.
    pub(crate) fn emergencies(&self) -> &Emergencies {
        &self.emergencies
    }

    /// Users, service accounts and API keys.
    pub(crate) fn identities(&self) -> &Identities {
        &self.identities
    }
}

/// Why the gate stays closed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Closed {
    /// The guard refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The emergency access that was presented does not hold for this; that is in the trail.
    #[error("the emergency access does not hold")]
    Emergency,
    /// Too many searches; the next one is let through after so many seconds.
    #[error("too many searches")]
    TooOften(u32),
    /// Identities or emergency accesses could not be read or written.
    #[error(transparent)]
    Access(#[from] AccessError),
}
