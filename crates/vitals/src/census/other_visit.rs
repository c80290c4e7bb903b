//! What is told of the patient in a bed under another visit: a discharge whose PV1-19 is not the one that was admitted.
//!
//! Nothing moves by it, as it may be true of that visit. When it names the bed, or no place at all, whoever looks after the bed
//! must hear of it: the patient may have left.

use wardline_kernel::UnixMillis;

use super::Census;
use super::change::Contradiction;
use super::course::{Doubt, Step};
use super::event::{Act, Cancelled};
use super::stay::Stay;
use crate::model::Place;

impl Census {
    /// One for each other stay that was told of since the patient was put in this bed, or was last known to be there.
    pub(super) fn told_of_other_visits(&self, stay: &Stay) -> Vec<Contradiction> {
        let Some(place) = stay.course().place_now() else {
            return Vec::new();
        };
        let since = stay.last_known_to_be_here();
        let (others, _) = self.of_patient(stay.identifiers());
        let others = others.into_iter().filter_map(|id| self.stay(id));
        // Of one who is in two beds both are told already.
        let others = others.filter(|other| other.id() != stay.id() && other.bed().is_none());
        let told = others.filter_map(|other| {
            let times = other.course().doubts.iter().filter_map(doubted);
            let about = times.filter(|at| *at >= since && other.may_mean(place, *at));
            Some(Contradiction::OtherVisit {
                stays: vec![stay.id(), other.id()],
                at: about.max()?,
            })
        });
        told.collect()
    }
}

/// When something was told that presumes the patient in the house, and they are not known to be under that visit.
fn doubted(doubt: &Doubt) -> Option<UnixMillis> {
    match doubt {
        Doubt::NotHere { at, .. }
        | Doubt::Elsewhere { at, .. }
        | Doubt::NothingToCancel {
            cancelled: Cancelled::Admission | Cancelled::Visit,
            at,
        } => Some(*at),
        Doubt::NothingToCancel { .. } | Doubt::NoPlace { .. } | Doubt::SaidToBeAt { .. } => None,
    }
}

impl Stay {
    /// When something last happened to the patient. A plan says nothing of where they are, and its time may be yet to come.
    fn last_known_to_be_here(&self) -> UnixMillis {
        let steps = self.parts.iter().flat_map(|part| &part.steps);
        let happened = steps.filter(|step| step.act.has_happened());
        let last = happened.map(|step| step.when.at).max();
        self.course().placed_at.max(last.unwrap_or_default())
    }

    /// Whether what was told at a time can be about this place.
    fn may_mean(&self, place: &Place, at: UnixMillis) -> bool {
        let steps = self.parts.iter().flat_map(|part| &part.steps);
        let mut steps = steps.filter(|step| step.when.at == at);
        steps.any(|step| step.may_mean(place))
    }
}

impl Step {
    /// It names the place; or none, and ends a stay of somebody who is not there for the day.
    fn may_mean(&self, place: &Place) -> bool {
        if self.act == Act::Update {
            return false;
        }
        let told = self.prior.as_ref().filter(|_| self.act == Act::Transfer);
        if let Some(told) = told.or(self.place.as_ref()) {
            return told.agrees_with(place);
        }
        let ends = matches!(
            self.act,
            Act::Discharge | Act::Cancel(Cancelled::Admission | Cancelled::Visit)
        );
        ends && self.is_ambulatory != Some(true)
    }
}
