//! Numbers that messages declared to be one, and visits and accounts that they gave to another patient.
//!
//! What is declared is kept and applied whenever a stay is worked out, so it counts for messages that came before
//! it and for those that come after. Each number ends once: of two declarations about one number the one that
//! happened first counts, and the other is reported.

use serde::{Deserialize, Serialize};

use super::Census;
use super::change::Contradiction;
use super::event::{AdtEvent, Person, Unite, When};
use super::fragment::Fragment;
use super::who::{PersonFacts, is_same_number, naming, share};
use crate::model::{MAX_IDENTIFIERS, PatientIdentifier, PhiText, StayId, VisitNumber};

/// Numbers of one visit or account that are followed; no house renumbers a visit more often.
const MAX_CLASS: usize = 32;

/// What a message declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    pub(super) what: Merged,
    pub(super) at: When,
    /// Of the patient who is named, for what is moved to them.
    pub(super) facts: PersonFacts,
}

/// Which kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Numbered {
    Visit,
    Account,
}

/// What is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Merged {
    /// A patient's number ended and is another one now.
    Patient {
        from: PatientIdentifier,
        into: PatientIdentifier,
    },
    /// A visit's or account's number did.
    Number {
        of: Numbered,
        from: VisitNumber,
        into: VisitNumber,
    },
    /// A visit or an account is another patient's now, a visit perhaps of another account.
    Moved {
        of: Numbered,
        number: VisitNumber,
        from: Vec<PatientIdentifier>,
        to: Vec<PatientIdentifier>,
        account: Option<VisitNumber>,
    },
}

impl Merge {
    /// The numbers that it is found by.
    pub(super) fn keys(&self) -> Vec<&PhiText> {
        match &self.what {
            Merged::Patient { from, into } => vec![&from.number, &into.number],
            Merged::Number { from, into, .. } => vec![&from.number, &into.number],
            Merged::Moved { number, .. } => vec![&number.number],
        }
    }

    /// Whether both end the same number.
    fn ends_the_same(&self, other: &Self) -> bool {
        match (&self.what, &other.what) {
            (Merged::Patient { from: a, .. }, Merged::Patient { from: b, .. }) => a == b,
            (Merged::Number { of, from, .. }, Merged::Number { of: o, from: f, .. }) => {
                of == o && from == f
            }
            _ => false,
        }
    }

    /// Of declarations that end the same number, the least counts.
    fn rank(&self) -> (When, &PhiText) {
        let into = match &self.what {
            Merged::Patient { into, .. } => &into.number,
            Merged::Number { into, .. } => &into.number,
            Merged::Moved { number, .. } => &number.number,
        };
        (self.at, into)
    }

    fn tells_the_same(&self, other: &Self) -> bool {
        let is_move = matches!(self.what, Merged::Moved { .. });
        self.what == other.what && (!is_move || self.at == other.at)
    }
}

impl Census {
    /// Takes a message that declares numbers to be one.
    pub(super) fn unite(
        &mut self,
        unite: Unite,
        (person, event): (&Person, &AdtEvent),
        said: &mut Vec<Contradiction>,
    ) -> Vec<StayId> {
        let at = event.when;
        let declared = declared(unite, person);
        let is_of_patients = matches!(unite, Unite::Patients | Unite::PatientsAndAccounts);
        if declared.is_empty() && !is_of_patients {
            said.push(Contradiction::NothingToUnite { at: at.at });
        }
        let mut touched = Vec::new();
        for what in declared {
            let mut facts = PersonFacts::default();
            if matches!(what, Merged::Moved { .. }) {
                facts.hear(person, at);
            }
            let merge = Merge { what, at, facts };
            let [ended, others] = self.stays_of(&merge);
            let is_of_patient = matches!(merge.what, Merged::Patient { .. });
            if ended.is_empty() && !is_of_patient {
                said.push(Contradiction::NothingToUnite { at: at.at });
            }
            touched.extend(ended.into_iter().chain(others));
            self.keep(merge, said);
        }
        touched
    }

    fn keep(&mut self, merge: Merge, said: &mut Vec<Contradiction>) {
        let keys = merge.keys();
        let numbers = keys.first().map(|key| self.index.merges_of(key));
        let known: Vec<u64> = numbers.into_iter().flatten().collect();
        let mut contradicts = false;
        for number in known {
            let Some(known) = self.merges.get(&number) else {
                continue;
            };
            if known.tells_the_same(&merge) {
                // Told again: when it was first told counts.
                if merge.at < known.at {
                    self.set_merge(number, Some(merge));
                }
                return;
            }
            contradicts |= known.ends_the_same(&merge);
        }
        if contradicts {
            said.push(Contradiction::UnitedTwice { at: merge.at.at });
        }
        if self.merges.len() >= self.limits.merges
            && let Some(oldest) = self.merges.keys().next().copied()
        {
            self.set_merge(oldest, None);
        }
        let number = self.merges.keys().next_back().map_or(1, |last| last + 1);
        self.set_merge(number, Some(merge));
    }

    /// Stays that a declaration is about, as far as they are known: of the number that ends or moves, and others.
    fn stays_of(&self, merge: &Merge) -> [Vec<StayId>; 2] {
        match &merge.what {
            Merged::Patient { from, into } => {
                // As told, too: what was moved on since may move otherwise now.
                let all = self.with_merged(&[from.clone(), into.clone()]);
                let of = all.iter().flat_map(|i| self.index.of_number(&i.number));
                [Vec::new(), of.collect()]
            }
            Merged::Number { of, from, into } => {
                [self.numbered(from, *of), self.numbered(into, *of)]
            }
            Merged::Moved { of, number, .. } => [self.numbered(number, *of), Vec::new()],
        }
    }

    fn about<'a>(&'a self, number: &PhiText) -> impl Iterator<Item = &'a Merge> {
        let numbers = self.index.merges_of(number);
        numbers.filter_map(|number| self.merges.get(&number))
    }

    /// Whether no other declaration ended the same number before.
    fn counts(&self, merge: &Merge) -> bool {
        let keys = merge.keys();
        let Some(key) = keys.first() else { return true };
        let before = |other: &Merge| other.ends_the_same(merge) && other.rank() < merge.rank();
        !self.about(key).any(before)
    }

    /// The number and all others that are the same visit's or account's by now.
    pub(super) fn class(&self, of: Numbered, number: &VisitNumber) -> Vec<VisitNumber> {
        let mut class = vec![number.clone()];
        let mut next = 0;
        while let Some(known) = class.get(next).cloned() {
            next += 1;
            for merge in self.about(&known.number).filter(|m| self.counts(m)) {
                let Merged::Number { of: o, from, into } = &merge.what else {
                    continue;
                };
                let is_about = is_same_number(from, &known) || is_same_number(into, &known);
                for number in [from, into] {
                    if *o == of && is_about && !class.contains(number) && class.len() < MAX_CLASS {
                        class.push(number.clone());
                    }
                }
            }
        }
        class
    }

    /// What a number is called by now: the one that did not end.
    pub(super) fn current(&self, of: Numbered, number: &VisitNumber) -> VisitNumber {
        let mut class = self.class(of, number);
        if class.len() == 1 {
            return number.clone();
        }
        class.sort_unstable();
        let mut ends: Vec<&Merge> = Vec::new();
        for member in &class {
            ends.extend(self.about(&member.number).filter(|merge| {
                let is_of = matches!(&merge.what, Merged::Number { of: o, .. } if *o == of);
                is_of && self.counts(merge)
            }));
        }
        let ended = |number: &VisitNumber| {
            let is_end = |m: &&Merge| matches!(&m.what, Merged::Number { from, .. } if is_same_number(from, number));
            ends.iter().any(is_end)
        };
        if let Some(current) = class.iter().find(|number| !ended(number)) {
            return current.clone();
        }
        // All ended, in a circle: what was declared last.
        let last = ends.iter().max_by(|a, b| a.rank().cmp(&b.rank()));
        match last.map(|merge| &merge.what) {
            Some(Merged::Number { into, .. }) => into.clone(),
            _ => number.clone(),
        }
    }

    /// Identifiers, and those that they were merged into.
    pub(super) fn with_merged(&self, identifiers: &[PatientIdentifier]) -> Vec<PatientIdentifier> {
        let mut all = identifiers.to_vec();
        let mut next = 0;
        while let Some(identifier) = all.get(next).cloned() {
            next += 1;
            for merge in self.about(&identifier.number).filter(|m| self.counts(m)) {
                if let Merged::Patient { from, into } = &merge.what
                    && from.is_same_as(&identifier)
                    && !all.contains(into)
                    && all.len() < MAX_IDENTIFIERS
                {
                    all.push(into.clone());
                }
            }
        }
        all
    }

    /// Whether this number of a patient ended. MRG-1 often names neither type nor authority where PID-3 did.
    pub(super) fn has_ended(&self, identifier: &PatientIdentifier) -> bool {
        let ends = |merge: &Merge| match &merge.what {
            Merged::Patient { from, into } => {
                from.is_same_as(identifier) && !into.is_same_as(identifier)
            }
            Merged::Number { .. } | Merged::Moved { .. } => false,
        };
        self.about(&identifier.number).any(ends)
    }

    /// Moves of a part's visit, and of its account at that time; in the order in which they happened.
    pub(super) fn moves(&self, part: &Fragment) -> Vec<&Merge> {
        let mut moves: Vec<&Merge> = Vec::new();
        let visit = part.visit().map(|visit| (Numbered::Visit, visit));
        let accounts = part.accounts().map(|account| (Numbered::Account, account));
        for (of, number) in visit.into_iter().chain(accounts) {
            for member in self.class(of, number) {
                moves.extend(self.about(&member.number).filter(|m| match &m.what {
                    Merged::Moved { of: o, number, .. } => {
                        *o == of && is_same_number(number, &member)
                    }
                    _ => false,
                }));
            }
        }
        moves.sort_by(|a, b| a.rank().cmp(&b.rank()));
        moves.dedup();
        moves.retain(|merge| self.was_in(part, merge));
        moves
    }

    /// Whether a part of a stay was in a moved account when that moved.
    fn was_in(&self, part: &Fragment, merge: &Merge) -> bool {
        let Merged::Moved {
            of: Numbered::Account,
            number,
            ..
        } = &merge.what
        else {
            return true;
        };
        let account = part.account_at(merge.at);
        account.is_some_and(|account| {
            let class = self.class(Numbered::Account, account);
            class.iter().any(|member| is_same_number(member, number))
        })
    }

    /// Whose a part of a stay is by now, and the moves that made it so.
    pub(super) fn owner<'a>(&'a self, part: &Fragment) -> (Vec<PatientIdentifier>, Vec<&'a Merge>) {
        let mut owner = self.with_merged(&part.identifiers());
        let mut by = Vec::new();
        for merge in self.moves(part) {
            let Merged::Moved { from, to, .. } = &merge.what else {
                continue;
            };
            if from.is_empty() || share(&self.with_merged(&naming(from)), &owner) {
                owner = self.with_merged(to);
                by.push(merge);
            }
        }
        (owner, by)
    }
}

/// What a message declares.
fn declared(unite: Unite, person: &Person) -> Vec<Merged> {
    match unite {
        Unite::Patients => patients(person),
        Unite::PatientsAndAccounts => {
            let mut all = patients(person);
            all.extend(number(Numbered::Account, person));
            all
        }
        Unite::Accounts => number(Numbered::Account, person).into_iter().collect(),
        Unite::Visits => number(Numbered::Visit, person).into_iter().collect(),
        Unite::MovedAccount => moved(Numbered::Account, person),
        Unite::MovedVisit => moved(Numbered::Visit, person),
    }
}

fn patients(person: &Person) -> Vec<Merged> {
    let into = person.identifiers.iter().find(|i| i.names_the_patient());
    let Some(into) = into.or(person.identifiers.first()) else {
        return Vec::new();
    };
    let ended = person.merged.iter().filter(|i| i.names_the_patient());
    ended
        .filter(|from| !from.is_same_as(into))
        .map(|from| Merged::Patient {
            from: from.clone(),
            into: into.clone(),
        })
        .collect()
}

fn numbers(of: Numbered, person: &Person) -> (Option<&VisitNumber>, Option<&VisitNumber>) {
    match of {
        Numbered::Visit => (person.merged_visit.as_ref(), person.visit.as_ref()),
        Numbered::Account => (person.merged_account.as_ref(), person.account.as_ref()),
    }
}

fn number(of: Numbered, person: &Person) -> Option<Merged> {
    let (from, into) = numbers(of, person);
    let (from, into) = (from?, into?);
    (!is_same_number(from, into)).then(|| Merged::Number {
        of,
        from: from.clone(),
        into: into.clone(),
    })
}

fn moved(of: Numbered, person: &Person) -> Vec<Merged> {
    let (from, into) = numbers(of, person);
    let Some(moved) = into.or(from) else {
        return Vec::new();
    };
    let account = person.account.clone().filter(|_| of == Numbered::Visit);
    let moved = Merged::Moved {
        of,
        number: moved.clone(),
        from: person.merged.clone(),
        to: person.identifiers.clone(),
        account,
    };
    number(of, person).into_iter().chain([moved]).collect()
}
