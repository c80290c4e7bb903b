//! A stay's steps, folded into where the patient is.
//!
//! The steps are kept, in the order in which they happened, and folded anew when one comes. So it does not
//! matter in which order they arrive, a repeated one changes nothing, and what is taken back leaves what was
//! there before. What contradicts something else is kept as a doubt beside the result.

use wardline_kernel::UnixMillis;

use super::course::{Away, Course, Doubt, Pending, Phase, Step};
use super::event::{Act, Cancelled};
use super::taken_back::TakenBack;
use crate::model::Place;

/// Doubts kept of a stay, the newest ones.
const MAX_DOUBTS: usize = 16;
/// Places kept of a stay, the newest ones.
const MAX_PLACES: usize = 64;

/// Folds `steps`, which are in order, on top of `base`.
pub(super) fn fold(base: &Course, steps: &[Step]) -> Course {
    let taken_back = TakenBack::of(steps);
    let mut course = base.clone();
    for (number, step) in steps.iter().enumerate() {
        if !taken_back.done.contains(&number) {
            course.take(step, taken_back.baseless.contains(&number));
        }
    }
    course
}

impl Course {
    fn take(&mut self, step: &Step, is_baseless: bool) {
        let at = step.when.at;
        match step.act {
            Act::PreAdmit | Act::PlanAdmission if self.phase != Phase::Here => {
                if step.act == Act::PlanAdmission {
                    self.assigned.clone_from(&step.place);
                }
                self.phase = Phase::Expected;
            }
            Act::Admit | Act::Register => self.admit(step),
            Act::ChangeClass if matches!(self.phase, Phase::Unknown | Phase::Expected) => {
                self.admit(step);
            }
            // PV1-3 is the new place and PV1-6 the old one in these, too (HL7 v2.5.1 §3.3.6, §3.3.7).
            Act::ChangeClass | Act::Transfer => self.transfer(step),
            Act::Update => self.update(step),
            Act::Discharge => self.discharge(step),
            Act::PlanTransfer if self.must_be_here(step) => {
                self.pending = Some(Pending::Transfer(step.place.clone()));
            }
            Act::PlanDischarge if self.must_be_here(step) => {
                self.dispute(step);
                self.pending = Some(Pending::Discharge);
            }
            Act::Depart if self.must_be_here(step) => {
                self.away = Some(Away::Elsewhere(step.place.clone()));
            }
            Act::Arrive if self.must_be_here(step) => {
                self.away = step.place.clone().map(|place| Away::Elsewhere(Some(place)));
            }
            Act::GoOnLeave if self.must_be_here(step) => {
                self.dispute(step);
                self.away = Some(Away::OnLeave);
            }
            Act::ReturnFromLeave if self.must_be_here(step) => {
                self.dispute(step);
                self.away = None;
            }
            Act::PreAdmit
            | Act::PlanAdmission
            | Act::PlanTransfer
            | Act::PlanDischarge
            | Act::Depart
            | Act::Arrive
            | Act::GoOnLeave
            | Act::ReturnFromLeave => {}
            Act::Cancel(cancelled) if is_baseless => {
                self.doubt(Doubt::NothingToCancel { cancelled, at });
            }
            Act::Cancel(cancelled) => self.cancel(cancelled, step),
        }
    }

    fn admit(&mut self, step: &Step) {
        if self.phase == Phase::Here {
            // Told twice with another time or place: the first time counts, the newer place does.
            self.put(step);
            return;
        }
        self.phase = Phase::Here;
        self.admitted_at = Some(step.when.at);
        self.ended_at = None;
        self.place = None;
        self.know_whereabouts();
        self.put(step);
    }

    /// Puts the patient where a step says.
    fn put(&mut self, step: &Step) {
        let at = step.when.at;
        let Some(place) = &step.place else {
            match self.place.clone() {
                Some(place) => self.settle_in(&place, step),
                None => self.doubt(Doubt::NoPlace { act: step.act, at }),
            }
            return;
        };
        self.assigned = None;
        if self.place.as_ref() == Some(place) {
            self.settle_in(place, step);
            if self.timeline.last().is_none_or(|(_, last)| last.is_none()) {
                self.placed_at = at;
                self.remember(at, Some(place.clone()));
            }
            return;
        }
        self.leave(at);
        self.place = Some(place.clone());
        self.placed_at = at;
        self.pending = None;
        self.away = None;
        self.is_in_room = false;
        self.settle_in(place, step);
        self.remember(at, Some(place.clone()));
    }

    /// Sites with single rooms name no bed, so a room alone is one for those who stay; who comes for the day is in
    /// a room with others and lies in none of its beds.
    fn settle_in(&mut self, place: &Place, step: &Step) {
        if let Some(is_ambulatory) = step.is_ambulatory {
            self.is_in_room = is_ambulatory && !place.names_a_bed();
        }
    }

    fn transfer(&mut self, step: &Step) {
        let at = step.when.at;
        match self.phase {
            Phase::Gone | Phase::Cancelled => {
                self.doubt_presence(step);
                return;
            }
            Phase::Unknown | Phase::Expected => {
                self.doubt(Doubt::NotHere { act: step.act, at });
                self.phase = Phase::Here;
                self.admitted_at = Some(at);
                self.place = None;
            }
            Phase::Here => {
                if let (Some(told), Some(known)) = (&step.prior, &self.place) {
                    if told.agrees_with(known) {
                        self.settle();
                    } else {
                        let (told, known) = (told.clone(), known.clone());
                        let act = step.act;
                        self.doubt(Doubt::Elsewhere {
                            act,
                            at,
                            told,
                            known,
                        });
                    }
                }
            }
        }
        self.put(step);
    }

    fn discharge(&mut self, step: &Step) {
        let at = step.when.at;
        match self.phase {
            Phase::Here => {
                self.dispute(step);
                self.leave(at);
                self.remember(at, None);
                self.phase = Phase::Gone;
                self.ended_at = Some(at);
                self.pending = None;
                self.assigned = None;
                self.away = None;
            }
            // Told twice.
            Phase::Gone => self.know_whereabouts(),
            Phase::Unknown | Phase::Expected | Phase::Cancelled => {
                self.know_whereabouts();
                self.doubt(Doubt::NotHere { act: step.act, at });
                if self.phase != Phase::Cancelled {
                    self.phase = Phase::Gone;
                    self.ended_at = Some(at);
                }
            }
        }
    }

    fn cancel(&mut self, cancelled: Cancelled, step: &Step) {
        match cancelled {
            // Where the patient is after this may be another place than before: the old one may be taken.
            Cancelled::Discharge if self.is_here() => self.put(step),
            Cancelled::Transfer => {
                if let (Some(told), Some(known)) = (&step.place, self.place_now())
                    && !told.agrees_with(known)
                {
                    let (told, known, at) = (told.clone(), known.clone(), step.when.at);
                    let act = step.act;
                    self.doubt(Doubt::Elsewhere {
                        act,
                        at,
                        told,
                        known,
                    });
                    self.put(step);
                }
            }
            Cancelled::PlannedAdmission | Cancelled::PreAdmission
                if self.phase == Phase::Unknown =>
            {
                self.phase = Phase::Cancelled;
            }
            Cancelled::Admission | Cancelled::Visit if self.phase != Phase::Gone => {
                if self.is_here() {
                    self.remember(step.when.at, None);
                }
                self.know_whereabouts();
                *self = Self {
                    phase: Phase::Cancelled,
                    timeline: std::mem::take(&mut self.timeline),
                    left: std::mem::take(&mut self.left),
                    doubts: std::mem::take(&mut self.doubts),
                    ..Self::default()
                };
            }
            _ => {}
        }
    }

    /// Who the patient is may change with this, where they are does not.
    fn update(&mut self, step: &Step) {
        let names_a_bed = step.place.as_ref().is_some_and(|p| p.bed_id().is_some());
        if self.phase == Phase::Unknown && names_a_bed {
            let (act, at) = (step.act, step.when.at);
            self.doubt(Doubt::NotHere { act, at });
        } else {
            self.dispute(step);
        }
    }

    /// Reports a place that is told and is not the one known; nothing moves by it.
    fn dispute(&mut self, step: &Step) {
        let (Some(told), Some(known)) = (&step.place, self.place_now()) else {
            return;
        };
        if told.agrees_with(known) {
            self.settle();
        } else {
            let (told, known, at) = (told.clone(), known.clone(), step.when.at);
            let act = step.act;
            self.doubt(Doubt::Elsewhere {
                act,
                at,
                told,
                known,
            });
        }
    }

    /// Reports that a patient who left is moved. Where the message names a bed, the newest one is kept, for whoever looks
    /// after that bed to see it there. News alone (A08) say no such thing: of who was discharged long ago they come for
    /// weeks, with the last bed.
    fn doubt_presence(&mut self, step: &Step) {
        let (act, at) = (step.act, step.when.at);
        let is_in_room = |place: &&Place| step.is_ambulatory == Some(true) && !place.names_a_bed();
        let bed = step.place.as_ref().filter(|place| !is_in_room(place));
        let Some(told) = bed.filter(|place| place.bed_id().is_some()).cloned() else {
            self.doubt(Doubt::NotHere { act, at });
            return;
        };
        self.know_whereabouts();
        self.doubt(Doubt::SaidToBeAt { act, at, told });
    }

    /// Where the patient is, or that they left, is known again or told otherwise.
    fn know_whereabouts(&mut self) {
        self.doubts
            .retain(|doubt| !matches!(doubt, Doubt::SaidToBeAt { .. }));
    }

    fn must_be_here(&mut self, step: &Step) -> bool {
        let is_here = self.is_here();
        if !is_here {
            let (act, at) = (step.act, step.when.at);
            self.doubt(Doubt::NotHere { act, at });
        }
        is_here
    }

    /// A later message agrees with what is known: doubts of the place are over.
    fn settle(&mut self) {
        self.doubts
            .retain(|doubt| !matches!(doubt, Doubt::Elsewhere { .. } | Doubt::NoPlace { .. }));
    }

    fn doubt(&mut self, doubt: Doubt) {
        if self.doubts.len() == MAX_DOUBTS {
            self.doubts.remove(0);
        }
        self.doubts.push(doubt);
    }

    fn leave(&mut self, at: UnixMillis) {
        if let Some(place) = self.place_now().filter(|_| !self.is_in_room).cloned() {
            self.left.retain(|(left, _)| *left != place);
            if self.left.len() == MAX_PLACES {
                self.left.remove(0);
            }
            self.left.push((place, at));
        }
    }

    fn remember(&mut self, at: UnixMillis, place: Option<Place>) {
        if self.timeline.len() == MAX_PLACES {
            self.timeline.remove(0);
        }
        self.timeline.push((at, place));
    }
}
