//! Numbers that become one.

use wardline_kernel::UnixMillis;

use super::Census;
use super::change::Contradiction;
use super::event::{AdtEvent, Person, Unite};
use super::index::Merge;
use crate::model::{StayId, VisitNumber};

impl Census {
    pub(super) fn unite(
        &mut self,
        unite: Unite,
        person: &Person,
        event: &AdtEvent,
        said: &mut Vec<Contradiction>,
    ) {
        let at = event.when.at;
        let (from, into) = match unite {
            Unite::Patients => return self.unite_patients(person, at),
            Unite::Accounts => (&person.merged_account, &person.account),
            Unite::Visits => (&person.merged_visit, &person.visit),
        };
        let is_account = unite == Unite::Accounts;
        let stays = match from {
            Some(from) => self.numbered(from, is_account),
            None => Vec::new(),
        };
        if stays.is_empty() {
            said.push(Contradiction::NothingToUnite { at });
        }
        for id in stays {
            self.renumber(id, into.clone(), is_account, person);
        }
    }

    fn renumber(
        &mut self,
        id: StayId,
        into: Option<VisitNumber>,
        is_account: bool,
        person: &Person,
    ) {
        let Some(mut stay) = self.stay(id).cloned() else {
            return;
        };
        match into {
            Some(into) if is_account => stay.rename_account(into),
            Some(into) => stay.rename_visit(into),
            None => {}
        }
        if !self.of_patient(&person.identifiers).0.contains(&id) {
            stay.replace_identifiers(&person.identifiers);
        }
        self.set_stay(id, Some(stay));
    }

    fn unite_patients(&mut self, person: &Person, at: UnixMillis) {
        let into = person.identifiers.iter().find(|i| i.names_the_patient());
        let Some(into) = into.or(person.identifiers.first()).cloned() else {
            return;
        };
        for from in person.merged.iter().filter(|i| i.names_the_patient()) {
            let is_known = |m: &Merge| m.from == *from && m.into == into;
            if from.is_same_as(&into) || self.merges.values().any(is_known) {
                continue;
            }
            let stays = self.of_patient(std::slice::from_ref(from)).0;
            if self.merges.len() >= self.limits.merges
                && let Some(oldest) = self.merges.keys().next().copied()
            {
                self.set_merge(oldest, None);
            }
            let number = self.merges.keys().next_back().map_or(1, |last| last + 1);
            let merge = Merge {
                from: from.clone(),
                into: into.clone(),
                at,
            };
            self.set_merge(number, Some(merge));
            for id in stays {
                if let Some(mut stay) = self.stay(id).cloned() {
                    stay.add_identifiers(std::slice::from_ref(&into));
                    self.set_stay(id, Some(stay));
                }
            }
        }
    }
}
