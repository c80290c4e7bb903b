//! A bed as it is shown. One view is shared by everybody who looks, and so is what is encoded from it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use wardline_kernel::UnixMillis;

use crate::census::{Away, Care, Contradiction, Pending};
use crate::chart::ChartView;
use crate::freshness::State;
use crate::model::{
    Assignment, BedId, BedState, Patient, PatientClass, PhiText, Place, StayId, UnitId,
};
use crate::score::{Assessment, Band};
use crate::watch::Encoded;

/// A bed at one moment, with those who lie there and what is known of them.
#[derive(Debug)]
pub struct BedView {
    /// Its place in the order of all changes: the id of its update in the stream. It is below 2^53.
    pub sequence: u64,
    /// The moment: ages are counted to it.
    pub as_of: UnixMillis,
    /// Which bed.
    pub bed: BedId,
    /// Its unit.
    pub unit: UnitId,
    /// Facility, unit, room and bed.
    pub place: Place,
    /// What is going on.
    pub state: BedState,
    /// Since when; zero when nobody said.
    pub since: UnixMillis,
    /// Why it is blocked, when somebody said.
    pub reason: Option<PhiText>,
    /// For isolation.
    pub is_isolated: bool,
    /// Who looks after it.
    pub nurses: Vec<Assignment>,
    /// Who lies there. More than one is a contradiction, and then values that name only the bed are nobody's.
    pub occupants: Vec<Arc<OccupantView>>,
    /// For whom it is kept.
    pub reserved_for: Vec<ReservedView>,
    /// What does not fit together.
    pub contradictions: Vec<Contradiction>,
    pub(crate) encoded: [OnceLock<Encoded>; Encoding::COUNT],
}

/// Which form of a view is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// With everything of the patient.
    Revealed,
    /// With the patient masked.
    Masked,
}

impl Encoding {
    const COUNT: usize = 2;
}

/// Somebody in a bed.
#[derive(Clone, Debug)]
pub struct OccupantView {
    /// The stay.
    pub stay: StayId,
    /// Who.
    pub patient: Arc<Patient>,
    /// Full years, when the date of birth is known.
    pub age_years: Option<u16>,
    /// PV1-2
    pub class: Option<PatientClass>,
    /// PV1-7
    pub attending: Option<PhiText>,
    /// When they came.
    pub admitted_at: Option<UnixMillis>,
    /// Since when they are in this bed.
    pub placed_at: UnixMillis,
    /// What is planned.
    pub pending: Option<Pending>,
    /// Where they are while not in the bed.
    pub away: Option<Away>,
    /// What a person set.
    pub care: Care,
    /// Values, score and band, with ages at [`BedView::as_of`].
    pub chart: ChartView,
    /// Who acknowledged the band that stands.
    pub acknowledged_by: Option<PhiText>,
}

/// Somebody who is expected in a bed.
#[derive(Clone, Debug)]
pub struct ReservedView {
    /// The stay.
    pub stay: StayId,
    /// Who.
    pub patient: Arc<Patient>,
}

impl BedView {
    /// What is encoded from this view, made by the first who asks.
    pub fn encoded(&self, encoding: Encoding, make: impl FnOnce(&Self) -> Encoded) -> &Encoded {
        let place = match encoding {
            Encoding::Revealed => &self.encoded[0],
            Encoding::Masked => &self.encoded[1],
        };
        place.get_or_init(|| make(self))
    }

    /// The most urgent band that stands here.
    pub fn band(&self) -> Option<Band> {
        self.occupants
            .iter()
            .filter_map(|o| o.chart.score.band)
            .max()
    }

    /// This view with ages counted to `now`. Which values count does not change by it: that is told within a
    /// second by a view of its own.
    pub fn aged_to(&self, now: UnixMillis) -> Self {
        let later_ms = now.saturating_sub(self.as_of);
        let aged = |occupant: &Arc<OccupantView>| {
            let mut occupant = OccupantView::clone(occupant);
            occupant.chart.as_of = now;
            for value in &mut occupant.chart.values {
                value.age_ms = value.age_ms.saturating_add(later_ms);
                if value.age_ms > value.limit_ms {
                    value.state = State::Stale;
                }
            }
            Arc::new(occupant)
        };
        Self {
            as_of: now,
            occupants: self.occupants.iter().map(aged).collect(),
            ..self.copy()
        }
    }

    /// This view without those who are expected here for these stays.
    pub fn without_expected(&self, stays: &[StayId]) -> Self {
        let mut view = self.copy();
        let is_kept = |reserved: &ReservedView| !stays.contains(&reserved.stay);
        view.reserved_for.retain(is_kept);
        view
    }

    /// The same again, with nothing encoded from it yet.
    fn copy(&self) -> Self {
        Self {
            occupants: self.occupants.clone(),
            encoded: <[OnceLock<Encoded>; Encoding::COUNT]>::default(),
            bed: self.bed.clone(),
            unit: self.unit.clone(),
            place: self.place.clone(),
            reason: self.reason.clone(),
            nurses: self.nurses.clone(),
            reserved_for: self.reserved_for.clone(),
            contradictions: self.contradictions.clone(),
            ..*self
        }
    }
}

/// A unit in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitView {
    /// Which.
    pub unit: UnitId,
    /// All beds.
    pub beds: usize,
    /// Beds by state.
    pub by_state: BTreeMap<BedState, usize>,
    /// Patients by band.
    pub bands: BandCounts,
    /// Beds with something that does not fit together.
    pub contradicted: usize,
}

/// Patients of a unit by their score.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BandCounts {
    /// By the band that stands.
    pub standing: BTreeMap<Band, usize>,
    /// Whose score lacks something now.
    pub incomplete: usize,
    /// For whom the score is not made.
    pub not_applicable: usize,
    /// Whose band stands and nobody acknowledged, from medium on.
    pub unacknowledged: usize,
}

/// Sums views up by unit.
pub(crate) fn unit_views<'a>(beds: impl Iterator<Item = &'a Arc<BedView>>) -> Vec<UnitView> {
    let mut units: BTreeMap<UnitId, UnitView> = BTreeMap::new();
    for bed in beds {
        let unit = units.entry(bed.unit.clone()).or_insert_with(|| UnitView {
            unit: bed.unit.clone(),
            beds: 0,
            by_state: BTreeMap::new(),
            bands: BandCounts::default(),
            contradicted: 0,
        });
        unit.beds += 1;
        *unit.by_state.entry(bed.state).or_default() += 1;
        unit.contradicted += usize::from(!bed.contradictions.is_empty());
        for occupant in &bed.occupants {
            unit.bands.count(occupant);
        }
    }
    units.into_values().collect()
}

impl BandCounts {
    fn count(&mut self, occupant: &OccupantView) {
        let score = &occupant.chart.score;
        match &score.assessment {
            Assessment::Incomplete(_) => self.incomplete += 1,
            Assessment::NotApplicable(_) => self.not_applicable += 1,
            Assessment::Complete(_) => {}
        }
        if let Some(band) = score.band {
            *self.standing.entry(band).or_default() += 1;
            let is_open = band >= Band::Medium && score.acknowledged_at.is_none();
            self.unacknowledged += usize::from(is_open);
        }
    }
}
