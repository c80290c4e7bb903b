//! Where a stay has come to, and the steps that led there.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::event::{Act, Cancelled, When};
use crate::model::Place;

/// One thing that happened to a patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Step {
    pub(super) when: When,
    /// Among steps of one moment, the one that came first goes first.
    pub(super) arrival: u64,
    pub(super) act: Act,
    pub(super) place: Option<Place>,
    pub(super) prior: Option<Place>,
    /// Whether the patient comes for the day (PV1-2), when that is told.
    pub(super) is_ambulatory: Option<bool>,
    /// When what is taken back happened.
    pub(super) cancels_at: Option<UnixMillis>,
}

impl Step {
    /// Whether both tell of one thing: a repetition, whatever its control id.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        let content = |step: &Self| (step.when, step.act, step.cancels_at);
        content(self) == content(other) && self.place == other.place && self.prior == other.prior
    }

    pub(super) fn order(&self) -> (When, u64) {
        (self.when, self.arrival)
    }
}

/// How far a stay has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Nothing says that the patient is or was here.
    #[default]
    Unknown,
    /// Announced (A05, A14).
    Expected,
    /// In the house.
    Here,
    /// Discharged.
    Gone,
    /// Taken back as if it had never been (A11, A23, A27, A38).
    Cancelled,
}

/// What is planned for a patient who is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pending {
    /// To another place, if it is known which.
    Transfer(Option<Place>),
    /// To leave.
    Discharge,
}

/// Why a patient is not in the bed that is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Away {
    /// Elsewhere in the house, or on the way there.
    Elsewhere(Option<Place>),
    /// Out of the house for a while.
    OnLeave,
}

/// Where a patient was at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts<'a> {
    /// That is before everything known.
    Unknown,
    /// Not in the house.
    Out,
    /// There.
    At(&'a Place),
}

/// Messages about one stay that cannot all be true.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Doubt {
    /// Moved, planned for or discharged, and nothing says that the patient was here.
    NotHere {
        /// What was to be done.
        act: Act,
        /// When.
        at: UnixMillis,
    },
    /// Said to come from or be in one place, known to be in another.
    Elsewhere {
        /// What said so.
        act: Act,
        /// When.
        at: UnixMillis,
        /// The place that was told.
        told: Place,
        /// The place that was known.
        known: Place,
    },
    /// Takes back what nobody told of.
    NothingToCancel {
        /// What is taken back.
        cancelled: Cancelled,
        /// When.
        at: UnixMillis,
    },
    /// Admitted to or moved to no place that is known.
    NoPlace {
        /// By what.
        act: Act,
        /// When.
        at: UnixMillis,
    },
    /// Said to be in a bed after the discharge (was it cancelled, and the A13 lost?) or after the admission was taken
    /// back. Nobody is put there by it; it is shown at the bed.
    SaidToBeAt {
        /// What said so.
        act: Act,
        /// When.
        at: UnixMillis,
        /// The place that was told.
        told: Place,
    },
}

/// Where a stay has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// How far.
    pub phase: Phase,
    /// Where the patient is, while here; where they were last, when gone.
    pub place: Option<Place>,
    /// Whether that is a room which they share with others and have no bed in.
    pub is_in_room: bool,
    /// Since when they are there.
    pub placed_at: UnixMillis,
    /// When they came (the last time).
    pub admitted_at: Option<UnixMillis>,
    /// When they left.
    pub ended_at: Option<UnixMillis>,
    /// What is planned.
    pub pending: Option<Pending>,
    /// The place that is kept for them.
    pub assigned: Option<Place>,
    /// Where they are while not in their place.
    pub away: Option<Away>,
    /// Where they were from when on; `None` for not in the house.
    pub(super) timeline: Vec<(UnixMillis, Option<Place>)>,
    /// Places that they left, with the time of the last one: these want cleaning.
    pub(super) left: Vec<(Place, UnixMillis)>,
    /// What does not fit together.
    pub doubts: Vec<Doubt>,
}

impl Course {
    /// Where the patient was at a time.
    pub fn place_at(&self, time: UnixMillis) -> Whereabouts<'_> {
        match self.timeline.iter().rev().find(|(from, _)| *from <= time) {
            None => Whereabouts::Unknown,
            Some((_, None)) => Whereabouts::Out,
            Some((_, Some(place))) => Whereabouts::At(place),
        }
    }

    /// Whether the patient is in the house.
    pub fn is_here(&self) -> bool {
        self.phase == Phase::Here
    }

    /// Where a patient who is not known to be here is said to be, and since when.
    pub(super) fn said_to_be_at(&self) -> Option<(&Place, UnixMillis)> {
        self.doubts.iter().rev().find_map(|doubt| match doubt {
            Doubt::SaidToBeAt { at, told, .. } => Some((told, *at)),
            _ => None,
        })
    }

    /// The place that a patient who is here has.
    pub fn place_now(&self) -> Option<&Place> {
        self.place.as_ref().filter(|_| self.is_here())
    }
}
