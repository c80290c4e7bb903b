//! Which parts make one stay, and what follows from them.
//!
//! Two parts are one stay when their visit numbers are one by now and their patients are: as told, by merges, or
//! because the visit was moved. It is worked out anew from all that was told, so the order of arrival does not
//! matter. When one visit number is said to be of patients that nothing makes one, it is of the one who had it
//! first; what is said of the others is kept, counts for nothing and is reported.

use std::collections::{BTreeMap, BTreeSet};

use super::Census;
use super::apply::CensusError;
use super::event::When;
use super::fragment::Fragment;
use super::links::{Merge, Merged, Numbered};
use super::stay::{Stay, Worked};
use super::who::{Fact, Numbers, PersonFacts, is_same_number, share};
use crate::model::{PatientIdentifier, StayId, VisitNumber};
use wardline_kernel::UnixMillis;

/// Stays that are looked at together. A sender that gives every patient the same visit number makes no more work.
const MAX_KIN: usize = 256;

/// A part, and what its numbers are by now.
struct Placed {
    was: StayId,
    nth: usize,
    part: Fragment,
    visit: Option<VisitNumber>,
    account: Option<VisitNumber>,
    owner: Vec<PatientIdentifier>,
}

impl Placed {
    fn is_one_stay_with(&self, other: &Self) -> bool {
        let same = match (&self.visit, &other.visit) {
            (Some(one), Some(other)) => is_same_number(one, other),
            (None, None) if self.account.is_some() && other.account.is_some() => {
                let accounts = self.account.as_ref().zip(other.account.as_ref());
                accounts.is_some_and(|(one, other)| is_same_number(one, other))
            }
            // What names no visit stays where it was put when it came.
            _ => self.was == other.was,
        };
        same && share(&self.owner, &other.owner)
    }
}

impl Census {
    /// Works out again the stays that are touched by a change, and those that share a number with them.
    ///
    /// # Errors
    /// [`CensusError`] at a limit.
    pub(super) fn regroup(
        &mut self,
        touched: impl IntoIterator<Item = StayId>,
        now: UnixMillis,
    ) -> Result<(), CensusError> {
        let were = self.kin(touched);
        let placed = were.iter().flat_map(|stay| {
            let parts = stay.parts.iter().enumerate();
            parts.map(|(nth, part)| self.placed(stay.id(), nth, part))
        });
        let groups = grouped(placed.collect());
        let (ids, gone) = self.named(&groups, &were, now);
        let mut stays = Vec::new();
        for (id, group) in ids.iter().zip(groups) {
            let of_group = |stay: &&Stay| group.iter().any(|part| part.was == stay.id());
            let mut from: Vec<&Stay> = were.iter().filter(of_group).collect();
            from.sort_by_key(|stay| (stay.id() != *id, stay.id()));
            let worked = self.worked(&group);
            let parts = group.into_iter().map(|placed| placed.part).collect();
            let stay = if let [same] = from.as_slice()
                && same.id() == *id
                && same.parts == parts
            {
                (*same).clone()
            } else {
                Stay::of_parts(*id, parts, &from)
            };
            stays.push((stay, worked));
        }
        dispute(&mut stays);
        for (old, new) in gone {
            self.set_stay(old, None);
            self.before.joined.push((old, new));
        }
        for (mut stay, (worked, _)) in stays {
            stay.work_out(worked);
            let bed = stay.bed().cloned();
            if self.stay(stay.id()) != Some(&stay) {
                self.set_stay(stay.id(), Some(stay));
            }
            if let Some(bed) = bed {
                self.require_bed(&bed)?;
            }
        }
        Ok(())
    }

    /// Stays of the same visits and, where no visit is told, accounts.
    fn kin(&self, touched: impl IntoIterator<Item = StayId>) -> Vec<Stay> {
        let mut next: Vec<StayId> = touched.into_iter().collect();
        let mut seen: BTreeSet<StayId> = BTreeSet::new();
        while let Some(id) = next.pop() {
            let Some(stay) = self.stay(id) else { continue };
            if seen.len() >= MAX_KIN || !seen.insert(id) {
                continue;
            }
            for part in &stay.parts {
                match (part.visit(), part.account()) {
                    (Some(visit), _) => next.extend(self.numbered(visit, Numbered::Visit)),
                    (None, Some((_, account))) => {
                        next.extend(self.numbered(account, Numbered::Account));
                    }
                    (None, None) => {}
                }
            }
        }
        seen.iter()
            .filter_map(|id| self.stay(*id).cloned())
            .collect()
    }

    fn placed(&self, was: StayId, nth: usize, part: &Fragment) -> Placed {
        let current = |of, number: Option<&VisitNumber>| number.map(|n| self.current(of, n));
        let account = part.account().map(|(_, account)| account);
        Placed {
            was,
            nth,
            part: part.clone(),
            visit: current(Numbered::Visit, part.visit()),
            account: current(Numbered::Account, account),
            owner: self.owner(part).0,
        }
    }

    /// A number for each group, and which stays became part of another one. A stay goes on where most of it is.
    fn named(
        &mut self,
        groups: &[Vec<Placed>],
        were: &[Stay],
        now: UnixMillis,
    ) -> (Vec<StayId>, Vec<(StayId, StayId)>) {
        let mut ids: Vec<Option<StayId>> = vec![None; groups.len()];
        let mut gone = Vec::new();
        for stay in were {
            let parts = stay.parts.iter().enumerate();
            let most = parts.max_by_key(|(nth, part)| (part.steps.len(), usize::MAX - nth));
            let Some((most, _)) = most else { continue };
            let is_it = |part: &Placed| part.was == stay.id() && part.nth == most;
            let heir = groups.iter().position(|group| group.iter().any(is_it));
            let heir = heir.and_then(|at| ids.get_mut(at));
            match heir {
                Some(Some(id)) => gone.push((stay.id(), *id)),
                Some(free) => *free = Some(stay.id()),
                None => {}
            }
        }
        let ids = ids.into_iter();
        let ids = ids.map(|id| id.unwrap_or_else(|| self.next_stay(now)));
        (ids.collect(), gone)
    }

    /// What follows from the parts of a stay, but for its course; and the moves that nothing fits to.
    fn worked(&self, group: &[Placed]) -> (Worked, Vec<When>) {
        let mut owner: Vec<PatientIdentifier> = Vec::new();
        let mut by: Vec<&Merge> = Vec::new();
        let mut all: Vec<&Merge> = Vec::new();
        for placed in group {
            owner.extend(placed.owner.iter().cloned());
            by.extend(self.owner(&placed.part).1);
            all.extend(self.moves(&placed.part));
        }
        let (mut numbers, mut person) = (Numbers::default(), PersonFacts::default());
        let (mut class, mut attending) = (Fact::default(), Fact::default());
        let mut account: Option<(When, &VisitNumber)> = None;
        let mut moved: Option<(When, VisitNumber)> = None;
        for Placed { part, .. } in group {
            class.join(&part.class);
            attending.join(&part.attending);
            account = account.max(part.account());
            if share(&self.with_merged(&part.identifiers()), &owner) {
                numbers.join(part.numbers());
                person.join(&part.facts);
            }
        }
        for merge in &by {
            if let Merged::Moved { to, account, .. } = &merge.what {
                if share(to, &owner) {
                    numbers.hear(to, merge.at);
                    person.join(&merge.facts);
                }
                moved = moved.max(account.clone().map(|account| (merge.at, account)));
            }
        }
        let moved = moved.as_ref().map(|(at, account)| (*at, account));
        let account = account.max(moved).map(|(_, account)| account);
        let listed = self.with_merged(&numbers.list());
        let (ended, lasting): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|i| self.has_ended(i));
        let unfit = all.iter().filter(|merge| !by.contains(merge));
        let worked = Worked {
            identifiers: [lasting, ended].concat(),
            person,
            visit: group.iter().find_map(|placed| placed.visit.clone()),
            account: account.map(|account| self.current(Numbered::Account, account)),
            class: class.value,
            attending: attending.value,
            ..Worked::default()
        };
        (worked, unfit.map(|merge| merge.at).collect())
    }
}

fn grouped(parts: Vec<Placed>) -> Vec<Vec<Placed>> {
    let mut groups: Vec<Vec<Placed>> = Vec::new();
    for part in parts {
        let is_same = |group: &Vec<Placed>| group.iter().any(|p| p.is_one_stay_with(&part));
        let (same, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_same);
        groups = others;
        let mut joined: Vec<Placed> = same.into_iter().flatten().collect();
        joined.push(part);
        groups.push(joined);
    }
    groups
}

/// Of stays of several patients with one visit number, the earliest counts.
fn dispute(stays: &mut [(Stay, (Worked, Vec<When>))]) {
    let mut of_visit: BTreeMap<VisitNumber, Vec<usize>> = BTreeMap::new();
    for (at, (_, (worked, unfit))) in stays.iter_mut().enumerate() {
        match &worked.visit {
            Some(visit) => of_visit.entry(visit.clone()).or_default().push(at),
            None => worked.claimed_at = unfit.iter().map(|when| when.at).collect(),
        }
    }
    for rivals in of_visit.into_values() {
        let rank = |at: &usize| {
            let (stay, (worked, _)) = stays.get(*at)?;
            let first = stay.first();
            let number = worked.identifiers.first().map(|i| i.number.clone());
            Some((first.is_none(), first, number, stay.id()))
        };
        let Some(owner) = rivals.iter().copied().min_by_key(rank) else {
            continue;
        };
        let mut claimed: BTreeSet<UnixMillis> = BTreeSet::new();
        // A move fits when it fits to any of them.
        let unfit = |at: &usize| stays.get(*at).map(|(_, (_, unfit))| unfit.clone());
        let mut left = rivals.iter().filter_map(unfit);
        let first = left.next().unwrap_or_default();
        let unfit = left.fold(first, |all, next| {
            all.into_iter().filter(|at| next.contains(at)).collect()
        });
        claimed.extend(unfit.iter().map(|when| when.at));
        for at in rivals.iter().filter(|at| **at != owner) {
            if let Some((stay, (worked, _))) = stays.get_mut(*at) {
                worked.is_disputed = true;
                claimed.extend(stay.first().map(|when| when.at));
            }
        }
        if let Some((_, (worked, _))) = stays.get_mut(owner) {
            worked.claimed_at = claimed.into_iter().collect();
        }
    }
}
