//! A stay: whose, under which numbers, and where it has come to.
//!
//! It keeps its parts and what a person set. Everything else follows from the parts and from what is declared of
//! their numbers, and is worked out by the census (`regroup`).

use std::fmt;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::course::Course;
use super::event::{Act, AdtEvent, Person, When};
use super::fragment::{Fragment, Heard, fold_all};
use super::who::PersonFacts;
use crate::model::{
    BedId, Patient, PatientClass, PatientIdentifier, PhiText, Place, StayId, VisitNumber,
};
use crate::score::SaturationScale;

/// Steps kept of one part of a stay; of more, the oldest of several news (A08) go, and without several the oldest steps are
/// folded for good.
pub const MAX_STEPS: usize = 64;

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
    pub(super) parts: Vec<Fragment>,
    pub(super) care: Care,
    arrivals: u64,
    touched_at: UnixMillis,
    #[serde(skip)]
    is: Worked,
}

/// What is worked out.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Worked {
    pub(super) identifiers: Vec<PatientIdentifier>,
    pub(super) person: PersonFacts,
    pub(super) visit: Option<VisitNumber>,
    pub(super) account: Option<VisitNumber>,
    pub(super) class: Option<PatientClass>,
    pub(super) attending: Option<PhiText>,
    /// Another patient has this visit with more right: nothing of the stay counts.
    pub(super) is_disputed: bool,
    /// When messages gave this visit to a patient who has less right to it.
    pub(super) claimed_at: Vec<UnixMillis>,
    pub(super) course: Course,
    pub(super) bed: Option<BedId>,
}

impl Stay {
    pub(super) fn new(id: StayId) -> Self {
        Self {
            id,
            parts: Vec::new(),
            care: Care::default(),
            arrivals: 0,
            touched_at: 0,
            is: Worked::default(),
        }
    }

    /// Its number.
    pub fn id(&self) -> StayId {
        self.id
    }

    /// Who the patient is.
    pub fn patient(&self) -> Patient {
        let person = &self.is.person;
        Patient {
            identifiers: self.is.identifiers.clone(),
            family_name: person.family_name.value.clone(),
            given_name: person.given_name.value.clone(),
            birth_date: person.birth_date.value.clone(),
            sex: person.sex.value,
        }
    }

    /// Full years of age, when the date of birth is known.
    pub fn age_years(&self, now: UnixMillis) -> Option<u16> {
        let born = self.is.person.birth_date.value.as_ref()?;
        crate::model::age_years(born.expose(), now)
    }

    /// Numbers of the patient, those that ended last.
    pub fn identifiers(&self) -> &[PatientIdentifier] {
        &self.is.identifiers
    }

    /// PV1-19, or what it became.
    pub fn visit(&self) -> Option<&VisitNumber> {
        self.is.visit.as_ref()
    }

    /// PID-18, or what it became.
    pub fn account(&self) -> Option<&VisitNumber> {
        self.is.account.as_ref()
    }

    /// PV1-2
    pub fn class(&self) -> Option<PatientClass> {
        self.is.class
    }

    /// PV1-7
    pub fn attending(&self) -> Option<&PhiText> {
        self.is.attending.as_ref()
    }

    /// Where it has come to.
    pub fn course(&self) -> &Course {
        &self.is.course
    }

    /// The bed that the patient has now.
    pub fn bed(&self) -> Option<&BedId> {
        self.is.bed.as_ref()
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

    pub(super) fn worked(&self) -> &Worked {
        &self.is
    }

    /// The earliest thing that was heard of it.
    pub(super) fn first(&self) -> Option<When> {
        self.parts.iter().filter_map(Fragment::first).min()
    }

    /// Takes what is worked out of the numbers, and folds the steps.
    pub(super) fn work_out(&mut self, worked: Worked) {
        self.is = worked;
        if !self.is.is_disputed {
            self.is.course = fold_all(&self.parts);
        }
        let course = &self.is.course;
        let place = course.place_now().filter(|_| !course.is_in_room);
        self.is.bed = place.and_then(Place::bed_id);
    }

    /// Takes what a message says of the patient and the visit.
    pub(super) fn hear_facts(&mut self, person: &Person, at: When) {
        let part = self.part_of(person);
        if let Some(part) = self.parts.get_mut(part) {
            part.hear_facts(person, at);
        }
    }

    /// Takes a step of the stay.
    pub(super) fn hear_step(&mut self, act: Act, person: &Person, event: &AdtEvent) -> Heard {
        let arrival = self.arrivals;
        let part = self.part_of(person);
        let part = self.parts.get_mut(part);
        let heard = part.map(|part| part.hear_step(act, (person, event), arrival));
        if heard == Some(Heard::Taken) {
            self.arrivals += 1;
        }
        heard.unwrap_or(Heard::Repeated)
    }

    /// Where the part is that a message is about.
    fn part_of(&mut self, person: &Person) -> usize {
        let identifiers = &person.identifiers;
        let found = if let Some(visit) = person.visit.as_ref() {
            let is_it = |part: &Fragment| part.is_of(visit, identifiers);
            let unnumbered =
                |part: &Fragment| part.visit().is_none() && part.is_patient(identifiers);
            let found = self.parts.iter().position(is_it);
            found.or_else(|| self.parts.iter().position(unnumbered))
        } else {
            let is_patient =
                |part: &Fragment| identifiers.is_empty() || part.is_patient(identifiers);
            self.parts.iter().position(is_patient)
        };
        found.unwrap_or_else(|| {
            self.parts.push(Fragment::default());
            self.parts.len() - 1
        })
    }

    /// A stay of these parts that goes on where others were.
    pub(super) fn of_parts(id: StayId, parts: Vec<Fragment>, were: &[&Self]) -> Self {
        let care = were.iter().map(|stay| &stay.care);
        let set = care.clone().find(|care| **care != Care::default());
        Self {
            parts,
            care: set.cloned().unwrap_or_default(),
            arrivals: were.iter().map(|stay| stay.arrivals).max().unwrap_or(0),
            touched_at: were.iter().map(|stay| stay.touched_at).max().unwrap_or(0),
            ..Self::new(id)
        }
    }
}

/// Shows nothing of the patient.
impl fmt::Debug for Stay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stay")
            .field("id", &self.id)
            .field("course", &self.is.course)
            .finish_non_exhaustive()
    }
}
