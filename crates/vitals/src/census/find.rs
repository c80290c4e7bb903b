//! Whose a message is.

use std::collections::BTreeSet;

use wardline_hl7::{Message, Segment};
use wardline_kernel::UnixMillis;

use super::Census;
use super::adt_error::AdtError;
use super::course::{Phase, Whereabouts};
use super::event::{Act, Person};
use super::fragment::Fragment;
use super::links::Numbered;
use super::read::{Reader, Reading};
use super::stay::Stay;
use super::who::{is_same_number, naming};
use crate::model::{BedId, PatientIdentifier, Place, StayId, VisitNumber};

/// Whom values are said to be of: what a message names of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// PID-3
    pub identifiers: Vec<PatientIdentifier>,
    /// PV1-19
    pub visit: Option<VisitNumber>,
    /// PV1-3
    pub place: Option<Place>,
}

impl Subject {
    /// Whom a result message is about, by the PID and PV1 that stand before its values.
    ///
    /// # Errors
    /// [`AdtError`]
    pub fn read<'a>(
        message: &Message<'a>,
        (pid, pv1): (Option<&Segment<'a>>, Option<&Segment<'a>>),
        reading: &Reading,
    ) -> Result<Self, AdtError> {
        let reader = Reader::new(message, reading);
        let mut person = match pid {
            Some(pid) => reader.person(pid)?,
            None => Person::default(),
        };
        if let Some(pv1) = pv1 {
            reader.visit(pv1, &mut person)?;
        }
        Ok(Self {
            identifiers: person.identifiers,
            visit: person.visit,
            place: person.place,
        })
    }
}

/// Whose values are, or why they are nobody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Of this stay.
    Stay(StayId),
    /// No patient and no place is named.
    NothingNamed,
    /// No patient in the house has this number.
    PatientUnknown,
    /// The patient had left by then.
    PatientGone(StayId),
    /// The numbers belong to several patients, or to several stays of one.
    Ambiguous,
    /// The patient was in another bed at that time.
    PatientElsewhere {
        /// The patient's stay.
        stay: StayId,
        /// The bed that was named.
        named: BedId,
    },
    /// Nobody was in that bed at that time.
    NobodyThere(Place),
    /// More than one patient is known to be in that bed.
    ManyThere(BedId),
    /// No such bed.
    PlaceUnknown(Place),
}

/// Every word of [`Found::why`].
const WHY: [&str; 8] = [
    "nothing_named",
    "patient_unknown",
    "patient_gone",
    "ambiguous",
    "patient_elsewhere",
    "nobody_there",
    "many_there",
    "place_unknown",
];

impl Found {
    /// The word of [`Found::why`] that is written so.
    pub(crate) fn word(text: &str) -> Option<&'static str> {
        WHY.into_iter().find(|word| *word == text)
    }

    /// Why values are nobody's, in a word; nothing when they are somebody's.
    pub const fn why(&self) -> Option<&'static str> {
        Some(match self {
            Self::Stay(_) => return None,
            Self::NothingNamed => "nothing_named",
            Self::PatientUnknown => "patient_unknown",
            Self::PatientGone(_) => "patient_gone",
            Self::Ambiguous => "ambiguous",
            Self::PatientElsewhere { .. } => "patient_elsewhere",
            Self::NobodyThere(_) => "nobody_there",
            Self::ManyThere(_) => "many_there",
            Self::PlaceUnknown(_) => "place_unknown",
        })
    }
}

/// Which stay an ADT message is about.
pub(super) enum Meant {
    Stay(StayId),
    New,
    Nobody,
    Ambiguous,
    Several(Vec<StayId>),
}

impl Census {
    /// Whose values are that were taken at `at`. What the census says decides; nothing is guessed.
    pub fn find(&self, subject: &Subject, at: UnixMillis) -> Found {
        if !subject.identifiers.is_empty() {
            return self.find_patient(subject, at);
        }
        if let Some(visit) = &subject.visit {
            let counts = |stay: &&Stay| !stay.worked().is_disputed;
            let stays: Vec<&Stay> = self.of_visit(visit).into_iter().filter(counts).collect();
            return match stays.as_slice() {
                [] => Found::PatientUnknown,
                [stay] => self.confirm(stay, subject, at),
                _ => Found::Ambiguous,
            };
        }
        match &subject.place {
            Some(place) => self.find_occupant(place, at),
            None => Found::NothingNamed,
        }
    }

    fn find_patient(&self, subject: &Subject, at: UnixMillis) -> Found {
        let (stays, others) = self.of_patient(&subject.identifiers);
        if !others.is_empty() {
            return Found::Ambiguous;
        }
        let stays: Vec<&Stay> = stays.iter().filter_map(|id| self.stay(*id)).collect();
        let visit = subject.visit.as_ref();
        let visit = visit.map(|named| self.current(Numbered::Visit, named));
        let is_visit = |stay: &&&Stay| match (&visit, stay.visit()) {
            (Some(named), Some(known)) => is_same_number(named, known),
            _ => false,
        };
        if let Some(stay) = stays.iter().find(is_visit) {
            return self.confirm(stay, subject, at);
        }
        let was_here = |stay: &&&Stay| matches!(stay.course().place_at(at), Whereabouts::At(_));
        let is_here = |stay: &&&Stay| stay.course().is_here();
        let mut candidates: Vec<_> = stays.iter().filter(was_here).collect();
        if candidates.is_empty() {
            candidates = stays.iter().filter(is_here).collect();
        }
        match candidates.as_slice() {
            [stay] => self.confirm(stay, subject, at),
            [] => match stays.last() {
                Some(stay) => Found::PatientGone(stay.id()),
                None => Found::PatientUnknown,
            },
            _ => Found::Ambiguous,
        }
    }

    /// Whether the patient can have been where the message says.
    fn confirm(&self, stay: &Stay, subject: &Subject, at: UnixMillis) -> Found {
        let course = stay.course();
        let was_at = course.place_at(at);
        let was_out = match was_at {
            Whereabouts::Unknown => !course.is_here(),
            Whereabouts::Out => true,
            Whereabouts::At(_) => false,
        };
        if was_out {
            return Found::PatientGone(stay.id());
        }
        let (Some(named), Whereabouts::At(known)) = (&subject.place, was_at) else {
            return Found::Stay(stay.id());
        };
        let away_there = match &course.away {
            Some(super::Away::Elsewhere(Some(place))) => place.agrees_with(named),
            Some(super::Away::Elsewhere(None)) => true,
            _ => false,
        };
        match named.bed_id() {
            Some(bed) if !named.agrees_with(known) && !away_there => Found::PatientElsewhere {
                stay: stay.id(),
                named: self.index.meant(named).unwrap_or(bed),
            },
            _ => Found::Stay(stay.id()),
        }
    }

    fn find_occupant(&self, place: &Place, at: UnixMillis) -> Found {
        // A room without beds is known by those who are there.
        let is_visited = |bed: &BedId| self.index.visitors(bed).next().is_some();
        let room = || place.bed_id().filter(is_visited);
        let Some(bed) = self.index.meant(place).or_else(room) else {
            return Found::PlaceUnknown(place.clone());
        };
        let was_there = |stay: &&Stay| match stay.course().place_at(at) {
            Whereabouts::At(place) => place.bed_id().as_ref() == Some(&bed),
            Whereabouts::Unknown | Whereabouts::Out => false,
        };
        let stays = self.index.visitors(&bed).filter_map(|id| self.stay(id));
        let there: Vec<&Stay> = stays.filter(was_there).collect();
        match there.as_slice() {
            [stay] => Found::Stay(stay.id()),
            [] => Found::NobodyThere(place.clone()),
            _ => Found::ManyThere(bed),
        }
    }

    /// Stays of the patient with these numbers, and stays of others that some of the numbers belong to.
    pub(super) fn of_patient(
        &self,
        identifiers: &[PatientIdentifier],
    ) -> (Vec<StayId>, Vec<StayId>) {
        let (mut stays, mut others): (Vec<StayId>, Vec<StayId>) = (Vec::new(), Vec::new());
        for identifier in self.naming(identifiers) {
            let same = |stay: &Stay| stay.identifiers().iter().any(|i| i.is_same_as(&identifier));
            let numbered = self.index.of_number(&identifier.number);
            for id in numbered.filter(|id| self.stay(*id).is_some_and(same)) {
                // A number without its authority can be that of several patients.
                let is_of_patient = stays.is_empty() || self.is_of(id, &stays);
                let list = if is_of_patient {
                    &mut stays
                } else {
                    &mut others
                };
                if !list.contains(&id) {
                    list.push(id);
                }
            }
        }
        stays.sort_unstable();
        (stays, others)
    }

    /// The numbers that name a patient (see [`naming`]), and those that they were merged into.
    fn naming(&self, identifiers: &[PatientIdentifier]) -> Vec<PatientIdentifier> {
        self.with_merged(&naming(identifiers))
    }

    fn is_of(&self, id: StayId, stays: &[StayId]) -> bool {
        let Some(stay) = self.stay(id) else {
            return false;
        };
        stays.iter().filter_map(|s| self.stay(*s)).any(|known| {
            let theirs = known.identifiers();
            let naming = stay.identifiers().iter().filter(|i| i.names_the_patient());
            naming
                .clone()
                .any(|i| theirs.iter().any(|t| t.is_same_as(i)))
        })
    }

    fn of_visit(&self, visit: &VisitNumber) -> Vec<&Stay> {
        let numbered = self.numbered(visit, Numbered::Visit).into_iter();
        numbered.filter_map(|id| self.stay(id)).collect()
    }

    /// Stays with this visit or account number, or one that is the same by now.
    pub(super) fn numbered(&self, number: &VisitNumber, of: Numbered) -> Vec<StayId> {
        let mut found = BTreeSet::new();
        for member in self.class(of, number) {
            let is = |told: &VisitNumber| is_same_number(told, &member);
            let (of_visit, of_account) = match of {
                Numbered::Visit => (Some(self.index.of_visit(&member.number)), None),
                Numbered::Account => (None, Some(self.index.of_account(&member.number))),
            };
            let ids = of_visit.into_iter().flatten();
            let ids = ids.chain(of_account.into_iter().flatten());
            found.extend(ids.filter(|id| {
                let stay = self.stay(*id);
                stay.is_some_and(|stay| match of {
                    Numbered::Visit => stay.parts.iter().filter_map(Fragment::visit).any(is),
                    Numbered::Account => {
                        let told = stay.parts.iter().flat_map(Fragment::accounts);
                        told.chain(stay.account()).any(is)
                    }
                })
            }));
        }
        found.into_iter().collect()
    }

    /// The stay that an ADT message is about.
    pub(super) fn meant(&self, person: &Person, act: Act) -> Meant {
        let (of_patient, others) = self.of_patient(&person.identifiers);
        if let Some(visit) = &person.visit {
            let any = [of_patient, others].concat();
            return self.meant_by_visit(visit, &any, person, act);
        }
        if !others.is_empty() {
            return Meant::Ambiguous;
        }
        let stays: Vec<&Stay> = of_patient.iter().filter_map(|id| self.stay(*id)).collect();
        if let Some(account) = &person.account {
            let account = self.current(Numbered::Account, account);
            let is_account =
                |stay: &&Stay| stay.account().is_some_and(|a| is_same_number(a, &account));
            let of_account: Vec<&Stay> = stays.iter().copied().filter(is_account).collect();
            if !of_account.is_empty() {
                return open_one(&of_account).unwrap_or(Meant::New);
            }
            let unnumbered = stays.iter().copied().filter(|s| s.account().is_none());
            let unnumbered: Vec<&Stay> = unnumbered.filter(|s| is_open(s)).collect();
            return match unnumbered.as_slice() {
                [stay] => Meant::Stay(stay.id()),
                _ => new_or_nobody(person, act),
            };
        }
        if let Some(meant) = open_one(&stays) {
            return meant;
        }
        let unnumbered = |s: &&&Stay| s.visit().is_none() && s.account().is_none();
        let last = if act.begins_a_stay() {
            stays.iter().rev().find(unnumbered)
        } else {
            stays.last()
        };
        match last {
            Some(stay) => Meant::Stay(stay.id()),
            None => new_or_nobody(person, act),
        }
    }

    fn meant_by_visit(
        &self,
        visit: &VisitNumber,
        of_patient: &[StayId],
        person: &Person,
        act: Act,
    ) -> Meant {
        let of_visit = self.of_visit(visit);
        let told = |part: &Fragment| part.is_of(visit, &person.identifiers);
        if let Some(stay) = of_visit.iter().find(|stay| stay.parts.iter().any(told)) {
            return Meant::Stay(stay.id());
        }
        let is_of_patient = |stay: &&&Stay| of_patient.contains(&stay.id());
        if let Some(stay) = of_visit.iter().find(is_of_patient) {
            return Meant::Stay(stay.id());
        }
        if !of_visit.is_empty() {
            // Of another patient, as far as is known: whether both are one is worked out.
            return new_or_nobody(person, act);
        }
        let stays = of_patient.iter().filter_map(|id| self.stay(*id));
        let unnumbered: Vec<&Stay> = stays
            .filter(|stay| stay.visit().is_none() && is_open(stay))
            .collect();
        match unnumbered.as_slice() {
            [stay] => Meant::Stay(stay.id()),
            _ => new_or_nobody(person, act),
        }
    }
}

/// Of stays that could be meant, the one that goes on. More than one is not for this program to choose.
fn open_one(stays: &[&Stay]) -> Option<Meant> {
    let open: Vec<&Stay> = stays.iter().copied().filter(|stay| is_open(stay)).collect();
    match (open.as_slice(), stays) {
        ([stay], _) | ([], [stay]) => Some(Meant::Stay(stay.id())),
        ([], _) => None,
        _ => Some(Meant::Several(open.iter().map(|s| s.id()).collect())),
    }
}

fn is_open(stay: &Stay) -> bool {
    matches!(
        stay.course().phase,
        Phase::Here | Phase::Expected | Phase::Unknown
    )
}

/// News of a person alone make no stay.
fn new_or_nobody(person: &Person, act: Act) -> Meant {
    if act == Act::Update && person.visit.is_none() && person.place.is_none() {
        Meant::Nobody
    } else {
        Meant::New
    }
}
