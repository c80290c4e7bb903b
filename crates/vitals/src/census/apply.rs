//! What a message does to the census.

use wardline_kernel::{Trust, UnixMillis};

use super::bed::{MAX_NURSES, Statement};
use super::change::{Change, Contradiction};
use super::event::{Act, AdtEvent, Purpose};
use super::stay::{Care, Stay};
use super::{Before, Census};
use crate::model::{Assignment, BedId, BedTold, PatientClass, StayId};

/// However soon stays are forgotten, one in a bed is kept for a week after it was last heard of: emergencies wait for a bed
/// on a ward for days.
const MIN_IN_BED_MS: u64 = 7 * 24 * 60 * 60 * 1_000;

/// The census is at a limit; nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CensusError {
    /// Of beds.
    #[error("the census holds {0} beds, its limit; look for senders that make up places")]
    TooManyBeds(usize),
    /// Of units.
    #[error("the census holds {0} units, its limit; look for senders that make up places")]
    TooManyUnits(usize),
    /// Of stays, all of patients who stay here: of those that ended and of outpatients one makes room.
    #[error(
        "the census holds {0} stays, its limit, and none of them has ended or is of an outpatient; raise max_stays, or look \
         for senders whose discharges do not come"
    )]
    TooManyStays(usize),
    /// No such bed.
    #[error("there is no such bed")]
    NoSuchBed,
    /// No such stay.
    #[error("there is no such stay")]
    NoSuchStay,
    /// The bed is in use.
    #[error("somebody lies in this bed; its state follows from that")]
    BedInUse,
    /// Of nurses.
    #[error("a bed has at most 8 nurses")]
    TooManyNurses,
}

/// What a change did.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// What is different, for those who watch.
    pub changes: Vec<Change>,
    /// Stays to be stored, or removed when the census does not hold them any more.
    pub stays: Vec<StayId>,
    /// Beds to be stored.
    pub beds: Vec<BedId>,
    /// Merges to be stored, or removed when the census does not hold them any more.
    pub merges: Vec<u64>,
    /// Stays that became part of another one: the old number and the new one.
    pub joined: Vec<(StayId, StayId)>,
    pub(super) undo: Before,
}

impl Applied {
    /// Whether there is nothing to store.
    pub fn is_nothing(&self) -> bool {
        self.stays.is_empty() && self.beds.is_empty() && self.merges.is_empty()
    }
}

impl Census {
    /// Takes a message that arrived at `now`.
    ///
    /// # Errors
    /// [`CensusError`]; nothing changed then.
    pub fn apply(&mut self, event: &AdtEvent, now: UnixMillis) -> Result<Applied, CensusError> {
        self.change(|census, said| match event.purpose {
            Purpose::None => Ok(()),
            Purpose::Beds => census.hear_beds(event),
            Purpose::Unite(unite) => {
                let mut touched = Vec::new();
                for person in &event.persons {
                    touched.extend(census.unite(unite, (person, event), said));
                }
                census.regroup(touched, now)
            }
            Purpose::Step(act) => {
                let swaps = act == Act::Transfer && event.persons.len() == 2;
                let persons = event.persons.iter().take(if swaps { 2 } else { 1 });
                for person in persons {
                    census.step(act, person, event, (now, said))?;
                }
                Ok(())
            }
        })
    }

    /// Takes what a person says of an empty bed.
    ///
    /// # Errors
    /// [`CensusError::NoSuchBed`] and [`CensusError::BedInUse`].
    pub fn tell_bed(&mut self, id: &BedId, mut said: Statement) -> Result<Applied, CensusError> {
        let mut bed = self.beds.get(id).cloned().ok_or(CensusError::NoSuchBed)?;
        if self.index.occupants(id).next().is_some() || said.told == BedTold::Occupied {
            return Err(CensusError::BedInUse);
        }
        // What a person sees now is newer than any message, whatever its sender's clock said.
        let newest = bed.statement().map(|s| s.at).max(self.index.left_at(id));
        let newest = newest.max(self.claims(&bed).map(|(_, at)| at).max());
        said.at = said.at.max(newest.map_or(0, |at| at + 1));
        bed.hear(said);
        self.change(|census, _| {
            census.set_bed(id.clone(), Some(bed));
            Ok(())
        })
    }

    /// Says who looks after a bed.
    ///
    /// # Errors
    /// [`CensusError::NoSuchBed`] and [`CensusError::TooManyNurses`].
    pub fn assign(&mut self, id: &BedId, nurses: Vec<Assignment>) -> Result<Applied, CensusError> {
        let mut bed = self.beds.get(id).cloned().ok_or(CensusError::NoSuchBed)?;
        if nurses.len() > MAX_NURSES {
            return Err(CensusError::TooManyNurses);
        }
        bed.set_nurses(nurses);
        self.change(|census, _| {
            census.set_bed(id.clone(), Some(bed));
            Ok(())
        })
    }

    /// Sets what no message tells of a stay.
    ///
    /// # Errors
    /// [`CensusError::NoSuchStay`]
    pub fn set_care(&mut self, id: StayId, care: Care) -> Result<Applied, CensusError> {
        let mut stay = self.stay(id).cloned().ok_or(CensusError::NoSuchStay)?;
        stay.set_care(care);
        self.change(|census, _| {
            census.set_stay(id, Some(stay));
            Ok(())
        })
    }

    /// Forgets stays that nothing was heard of for long, except those of patients in a bed. Of those who come for the day
    /// or as an emergency, whose discharge many systems never tell, also these after a week at least, unless
    /// `measured_at` says that values of theirs came. Stays that have not ended go only by a clock that is believed: one
    /// that jumps ahead would make all of them old at once.
    pub fn tidy(
        &mut self,
        now: UnixMillis,
        trust: Trust,
        measured_at: impl Fn(StayId) -> Option<UnixMillis>,
    ) -> Applied {
        let until = now.saturating_sub(self.limits.forget_after_ms);
        let until_in_bed = now.saturating_sub(self.limits.forget_after_ms.max(MIN_IN_BED_MS));
        let is_short =
            |class: PatientClass| class.is_ambulatory() || class == PatientClass::Emergency;
        let may_be_gone = |stay: &Stay| {
            stay.class().is_some_and(is_short)
                && stay.touched_at() < until_in_bed
                && measured_at(stay.id()).is_none_or(|measured| measured < until_in_bed)
        };
        let old = |stay: &&Stay| {
            let has_ended = stay.course().ended_at.is_some();
            stay.touched_at() < until
                && (has_ended || trust == Trust::Believed)
                && (stay.bed().is_none() || may_be_gone(stay))
        };
        let forgotten: Vec<StayId> = self.stays.values().filter(old).map(Stay::id).collect();
        let done = self.change(|census, _| {
            for id in forgotten {
                census.forget(id);
            }
            Ok(())
        });
        done.unwrap_or_default()
    }

    /// Takes back a change that could not be stored.
    pub fn undo(&mut self, applied: Applied) {
        self.restore(applied.undo);
    }

    fn change(
        &mut self,
        make: impl FnOnce(&mut Self, &mut Vec<Contradiction>) -> Result<(), CensusError>,
    ) -> Result<Applied, CensusError> {
        self.before = Before::default();
        let mut said = Vec::new();
        let made = make(self, &mut said);
        let undo = std::mem::take(&mut self.before);
        if let Err(error) = made {
            self.restore(undo);
            return Err(error);
        }
        Ok(self.applied(undo, said))
    }

    fn restore(&mut self, undo: Before) {
        for (id, stay) in undo.stays {
            self.set_stay(id, stay);
        }
        for (id, bed) in undo.beds {
            self.set_bed(id, bed);
        }
        for (number, merge) in undo.merges {
            self.set_merge(number, merge);
        }
        self.before = Before::default();
    }
}
