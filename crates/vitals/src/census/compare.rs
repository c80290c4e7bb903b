//! What is different after a change.

use std::collections::BTreeSet;

use super::apply::Applied;
use super::change::{Change, Contradiction};
use super::{Before, Census};
use crate::model::{BedId, StayId};

impl Census {
    /// Compares what is with what was.
    pub(super) fn applied(&mut self, undo: Before, said: Vec<Contradiction>) -> Applied {
        let mut now_there: BTreeSet<Contradiction> = BTreeSet::new();
        let beds = self.beds_about(&undo);
        let stays: Vec<StayId> = self.stays_about(&undo);
        let mut states = Vec::new();
        for bed in &beds {
            now_there.extend(self.contradictions_of_bed(bed));
            states.push(self.facts(bed));
        }
        for stay in &stays {
            now_there.extend(self.contradictions_of_stay(*stay));
        }
        let mut were_there: BTreeSet<Contradiction> = BTreeSet::new();
        let mut changes = Vec::new();
        self.as_before(&undo, |census| {
            for stay in &stays {
                were_there.extend(census.contradictions_of_stay(*stay));
            }
            for (bed, facts) in beds.iter().zip(&states) {
                were_there.extend(census.contradictions_of_bed(bed));
                let was = census.facts(bed);
                let Some(facts) = facts else { continue };
                let touches = |id: &StayId| undo.stays.contains_key(id);
                let who_changed = facts.occupants.iter().any(touches);
                if was.as_ref() != Some(facts) || who_changed {
                    changes.push(Change::Bed {
                        bed: bed.clone(),
                        was: was.map(|was| was.state),
                        is: facts.state,
                    });
                }
            }
        });
        let resolved = were_there.difference(&now_there).cloned();
        changes.extend(resolved.map(Change::Resolved));
        let new = now_there.difference(&were_there).cloned();
        changes.extend(new.chain(said).map(Change::Contradicted));
        self.written(undo, changes)
    }

    fn written(&self, undo: Before, mut changes: Vec<Change>) -> Applied {
        let changed_stays: Vec<StayId> = undo
            .stays
            .iter()
            .filter(|(id, was)| self.stays.get(id) != was.as_ref())
            .map(|(id, _)| *id)
            .collect();
        let was_kept =
            |(old, _): &&(StayId, StayId)| undo.stays.get(old).is_some_and(Option::is_some);
        let joined = undo.joined.iter().filter(was_kept).copied().collect();
        let changed_beds = undo
            .beds
            .iter()
            .filter(|(id, was)| self.beds.get(id) != was.as_ref())
            .map(|(id, _)| id.clone())
            .collect();
        for id in &changed_stays {
            changes.push(if self.stays.contains_key(id) {
                Change::Stay(*id)
            } else {
                Change::StayForgotten(*id)
            });
        }
        Applied {
            changes,
            stays: changed_stays,
            beds: changed_beds,
            merges: undo.merges.keys().copied().collect(),
            joined,
            undo,
        }
    }

    /// Beds that a change can be seen at: those that changed, and those of the stays that did, now or before.
    fn beds_about(&self, undo: &Before) -> BTreeSet<BedId> {
        let mut beds: BTreeSet<BedId> = undo.beds.keys().cloned().collect();
        for (id, was) in &undo.stays {
            for stay in [was.as_ref(), self.stay(*id)].into_iter().flatten() {
                beds.extend(stay.bed().cloned());
                beds.extend(super::index::reserved_by(stay));
                beds.extend(super::index::claimed_by(stay));
                let left = stay.course().left.iter();
                beds.extend(left.filter_map(|(place, _)| place.bed_id()));
            }
        }
        beds.retain(|bed| self.beds.contains_key(bed));
        beds
    }

    /// Stays that changed, and others of the same patients.
    fn stays_about(&self, undo: &Before) -> Vec<StayId> {
        let mut stays: BTreeSet<StayId> = undo.stays.keys().copied().collect();
        for id in undo.stays.keys() {
            if let Some(stay) = self.stay(*id) {
                stays.extend(self.of_patient(stay.identifiers()).0);
                if let Some(visit) = stay.visit() {
                    stays.extend(self.numbered(visit, super::links::Numbered::Visit));
                }
            }
        }
        stays.into_iter().collect()
    }

    /// Looks at the census as it was.
    fn as_before(&mut self, undo: &Before, look: impl FnOnce(&Self)) {
        let stays: Vec<_> = undo
            .stays
            .keys()
            .map(|id| (*id, self.stay(*id).cloned()))
            .collect();
        let beds: Vec<_> = undo
            .beds
            .keys()
            .map(|id| (id.clone(), self.beds.get(id).cloned()))
            .collect();
        for (id, stay) in &undo.stays {
            self.set_stay(*id, stay.clone());
        }
        for (id, bed) in &undo.beds {
            self.set_bed(id.clone(), bed.clone());
        }
        look(self);
        for (id, bed) in beds {
            self.set_bed(id, bed);
        }
        for (id, stay) in stays {
            self.set_stay(id, stay);
        }
        self.before = Before::default();
    }

    /// What does not fit together about a stay.
    pub(super) fn contradictions_of_stay(&self, id: StayId) -> Vec<Contradiction> {
        let Some(stay) = self.stay(id) else {
            return Vec::new();
        };
        let doubts = stay.course().doubts.iter().cloned();
        let mut found: Vec<_> = doubts
            .map(|doubt| Contradiction::InStay { stay: id, doubt })
            .collect();
        let claimed = stay.worked().claimed_at.iter();
        found.extend(claimed.map(|at| Contradiction::VisitOfAnotherPatient { stay: id, at: *at }));
        if stay.bed().is_some() {
            let (mut stays, _) = self.of_patient(stay.identifiers());
            stays.retain(|id| self.stay(*id).is_some_and(|stay| stay.bed().is_some()));
            if stays.len() > 1 {
                found.push(Contradiction::OneInManyPlaces { stays });
            }
            found.extend(self.told_of_other_visits(stay));
        }
        found
    }
}
