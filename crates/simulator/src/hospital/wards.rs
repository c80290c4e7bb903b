//! Units, rooms and beds, and who lies where.

use fastrand::Rng;

use super::encounter::EncounterId;
use super::names::UNITS;

/// Where a patient is (PV1-3: point of care, room, bed).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) unit: &'static str,
    /// PV1-10.
    pub(crate) service: &'static str,
    pub(crate) room: String,
    pub(crate) bed: &'static str,
}

/// The number of a bed in [`Wards`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BedId(usize);

impl BedId {
    /// Counts from 0.
    pub(crate) const fn number(self) -> usize {
        self.0
    }
}

struct Bed {
    location: Location,
    occupant: Option<EncounterId>,
}

/// All beds of the house.
pub(crate) struct Wards {
    beds: Vec<Bed>,
}

impl Wards {
    /// So many beds, shared among the units by their size, two to a room (one in intensive care).
    pub(crate) fn new(beds: u32) -> Self {
        let mut list = Vec::new();
        let mut share_before = 0;
        for (unit, service, share) in UNITS {
            // Rounding the running sum, not each unit, keeps the total exact.
            let first = beds * share_before / 100;
            share_before += share;
            let count = beds * share_before / 100 - first;
            list.extend((0..count).map(|number| bed(unit, service, number)));
        }
        Self { beds: list }
    }

    pub(crate) fn count(&self) -> usize {
        self.beds.len()
    }

    /// All beds, in order.
    pub(crate) fn beds(&self) -> impl Iterator<Item = BedId> + use<> {
        (0..self.beds.len()).map(BedId)
    }

    pub(crate) fn occupant(&self, bed: BedId) -> Option<EncounterId> {
        self.beds.get(bed.0)?.occupant
    }

    pub(crate) fn location(&self, bed: BedId) -> Option<&Location> {
        self.beds.get(bed.0).map(|bed| &bed.location)
    }

    /// Puts a patient into a free bed, anywhere; `None` when the house is full.
    pub(crate) fn occupy_any(&mut self, encounter: EncounterId, rng: &mut Rng) -> Option<BedId> {
        let free: Vec<usize> = self
            .beds
            .iter()
            .enumerate()
            .filter(|(_, bed)| bed.occupant.is_none())
            .map(|(number, _)| number)
            .collect();
        let bed = BedId(*rng.choice(&free)?);
        self.occupy(bed, encounter).then_some(bed)
    }

    /// Puts a patient into this bed, unless somebody lies there.
    pub(crate) fn occupy(&mut self, bed: BedId, encounter: EncounterId) -> bool {
        match self.beds.get_mut(bed.0) {
            Some(place) if place.occupant.is_none() => {
                place.occupant = Some(encounter);
                true
            }
            _ => false,
        }
    }

    pub(crate) fn vacate(&mut self, bed: BedId) {
        if let Some(place) = self.beds.get_mut(bed.0) {
            place.occupant = None;
        }
    }

    pub(crate) fn occupied(&self) -> usize {
        self.beds
            .iter()
            .filter(|bed| bed.occupant.is_some())
            .count()
    }
}

fn bed(unit: &'static str, service: &'static str, number: u32) -> Bed {
    let (room, bed) = if unit == "ICU" {
        (number, "1")
    } else {
        (number / 2, if number.is_multiple_of(2) { "A" } else { "B" })
    };
    Bed {
        location: Location {
            unit,
            service,
            room: format!("{:03}", 101 + room),
            bed,
        },
        occupant: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bed_that_was_asked_for_exists_once() {
        for beds in [1, 7, 25, 100, 501] {
            let wards = Wards::new(beds);
            let mut places: Vec<String> = wards
                .beds
                .iter()
                .map(|bed| format!("{:?}", bed.location))
                .collect();
            places.sort();
            places.dedup();

            assert_eq!(places.len(), usize::try_from(beds).unwrap());
        }
    }

    #[test]
    fn a_bed_holds_one_patient() {
        let mut wards = Wards::new(1);
        let bed = wards
            .occupy_any(EncounterId(1), &mut Rng::with_seed(1))
            .unwrap();

        assert!(!wards.occupy(bed, EncounterId(2)));
        assert_eq!(
            wards.occupy_any(EncounterId(2), &mut Rng::with_seed(1)),
            None
        );

        wards.vacate(bed);
        assert!(wards.occupy(bed, EncounterId(2)));
    }
}
