//! Who lies where: patients' stays and the beds of the house, from ADT messages.
//!
//! A stay keeps the steps that it took and is folded anew with every message (`fold`), so the order
//! of arrival does not matter, and which messages make one stay is worked out anew from their numbers
//! (`regroup`). Everything that is known of a bed's patients is derived from the stays; what a
//! bed itself keeps is what somebody said of it. Nothing here does I/O or knows the time.

mod adt_error;
mod apply;
mod bed;
mod change;
mod compare;
mod course;
mod event;
mod find;
mod fold;
mod fragment;
mod index;
mod links;
mod other_visit;
mod read;
mod regroup;
mod stay;
mod step;
mod taken_back;
#[cfg(test)]
mod tests;
mod who;

use std::collections::{BTreeMap, BTreeSet};

use wardline_kernel::UnixMillis;

use crate::model::{BedId, StayId, UnitId};

pub use adt_error::AdtError;
pub use apply::{Applied, CensusError};
pub use bed::{Bed, BedFacts, MAX_NURSES, Statement};
pub use change::{Change, Contradiction};
pub use course::{Away, Course, Doubt, Pending, Phase, Whereabouts};
pub use event::{Act, AdtEvent, Cancelled, Person, Purpose, Told, Unite, When};
pub use find::{Found, Subject};
pub use links::Merge;
pub use read::{MAX_BEDS_TOLD, MAX_PERSONS, Reading};
pub use stay::{Care, MAX_STEPS, Stay};
pub use wardline_kernel::Trust;

use index::Index;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CensusLimits {
    /// Beds.
    pub beds: usize,
    /// Units.
    pub units: usize,
    /// Stays, those that ended included.
    pub stays: usize,
    /// Merges of patients.
    pub merges: usize,
    /// How long a stay is kept after it was last heard of, in milliseconds: of a patient without a bed; for a week at least
    /// also of an outpatient or an emergency in a bed. Inpatients in a bed are kept until they are discharged.
    pub forget_after_ms: u64,
}

impl Default for CensusLimits {
    /// 10,000 beds in 1,000 units, 50,000 stays, 20,000 merges, a week.
    fn default() -> Self {
        Self {
            beds: 10_000,
            units: 1_000,
            stays: 50_000,
            merges: 20_000,
            forget_after_ms: 7 * 24 * 60 * 60 * 1000,
        }
    }
}

/// The census.
#[derive(Clone, Debug)]
pub struct Census {
    limits: CensusLimits,
    stays: BTreeMap<StayId, Stay>,
    beds: BTreeMap<BedId, Bed>,
    merges: BTreeMap<u64, Merge>,
    index: Index,
    last_stay: StayId,
    /// What was there before the change that is being made.
    before: Before,
}

#[derive(Clone, Debug, Default)]
struct Before {
    stays: BTreeMap<StayId, Option<Stay>>,
    beds: BTreeMap<BedId, Option<Bed>>,
    merges: BTreeMap<u64, Option<Merge>>,
    /// Stays that became part of another one.
    joined: Vec<(StayId, StayId)>,
}

impl Census {
    /// An empty one.
    pub fn new(limits: CensusLimits) -> Self {
        Self {
            limits,
            stays: BTreeMap::new(),
            beds: BTreeMap::new(),
            merges: BTreeMap::new(),
            index: Index::default(),
            last_stay: StayId(0),
            before: Before::default(),
        }
    }

    /// Takes up what was stored.
    pub fn load(
        limits: CensusLimits,
        stays: impl IntoIterator<Item = Stay>,
        beds: impl IntoIterator<Item = Bed>,
        merges: impl IntoIterator<Item = (u64, Merge)>,
    ) -> Self {
        let mut census = Self::new(limits);
        for (number, merge) in merges {
            census.set_merge(number, Some(merge));
        }
        for bed in beds {
            census.set_bed(bed.id().clone(), Some(bed));
        }
        let mut ids = Vec::new();
        for stay in stays {
            census.last_stay = census.last_stay.max(stay.id());
            ids.push(stay.id());
            census.set_stay(stay.id(), Some(stay));
        }
        for id in ids {
            // Each stands by itself: one that needs a bed too many is worked out without its row.
            let _full = census.regroup([id], id.0);
        }
        census.before = Before::default();
        census
    }

    /// A stay.
    pub fn stay(&self, id: StayId) -> Option<&Stay> {
        self.stays.get(&id)
    }

    /// All stays.
    pub fn stays(&self) -> impl Iterator<Item = &Stay> {
        self.stays.values()
    }

    /// What a bed itself keeps.
    pub fn bed(&self, id: &BedId) -> Option<&Bed> {
        self.beds.get(id)
    }

    /// All beds.
    pub fn beds(&self) -> impl Iterator<Item = &BedId> {
        self.beds.keys()
    }

    /// Units with beds or patients.
    pub fn units(&self) -> BTreeSet<UnitId> {
        let unit = |bed: &BedId| bed.place().map(|place| place.unit_id());
        self.beds.keys().filter_map(unit).collect()
    }

    /// A merge of patients, by its number.
    pub fn merge(&self, number: u64) -> Option<&Merge> {
        self.merges.get(&number)
    }

    /// Makes a bed known, as configuration does.
    ///
    /// # Errors
    /// [`CensusError`] at a limit.
    pub fn declare(&mut self, bed: &BedId) -> Result<(), CensusError> {
        self.require_bed(bed)
    }

    /// A number for a new stay.
    fn next_stay(&mut self, now: UnixMillis) -> StayId {
        self.last_stay = StayId(now.max(self.last_stay.0 + 1));
        self.last_stay
    }

    fn set_stay(&mut self, id: StayId, stay: Option<Stay>) {
        let old = self.stays.remove(&id);
        self.index.replace(old.as_ref(), stay.as_ref());
        if let Some(stay) = stay {
            self.stays.insert(id, stay);
        }
        self.before.stays.entry(id).or_insert(old);
    }

    fn set_bed(&mut self, id: BedId, bed: Option<Bed>) {
        let old = self.beds.remove(&id);
        if let Some(bed) = bed {
            self.index.add_bed(&id);
            self.beds.insert(id.clone(), bed);
        } else {
            self.index.remove_bed(&id);
        }
        self.before.beds.entry(id).or_insert(old);
    }

    fn set_merge(&mut self, number: u64, merge: Option<Merge>) {
        let old = self.merges.remove(&number);
        if let Some(old) = &old {
            self.index.forget_merge(number, old);
        }
        if let Some(merge) = merge {
            self.index.add_merge(number, &merge);
            self.merges.insert(number, merge);
        }
        self.before.merges.entry(number).or_insert(old);
    }

    fn require_bed(&mut self, id: &BedId) -> Result<(), CensusError> {
        if self.beds.contains_key(id) {
            return Ok(());
        }
        if self.beds.len() >= self.limits.beds {
            return Err(CensusError::TooManyBeds(self.limits.beds));
        }
        let unit = id.place().map(|place| place.unit_id());
        if unit.is_some_and(|unit| self.index.is_new_unit(&unit))
            && self.index.units() >= self.limits.units
        {
            return Err(CensusError::TooManyUnits(self.limits.units));
        }
        self.set_bed(id.clone(), Some(Bed::new(id.clone())));
        Ok(())
    }
}
