//! What stays are found by. All of it follows from the stays and beds, and is stored nowhere.

use std::collections::{BTreeMap, BTreeSet};

use wardline_kernel::UnixMillis;

use super::course::Pending;
use super::fragment::Fragment;
use super::links::Merge;
use super::stay::Stay;
use crate::model::{BedId, PhiText, Place, StayId, UnitId};

type Stays = BTreeSet<StayId>;

#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    by_number: BTreeMap<PhiText, Stays>,
    by_visit: BTreeMap<PhiText, Stays>,
    by_account: BTreeMap<PhiText, Stays>,
    occupants: BTreeMap<BedId, Stays>,
    reserved: BTreeMap<BedId, Stays>,
    /// Who is said to be in a bed and not known to be in the house.
    claimed: BTreeMap<BedId, Stays>,
    left: BTreeMap<BedId, BTreeMap<StayId, UnixMillis>>,
    /// Everybody who ever was in a bed, as far as it is kept.
    visitors: BTreeMap<BedId, Stays>,
    /// Beds by their name without the facility.
    local: BTreeMap<BedId, BTreeSet<BedId>>,
    units: BTreeMap<UnitId, usize>,
    merges: BTreeMap<PhiText, BTreeSet<u64>>,
}

impl Index {
    pub(super) fn replace(&mut self, old: Option<&Stay>, new: Option<&Stay>) {
        if let Some(old) = old {
            self.change(old, false);
        }
        if let Some(new) = new {
            self.change(new, true);
        }
    }

    fn change(&mut self, stay: &Stay, add: bool) {
        let id = stay.id();
        let told = stay.parts.iter().flat_map(Fragment::identifiers);
        for identifier in told.chain(stay.identifiers().iter().cloned()) {
            put(&mut self.by_number, identifier.number, id, add);
        }
        for visit in stay.parts.iter().filter_map(Fragment::visit) {
            put(&mut self.by_visit, visit.number.clone(), id, add);
        }
        let accounts = stay.parts.iter().flat_map(Fragment::accounts);
        for account in accounts.chain(stay.account()) {
            put(&mut self.by_account, account.number.clone(), id, add);
        }
        if let Some(bed) = stay.bed() {
            put(&mut self.occupants, bed.clone(), id, add);
        }
        if let Some(bed) = reserved_by(stay) {
            put(&mut self.reserved, bed, id, add);
        }
        if let Some(bed) = claimed_by(stay) {
            put(&mut self.claimed, bed, id, add);
        }
        for (_, place) in &stay.course().timeline {
            if let Some(bed) = place.as_ref().and_then(Place::bed_id) {
                put(&mut self.visitors, bed, id, add);
            }
        }
        for (place, at) in &stay.course().left {
            let Some(bed) = place.bed_id() else { continue };
            if add {
                self.left.entry(bed).or_default().insert(id, *at);
            } else if let Some(left) = self.left.get_mut(&bed) {
                left.remove(&id);
                if left.is_empty() {
                    self.left.remove(&bed);
                }
            }
        }
    }

    pub(super) fn add_bed(&mut self, bed: &BedId) {
        let Some(place) = bed.place() else { return };
        let local = self.local.entry(local_name(bed, &place)).or_default();
        if local.insert(bed.clone()) {
            *self.units.entry(place.unit_id()).or_default() += 1;
        }
    }

    pub(super) fn remove_bed(&mut self, bed: &BedId) {
        let Some(place) = bed.place() else { return };
        let name = local_name(bed, &place);
        let removed = self.local.get_mut(&name).is_some_and(|l| l.remove(bed));
        if removed && let Some(count) = self.units.get_mut(&place.unit_id()) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.units.remove(&place.unit_id());
            }
        }
    }

    pub(super) fn add_merge(&mut self, number: u64, merge: &Merge) {
        for key in merge.keys() {
            self.merges.entry(key.clone()).or_default().insert(number);
        }
    }

    pub(super) fn forget_merge(&mut self, number: u64, merge: &Merge) {
        for key in merge.keys() {
            if let Some(of_number) = self.merges.get_mut(key) {
                of_number.remove(&number);
                if of_number.is_empty() {
                    self.merges.remove(key);
                }
            }
        }
    }

    /// Merges and moves that name this number.
    pub(super) fn merges_of(&self, number: &PhiText) -> impl Iterator<Item = u64> {
        self.merges.get(number).into_iter().flatten().copied()
    }

    pub(super) fn is_new_unit(&self, unit: &UnitId) -> bool {
        !self.units.contains_key(unit)
    }

    pub(super) fn units(&self) -> usize {
        self.units.len()
    }

    pub(super) fn of_number(&self, number: &PhiText) -> impl Iterator<Item = StayId> {
        of(&self.by_number, number)
    }

    pub(super) fn of_visit(&self, number: &PhiText) -> impl Iterator<Item = StayId> {
        of(&self.by_visit, number)
    }

    pub(super) fn of_account(&self, number: &PhiText) -> impl Iterator<Item = StayId> {
        of(&self.by_account, number)
    }

    pub(super) fn occupants(&self, bed: &BedId) -> impl Iterator<Item = StayId> {
        of(&self.occupants, bed)
    }

    pub(super) fn reserved(&self, bed: &BedId) -> impl Iterator<Item = StayId> {
        of(&self.reserved, bed)
    }

    pub(super) fn claimed(&self, bed: &BedId) -> impl Iterator<Item = StayId> {
        of(&self.claimed, bed)
    }

    pub(super) fn visitors(&self, bed: &BedId) -> impl Iterator<Item = StayId> {
        of(&self.visitors, bed)
    }

    /// When somebody last left a bed.
    pub(super) fn left_at(&self, bed: &BedId) -> Option<UnixMillis> {
        self.left.get(bed)?.values().max().copied()
    }

    /// The bed that is meant by a place that may name its facility or not; none when several could be.
    pub(super) fn meant(&self, place: &Place) -> Option<BedId> {
        let bed = place.bed_id()?;
        let local = self.local.get(&local_name(&bed, place))?;
        if local.contains(&bed) {
            return Some(bed);
        }
        let mut agreeing = local
            .iter()
            .filter(|known| known.place().is_some_and(|known| known.agrees_with(place)));
        let first = agreeing.next()?;
        agreeing.next().is_none().then(|| first.clone())
    }
}

/// The bed that is kept for a stay.
pub(super) fn reserved_by(stay: &Stay) -> Option<BedId> {
    let course = stay.course();
    let goal = match &course.pending {
        Some(Pending::Transfer(to)) => to.as_ref(),
        _ => course.assigned.as_ref(),
    };
    goal?.bed_id()
}

/// The bed that a stay is said to be in, which is not known to be in the house.
pub(super) fn claimed_by(stay: &Stay) -> Option<BedId> {
    stay.course().said_to_be_at()?.0.bed_id()
}

fn local_name(bed: &BedId, place: &Place) -> BedId {
    Place::new("", place.unit(), place.room(), place.bed())
        .ok()
        .and_then(|place| place.bed_id())
        .unwrap_or_else(|| bed.clone())
}

fn of<K: Ord>(map: &BTreeMap<K, Stays>, key: &K) -> impl Iterator<Item = StayId> {
    map.get(key).into_iter().flatten().copied()
}

fn put<K: Ord>(map: &mut BTreeMap<K, Stays>, key: K, id: StayId, add: bool) {
    if add {
        map.entry(key).or_default().insert(id);
    } else if let Some(stays) = map.get_mut(&key) {
        stays.remove(&id);
        if stays.is_empty() {
            map.remove(&key);
        }
    }
}
