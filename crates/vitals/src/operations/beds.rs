//! Read units and beds. None of it waits for a change or for the store.

use std::sync::Arc;

use super::SetAside;
use crate::model::{
    BedId, BedState, MAX_IDENTIFIER_BYTES, PatientIdentifier, PhiText, StayId, UnitId,
};
use crate::score::Band;
use crate::service::LiveBeds;
use crate::watch::{BedView, UnitView, patients_of, unit_views};

/// Beds of one page at most.
pub const MAX_BEDS_LISTED: usize = 1_000;

/// Which beds to list; every part given must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BedFilter {
    /// Of this unit.
    pub unit: Option<UnitId>,
    /// In this state.
    pub state: Option<BedState>,
    /// With somebody whose standing band is at least this.
    pub band_from: Option<Band>,
    /// With something that does not fit together.
    pub contradicted: bool,
    /// Looked after by this nurse.
    pub nurse: Option<String>,
}

impl BedFilter {
    fn matches(&self, view: &BedView) -> bool {
        let is_nurse = |nurse: &String| view.nurses.iter().any(|n| n.nurse.expose() == nurse);
        self.unit.as_ref().is_none_or(|unit| *unit == view.unit)
            && self.state.is_none_or(|state| state == view.state)
            && self.band_from.is_none_or(|from| view.band() >= Some(from))
            && (!self.contradicted || !view.contradictions.is_empty())
            && self.nurse.as_ref().is_none_or(is_nurse)
    }
}

/// Part of a listing.
#[derive(Clone, Debug)]
pub struct BedPage {
    /// In the order of their ids.
    pub beds: Vec<Arc<BedView>>,
    /// Where the next page starts (after this one); `None` at the end.
    pub next: Option<BedId>,
}

impl LiveBeds {
    /// All units in numbers.
    pub fn units(&self) -> Vec<UnitView> {
        self.0.board.all(|beds| unit_views(beds.values()))
    }

    /// A page of at most `limit` beds, and never more than [`MAX_BEDS_LISTED`].
    pub fn beds(&self, filter: &BedFilter, cursor: Option<&BedId>, limit: usize) -> BedPage {
        let limit = limit.clamp(1, MAX_BEDS_LISTED);
        let board = &self.0.board;
        let mut beds = board.beds(cursor, limit + 1, |view| filter.matches(view));
        let more = beds.len() > limit;
        beds.truncate(limit);
        let last = beds.last().filter(|_| more);
        BedPage {
            next: last.map(|view| view.bed.clone()),
            beds,
        }
    }

    /// A bed as it was when something of it last changed; see [`BedView::aged_to`].
    pub fn bed(&self, id: &BedId) -> Option<Arc<BedView>> {
        self.0.board.bed(id)
    }

    /// The bed of a stay.
    pub fn bed_of_stay(&self, stay: StayId) -> Option<Arc<BedView>> {
        let has_it =
            |view: &&Arc<BedView>| view.occupants.iter().any(|occupant| occupant.stay == stay);
        self.0.board.all(|beds| beds.values().find(has_it).cloned())
    }

    /// The beds in which a patient with this number lies, or is expected.
    pub fn beds_of(&self, number: &PatientIdentifier) -> Vec<Arc<BedView>> {
        let mut beds = self.0.board.of_number(&number.number);
        beds.retain(|view| patients_of(view).any(|patient| patient.is_known_by(number)));
        beds
    }

    /// The beds in which the patient lies, or is expected, who has this number of this very authority, by its namespace or
    /// universal id. Decisions rest on it: unlike [`LiveBeds::beds_of`] it does not take a number without an authority
    /// for that of any.
    pub fn beds_named(&self, number: &str, authority: &str) -> Vec<Arc<BedView>> {
        let number = PhiText::new(number.to_owned(), MAX_IDENTIFIER_BYTES);
        let mut beds = self.0.board.of_number(&number);
        beds.retain(|view| patients_of(view).any(|patient| patient.is_named(&number, authority)));
        beds
    }

    /// Values that are nobody's, the newest last.
    pub async fn set_aside(&self) -> Vec<SetAside> {
        let state = self.0.state.lock().await;
        state.aside.iter().map(|(_, aside)| aside.clone()).collect()
    }
}
