//! A part of a stay: what messages said under one visit number of one patient.
//!
//! Parts are what is kept. Which of them make one stay follows from what is declared of their numbers
//! (`regroup`), so a declaration that comes late, or is contradicted later, leaves nothing to be undone.

use serde::{Deserialize, Serialize};

use super::course::{Course, Step};
use super::event::{Act, AdtEvent, Cancelled, Person, When};
use super::fold;
use super::stay::MAX_STEPS;
use super::who::{Fact, Numbers, PersonFacts, share};
use crate::model::{PatientClass, PatientIdentifier, PhiText, Place, VisitNumber};

/// How many steps are folded for good at a time.
const FOLDED_AT_ONCE: usize = 16;
/// Accounts kept of a part, the newest ones.
const MAX_ACCOUNTS: usize = 8;

/// What messages said under one visit number of one patient.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fragment {
    visit: Option<VisitNumber>,
    numbers: Numbers,
    pub(super) facts: PersonFacts,
    pub(super) class: Fact<PatientClass>,
    pub(super) attending: Fact<PhiText>,
    accounts: Vec<Account>,
    pub(super) base: Course,
    pub(super) folded_until: Option<When>,
    pub(super) steps: Vec<Step>,
    /// The earliest step that was ever heard.
    first: Option<When>,
}

/// An account, and when it was told of.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Account {
    number: VisitNumber,
    first: When,
    last: When,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Taken,
    Repeated,
    TooOld,
}

impl Fragment {
    pub(super) fn visit(&self) -> Option<&VisitNumber> {
        self.visit.as_ref()
    }

    /// Numbers of the patient, as they were told.
    pub(super) fn identifiers(&self) -> Vec<PatientIdentifier> {
        self.numbers.list()
    }

    pub(super) fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// Accounts that were told of.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &VisitNumber> {
        self.accounts.iter().map(|account| &account.number)
    }

    /// The account that was told of last, and when.
    pub(super) fn account(&self) -> Option<(When, &VisitNumber)> {
        let all = self.accounts.iter();
        all.map(|account| (account.last, &account.number)).max()
    }

    /// The account at a time: of what was told until then the last, else what was told first.
    pub(super) fn account_at(&self, at: When) -> Option<&VisitNumber> {
        let until = self.accounts.iter().filter(|account| account.first <= at);
        let last = until.max_by_key(|account| (account.last.min(at), &account.number));
        let first = || self.accounts.iter().min_by_key(|a| (a.first, &a.number));
        last.or_else(first).map(|account| &account.number)
    }

    pub(super) fn first(&self) -> Option<When> {
        self.first
    }

    /// Whether it is what messages say under this visit number of this patient.
    pub(super) fn is_of(&self, visit: &VisitNumber, identifiers: &[PatientIdentifier]) -> bool {
        let same_visit = self.visit.as_ref() == Some(visit);
        same_visit && (identifiers.is_empty() || share(&self.identifiers(), identifiers))
    }

    pub(super) fn is_patient(&self, identifiers: &[PatientIdentifier]) -> bool {
        share(&self.identifiers(), identifiers)
    }

    /// Takes what a message says of the patient and the visit.
    pub(super) fn hear_facts(&mut self, person: &Person, at: When) {
        self.numbers.hear(&person.identifiers, at);
        if self.visit.is_none() {
            self.visit.clone_from(&person.visit);
        }
        if let Some(account) = &person.account {
            self.hear_account(account, at);
        }
        // Whose facts these are is not known when no number says it.
        if !person.identifiers.is_empty() {
            self.facts.hear(person, at);
        }
        self.class.hear(at, person.class.clone());
        self.attending.hear(at, person.attending.clone());
    }

    fn hear_account(&mut self, account: &VisitNumber, at: When) {
        let known = self
            .accounts
            .iter_mut()
            .find(|known| known.number == *account);
        if let Some(known) = known {
            known.first = known.first.min(at);
            known.last = known.last.max(at);
            return;
        }
        self.accounts.push(Account {
            number: account.clone(),
            first: at,
            last: at,
        });
        if self.accounts.len() > MAX_ACCOUNTS {
            let oldest = self.accounts.iter().map(|account| account.last).min();
            self.accounts.retain(|account| Some(account.last) != oldest);
        }
    }

    /// Takes a step of the stay.
    pub(super) fn hear_step(
        &mut self,
        act: Act,
        (person, event): (&Person, &AdtEvent),
        arrival: u64,
    ) -> Heard {
        let step = Step {
            when: event.when,
            arrival,
            act,
            place: place_of(act, person),
            prior: person.prior.clone(),
            is_ambulatory: person.class.value().map(|class| class.is_ambulatory()),
            cancels_at: event.cancels_at,
        };
        if self.steps.iter().any(|known| known.repeats(&step)) {
            return Heard::Repeated;
        }
        if self.folded_until.is_some_and(|until| step.when <= until) {
            return Heard::TooOld;
        }
        self.first = Some(self.first.map_or(step.when, |first| first.min(step.when)));
        let at = self.steps.partition_point(|s| s.order() <= step.order());
        self.steps.insert(at, step);
        self.forget_oldest();
        Heard::Taken
    }

    fn forget_oldest(&mut self) {
        if self.steps.len() <= MAX_STEPS {
            return;
        }
        // News move nobody: of a long stay with many, none of the steps that do is folded for them, after which one that
        // is told late would be too old. The last of them is kept, as it may be what has just come.
        let is_news = |(at, step): (usize, &Step)| (step.act == Act::Update).then_some(at);
        let mut news = self.steps.iter().enumerate().filter_map(is_news);
        if let (Some(oldest), Some(_)) = (news.next(), news.next()) {
            self.steps.remove(oldest);
            return;
        }
        let oldest: Vec<Step> = self.steps.drain(..FOLDED_AT_ONCE).collect();
        self.base = fold::fold(&self.base, &oldest);
        self.folded_until = oldest.last().map(|step| step.when);
    }
}

/// Where the parts of one stay come to. What was folded for good of one part cannot be joined with that of
/// another: the longest one counts.
pub(super) fn fold_all(parts: &[Fragment]) -> Course {
    let [part] = parts else {
        let longest = parts.iter().max_by_key(|part| part.folded_until);
        let until = longest.and_then(|part| part.folded_until);
        let mut steps: Vec<Step> = Vec::new();
        for step in parts.iter().flat_map(|part| &part.steps) {
            let is_known = steps.iter().any(|known| known.repeats(step));
            if !is_known && until.is_none_or(|until| step.when > until) {
                steps.push(step.clone());
            }
        }
        steps.sort_by_key(Step::order);
        let base = longest.map(|part| part.base.clone()).unwrap_or_default();
        return fold::fold(&base, &steps);
    };
    fold::fold(&part.base, &part.steps)
}

/// The place that a step is about.
fn place_of(act: Act, person: &Person) -> Option<Place> {
    match act {
        // Where the patient is to go, not where they are.
        Act::PlanTransfer => person.pending.clone(),
        Act::PlanAdmission => person.pending.clone().or_else(|| person.place.clone()),
        Act::Depart | Act::Arrive => person.temporary.clone(),
        Act::PreAdmit => None,
        Act::Cancel(cancelled) => match cancelled {
            Cancelled::Transfer | Cancelled::Discharge => person.place.clone(),
            _ => None,
        },
        Act::Admit
        | Act::Register
        | Act::ChangeClass
        | Act::Transfer
        | Act::Discharge
        | Act::Update
        | Act::PlanDischarge
        | Act::GoOnLeave
        | Act::ReturnFromLeave => person.place.clone(),
    }
}
