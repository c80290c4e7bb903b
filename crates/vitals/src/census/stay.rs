//! A stay: whose, under which numbers, and the steps that it took.

use std::fmt;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::course::{Course, Step};
use super::event::{Act, AdtEvent, Cancelled, Person, Told, When};
use super::fold;
use crate::model::{
    BedId, MAX_IDENTIFIERS, Patient, PatientClass, PatientIdentifier, PhiText, Place, Sex, StayId,
    VisitNumber,
};
use crate::score::SaturationScale;

/// Steps kept of a stay; of more, the oldest are folded for good.
pub const MAX_STEPS: usize = 64;
/// How many are folded for good at a time.
const FOLDED_AT_ONCE: usize = 16;

/// A value and when it was told: an older message does not overwrite a newer one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Fact<T> {
    at: Option<When>,
    value: Option<T>,
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self {
            at: None,
            value: None,
        }
    }
}

impl<T> Fact<T> {
    fn hear(&mut self, at: When, told: Told<T>) {
        if !matches!(told, Told::Nothing) && self.at.is_none_or(|known| known <= at) {
            self.at = Some(at);
            told.change(&mut self.value);
        }
    }
}

/// What is told of the patient and the visit.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Facts {
    family_name: Fact<PhiText>,
    given_name: Fact<PhiText>,
    birth_date: Fact<PhiText>,
    sex: Fact<Sex>,
    class: Fact<PatientClass>,
    attending: Fact<PhiText>,
}

/// What a person set, and no message tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Care {
    /// The column that oxygen saturation is scored by.
    pub saturation_scale: SaturationScale,
    /// Beyond the 20th week of pregnancy: not scored.
    pub is_pregnant: bool,
}

/// A stay.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    id: StayId,
    identifiers: Vec<PatientIdentifier>,
    visit: Option<VisitNumber>,
    account: Option<VisitNumber>,
    facts: Facts,
    care: Care,
    base: Course,
    folded_until: Option<When>,
    steps: Vec<Step>,
    arrivals: u64,
    touched_at: UnixMillis,
    #[serde(skip)]
    course: Course,
    #[serde(skip)]
    bed: Option<BedId>,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Taken,
    Repeated,
    TooOld,
}

impl Stay {
    pub(super) fn new(id: StayId) -> Self {
        Self {
            id,
            identifiers: Vec::new(),
            visit: None,
            account: None,
            facts: Facts::default(),
            care: Care::default(),
            base: Course::default(),
            folded_until: None,
            steps: Vec::new(),
            arrivals: 0,
            touched_at: 0,
            course: Course::default(),
            bed: None,
        }
    }

    /// Its number.
    pub fn id(&self) -> StayId {
        self.id
    }

    /// Who the patient is.
    pub fn patient(&self) -> Patient {
        Patient {
            identifiers: self.identifiers.clone(),
            family_name: self.facts.family_name.value.clone(),
            given_name: self.facts.given_name.value.clone(),
            birth_date: self.facts.birth_date.value.clone(),
            sex: self.facts.sex.value,
        }
    }

    /// Full years of age, when the date of birth is known.
    pub fn age_years(&self, now: UnixMillis) -> Option<u16> {
        let born = self.facts.birth_date.value.as_ref()?;
        crate::model::age_years(born.expose(), now)
    }

    /// Numbers of the patient.
    pub fn identifiers(&self) -> &[PatientIdentifier] {
        &self.identifiers
    }

    /// PV1-19
    pub fn visit(&self) -> Option<&VisitNumber> {
        self.visit.as_ref()
    }

    /// PID-18
    pub fn account(&self) -> Option<&VisitNumber> {
        self.account.as_ref()
    }

    /// PV1-2
    pub fn class(&self) -> Option<PatientClass> {
        self.facts.class.value
    }

    /// PV1-7
    pub fn attending(&self) -> Option<&PhiText> {
        self.facts.attending.value.as_ref()
    }

    /// Where it has come to.
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// The bed that the patient has now.
    pub fn bed(&self) -> Option<&BedId> {
        self.bed.as_ref()
    }

    /// What a person set.
    pub fn care(&self) -> &Care {
        &self.care
    }

    /// When something was last heard of it.
    pub fn touched_at(&self) -> UnixMillis {
        self.touched_at
    }

    pub(super) fn touch(&mut self, now: UnixMillis) {
        self.touched_at = self.touched_at.max(now);
    }

    pub(super) fn set_care(&mut self, care: Care) {
        self.care = care;
    }

    /// Works out again what is not stored.
    pub(super) fn refold(&mut self) {
        self.course = fold::fold(&self.base, &self.steps);
        self.bed = self.course.place_now().and_then(Place::bed_id);
    }

    /// Takes what a message says of the patient and the visit.
    pub(super) fn hear_facts(&mut self, person: &Person, at: When) {
        self.add_identifiers(&person.identifiers);
        if self.visit.is_none() {
            self.visit.clone_from(&person.visit);
        }
        if self.account.is_none() {
            self.account.clone_from(&person.account);
        }
        let facts = &mut self.facts;
        facts.family_name.hear(at, person.family_name.clone());
        facts.given_name.hear(at, person.given_name.clone());
        facts.birth_date.hear(at, person.birth_date.clone());
        facts.sex.hear(at, person.sex.clone());
        facts.class.hear(at, person.class.clone());
        facts.attending.hear(at, person.attending.clone());
    }

    pub(super) fn add_identifiers(&mut self, more: &[PatientIdentifier]) {
        for identifier in more {
            let known = self.identifiers.iter().any(|known| known == identifier);
            if !known && self.identifiers.len() < MAX_IDENTIFIERS {
                self.identifiers.push(identifier.clone());
            }
        }
    }

    pub(super) fn replace_identifiers(&mut self, identifiers: &[PatientIdentifier]) {
        self.identifiers = identifiers.to_vec();
    }

    pub(super) fn rename_visit(&mut self, visit: VisitNumber) {
        self.visit = Some(visit);
    }

    pub(super) fn rename_account(&mut self, account: VisitNumber) {
        self.account = Some(account);
    }

    /// Takes a step of the stay.
    pub(super) fn hear_step(&mut self, act: Act, person: &Person, event: &AdtEvent) -> Heard {
        let step = Step {
            when: event.when,
            arrival: self.arrivals,
            act,
            place: place_of(act, person),
            prior: person.prior.clone(),
            cancels_at: event.cancels_at,
        };
        if self.steps.iter().any(|known| known.repeats(&step)) {
            return Heard::Repeated;
        }
        if self.folded_until.is_some_and(|until| step.when <= until) {
            return Heard::TooOld;
        }
        self.arrivals += 1;
        let at = self.steps.partition_point(|s| s.order() <= step.order());
        self.steps.insert(at, step);
        self.forget_oldest();
        self.refold();
        Heard::Taken
    }

    fn forget_oldest(&mut self) {
        if self.steps.len() <= MAX_STEPS {
            return;
        }
        let oldest: Vec<Step> = self.steps.drain(..FOLDED_AT_ONCE).collect();
        self.base = fold::fold(&self.base, &oldest);
        self.folded_until = oldest.last().map(|step| step.when);
    }
}

/// The place that a step is about.
fn place_of(act: Act, person: &Person) -> Option<Place> {
    match act {
        // Where the patient is to go, not where they are.
        Act::PlanTransfer => person.pending.clone(),
        Act::PlanAdmission => person.pending.clone().or_else(|| person.place.clone()),
        Act::Depart | Act::Arrive => person.temporary.clone(),
        Act::GoOnLeave | Act::ReturnFromLeave | Act::PreAdmit | Act::PlanDischarge => None,
        Act::Cancel(cancelled) => match cancelled {
            Cancelled::Transfer | Cancelled::Discharge => person.place.clone(),
            _ => None,
        },
        Act::Admit | Act::ChangeClass | Act::Transfer | Act::Discharge | Act::Update => {
            person.place.clone()
        }
    }
}

/// Shows nothing of the patient.
impl fmt::Debug for Stay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stay")
            .field("id", &self.id)
            .field("course", &self.course)
            .finish_non_exhaustive()
    }
}
