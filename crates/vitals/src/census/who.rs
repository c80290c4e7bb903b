//! Who a patient is said to be: numbers and facts, each with the time of the message that told of it.
//!
//! The newest message counts for a fact and the oldest one for the order of numbers, whichever came first.

use serde::{Deserialize, Serialize};

use super::event::{Person, Told, When};
use crate::model::{MAX_IDENTIFIERS, PatientIdentifier, PhiText, Sex, VisitNumber};

/// A value and when it was told: an older message does not overwrite a newer one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fact<T> {
    at: Option<When>,
    pub(super) value: Option<T>,
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
    pub(super) fn hear(&mut self, at: When, told: Told<T>) {
        if !matches!(told, Told::Nothing) && self.at.is_none_or(|known| known <= at) {
            self.at = Some(at);
            told.change(&mut self.value);
        }
    }
}

impl<T: Clone> Fact<T> {
    /// Takes the newer one of both.
    pub(super) fn join(&mut self, other: &Self) {
        if other.at > self.at {
            self.clone_from(other);
        }
    }
}

/// What is told of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PersonFacts {
    pub(super) family_name: Fact<PhiText>,
    pub(super) given_name: Fact<PhiText>,
    pub(super) birth_date: Fact<PhiText>,
    pub(super) sex: Fact<Sex>,
}

impl PersonFacts {
    pub(super) fn hear(&mut self, person: &Person, at: When) {
        self.family_name.hear(at, person.family_name.clone());
        self.given_name.hear(at, person.given_name.clone());
        self.birth_date.hear(at, person.birth_date.clone());
        self.sex.hear(at, person.sex.clone());
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.family_name.join(&other.family_name);
        self.given_name.join(&other.given_name);
        self.birth_date.join(&other.birth_date);
        self.sex.join(&other.sex);
    }
}

/// Numbers of one patient, in the order in which they were first told of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Numbers(Vec<(When, u8, PatientIdentifier)>);

impl Numbers {
    pub(super) fn hear(&mut self, identifiers: &[PatientIdentifier], at: When) {
        for (place, identifier) in (0_u8..).zip(identifiers) {
            let is_full = self.0.len() >= MAX_IDENTIFIERS;
            let known = self.0.iter_mut().find(|(_, _, known)| known == identifier);
            match known {
                Some(known) => (known.0, known.1) = (known.0, known.1).min((at, place)),
                None if !is_full => {
                    self.0.push((at, place, identifier.clone()));
                }
                None => {}
            }
        }
        self.0.sort_by_key(|(at, place, _)| (*at, *place));
    }

    pub(super) fn join(&mut self, other: &Self) {
        for (at, place, identifier) in &other.0 {
            let known = self.0.iter_mut().find(|(_, _, known)| known == identifier);
            match known {
                Some(known) => (known.0, known.1) = (known.0, known.1).min((*at, *place)),
                None => self.0.push((*at, *place, identifier.clone())),
            }
        }
        self.0.sort_by_key(|(at, place, _)| (*at, *place));
        self.0.truncate(MAX_IDENTIFIERS);
    }

    pub(super) fn list(&self) -> Vec<PatientIdentifier> {
        self.0.iter().map(|(_, _, i)| i.clone()).collect()
    }
}

/// The numbers that name a patient; where none is of that kind, all that are not given to several people.
pub(super) fn naming(identifiers: &[PatientIdentifier]) -> Vec<PatientIdentifier> {
    let naming: Vec<_> = identifiers
        .iter()
        .filter(|identifier| identifier.names_the_patient())
        .cloned()
        .collect();
    if naming.is_empty() {
        let own = identifiers.iter().filter(|i| !i.is_of_several_people());
        own.cloned().collect()
    } else {
        naming
    }
}

/// Whether two lists of numbers are of one patient.
pub(super) fn share(one: &[PatientIdentifier], other: &[PatientIdentifier]) -> bool {
    let (one, other) = (naming(one), naming(other));
    one.iter().any(|i| other.iter().any(|o| o.is_same_as(i)))
}

/// Whether both are one number, as far as both name who gave it.
pub(super) fn is_same_number(a: &VisitNumber, b: &VisitNumber) -> bool {
    a.number == b.number
        && (a.authority.is_empty() || b.authority.is_empty() || a.authority == b.authority)
}
