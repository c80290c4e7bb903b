//! From what changed to what is shown and told.

use std::collections::BTreeSet;
use std::sync::Arc;

use wardline_kernel::UnixMillis;

use super::charts::KeptChart;
use super::{Inner, State};
use crate::census::{Applied, Change, Contradiction, Stay};
use crate::model::{BedId, StayId, UnitId};
use crate::score::BandEvent;
use crate::watch::{BedView, EventKind, OccupantView, ReservedView};

impl Inner {
    /// Shows every bed.
    pub(super) async fn show_all(&self) {
        let mut state = self.state.lock().await;
        let beds: BTreeSet<BedId> = state.census.beds().cloned().collect();
        self.show(&mut state, &beds, self.clock.now());
    }

    /// Shows these beds as they are.
    pub(crate) fn show(&self, state: &mut State, beds: &BTreeSet<BedId>, now: UnixMillis) {
        let views = beds.iter().filter_map(|bed| self.view(state, bed, now));
        self.board.show(views.collect());
    }

    /// Shows and tells what a change of the census did.
    pub(crate) fn publish(&self, state: &mut State, applied: &Applied, now: UnixMillis) {
        let mut beds: BTreeSet<BedId> = applied.beds.iter().cloned().collect();
        for change in &applied.changes {
            match change {
                Change::Bed { bed, .. } => {
                    beds.insert(bed.clone());
                }
                Change::Stay(stay) => beds.extend(bed_of(state, *stay)),
                Change::Contradicted(what) | Change::Resolved(what) => {
                    beds.extend(beds_of(state, what));
                }
                Change::StayForgotten(_) => {}
            }
        }
        self.show(state, &beds, now);
        for change in &applied.changes {
            let kind = match change {
                Change::Bed { bed, was, is } if *was != Some(*is) => EventKind::BedStateChanged {
                    bed: bed.clone(),
                    was: *was,
                    is: *is,
                },
                Change::Contradicted(what) => EventKind::Contradicted(what.clone()),
                Change::Resolved(what) => EventKind::Resolved(what.clone()),
                Change::Bed { .. } | Change::Stay(_) | Change::StayForgotten(_) => continue,
            };
            let bed = match change {
                Change::Bed { bed, .. } => Some(bed.clone()),
                Change::Contradicted(what) | Change::Resolved(what) => {
                    beds_of(state, what).into_iter().next()
                }
                _ => None,
            };
            self.events.tell(now, bed.as_ref().and_then(unit_of), kind);
        }
    }

    /// Tells what came of a score, unless the patient has left.
    pub(crate) fn tell_score(
        &self,
        state: &State,
        stay: StayId,
        events: Vec<BandEvent>,
        now: UnixMillis,
    ) {
        let is_here = |stay: &Stay| stay.course().is_here();
        if !state.census.stay(stay).is_some_and(is_here) {
            return;
        }
        for event in events {
            let bed = bed_of(state, stay);
            let unit = bed.as_ref().and_then(unit_of);
            self.events
                .tell(now, unit, EventKind::Score { bed, stay, event });
        }
    }

    fn view(&self, state: &mut State, id: &BedId, now: UnixMillis) -> Option<BedView> {
        let facts = state.census.facts(id)?;
        let place = id.place()?;
        let contradictions = state.census.contradictions(id);
        let reserved = |stay: &StayId| {
            let patient = state.census.stay(*stay)?.patient();
            Some(ReservedView {
                stay: *stay,
                patient: Arc::new(patient),
            })
        };
        let reserved_for = facts.reserved_for.iter().filter_map(reserved).collect();
        let occupants = facts
            .occupants
            .iter()
            .filter_map(|stay| self.occupant(state, *stay, now))
            .map(Arc::new)
            .collect();
        Some(BedView {
            sequence: 0,
            as_of: now,
            bed: id.clone(),
            unit: place.unit_id(),
            place,
            state: facts.state,
            since: facts.since,
            reason: facts.reason,
            is_isolated: facts.is_isolated,
            nurses: facts.nurses,
            occupants,
            reserved_for,
            contradictions,
            encoded: Default::default(),
        })
    }

    fn occupant(&self, state: &mut State, id: StayId, now: UnixMillis) -> Option<OccupantView> {
        let stay = state.census.stay(id)?;
        let rules = self.settings.rules();
        let (chart, acknowledged_by) = match state.charts.get_mut(&id) {
            Some(kept) => (kept.view(now, &rules), kept.acknowledged_by.clone()),
            None => (KeptChart::new(stay, now).view(now, &rules), None),
        };
        let course = stay.course();
        let is_acknowledged = chart.score.acknowledged_at.is_some();
        Some(OccupantView {
            stay: id,
            patient: Arc::new(stay.patient()),
            age_years: stay.age_years(now),
            class: stay.class(),
            attending: stay.attending().cloned(),
            admitted_at: course.admitted_at,
            placed_at: course.placed_at,
            pending: course.pending.clone(),
            away: course.away.clone(),
            care: stay.care().clone(),
            chart,
            acknowledged_by: acknowledged_by.filter(|_| is_acknowledged),
        })
    }
}

pub(crate) fn bed_of(state: &State, stay: StayId) -> Option<BedId> {
    state.census.stay(stay)?.bed().cloned()
}

pub(crate) fn unit_of(bed: &BedId) -> Option<UnitId> {
    bed.place().map(|place| place.unit_id())
}

/// The beds that a contradiction shows at.
fn beds_of(state: &State, what: &Contradiction) -> Vec<BedId> {
    let named = what.bed();
    let stays = what.stays().iter().filter_map(|stay| bed_of(state, *stay));
    named.into_iter().chain(stays).collect()
}
