//! What a message changed, and what does not fit together.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::course::Doubt;
use crate::model::{BedId, BedState, BedTold, StayId};

/// What is different now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Something of this stay.
    Stay(StayId),
    /// A stay is not kept any more.
    StayForgotten(StayId),
    /// Something of this bed, or of who lies there.
    Bed {
        /// Which.
        bed: BedId,
        /// What it was; nothing for a bed that is new.
        was: Option<BedState>,
        /// What it is.
        is: BedState,
    },
    /// Something does not fit together.
    Contradicted(Contradiction),
    /// It does now.
    Resolved(Contradiction),
}

/// What cannot all be true. It is reported; nothing is guessed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Contradiction {
    /// Messages about one stay contradict each other.
    InStay {
        /// The stay.
        stay: StayId,
        /// What.
        doubt: Doubt,
    },
    /// More than one patient in a bed.
    ManyInOneBed {
        /// The bed.
        bed: BedId,
        /// Whose.
        stays: Vec<StayId>,
    },
    /// One patient in more than one place.
    OneInManyPlaces {
        /// The patient's stays.
        stays: Vec<StayId>,
    },
    /// A bed is said to be occupied, and nobody is known to lie there.
    OccupantUnknown {
        /// The bed.
        bed: BedId,
    },
    /// A bed is said to be free, dirty or closed while somebody lies there.
    BedInUse {
        /// The bed.
        bed: BedId,
        /// What was said of it.
        told: BedTold,
    },
    /// A message names the visit of one patient and the number of another, or moves it from a patient who does
    /// not have it. It is kept and counts for nothing, unless a merge or a move makes it fit.
    VisitOfAnotherPatient {
        /// The visit's stay.
        stay: StayId,
        /// When.
        at: UnixMillis,
    },
    /// The numbers of one message belong to several patients. It was taken only if it names a visit.
    SeveralPatients {
        /// Their stays.
        stays: Vec<StayId>,
        /// When.
        at: UnixMillis,
    },
    /// A message names no visit and its patient has several. It was not taken.
    SeveralStays {
        /// Their stays.
        stays: Vec<StayId>,
        /// When.
        at: UnixMillis,
    },
    /// A merge or move of a visit or an account that nobody told of. It counts for what is told of it later.
    NothingToUnite {
        /// When.
        at: UnixMillis,
    },
    /// A number is said to have become two different ones. The one that happened first counts.
    UnitedTwice {
        /// When.
        at: UnixMillis,
    },
    /// A message about a time that is too long ago for its stay. It was not taken.
    TooOld {
        /// The stay.
        stay: StayId,
        /// When.
        at: UnixMillis,
    },
    /// A message about the patient of a bed, such as a discharge, is about another visit, which nobody told that they began. It
    /// changed nothing at the bed.
    OtherVisit {
        /// The stay in the bed, and the one that the message is about.
        stays: Vec<StayId>,
        /// When.
        at: UnixMillis,
    },
}

impl Contradiction {
    /// The bed that it is about, if it is about one.
    pub fn bed(&self) -> Option<BedId> {
        match self {
            Self::ManyInOneBed { bed, .. }
            | Self::OccupantUnknown { bed }
            | Self::BedInUse { bed, .. } => Some(bed.clone()),
            Self::InStay {
                doubt: Doubt::SaidToBeAt { told, .. },
                ..
            } => told.bed_id(),
            _ => None,
        }
    }

    /// The stays that it is about.
    pub const fn stays(&self) -> &[StayId] {
        match self {
            Self::InStay { stay, .. }
            | Self::VisitOfAnotherPatient { stay, .. }
            | Self::TooOld { stay, .. } => std::slice::from_ref(stay),
            Self::ManyInOneBed { stays, .. }
            | Self::OneInManyPlaces { stays }
            | Self::SeveralPatients { stays, .. }
            | Self::SeveralStays { stays, .. }
            | Self::OtherVisit { stays, .. } => stays.as_slice(),
            Self::OccupantUnknown { .. }
            | Self::BedInUse { .. }
            | Self::NothingToUnite { .. }
            | Self::UnitedTwice { .. } => &[],
        }
    }

    /// The word for labels and files.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::InStay { doubt, .. } => match doubt {
                Doubt::NotHere { .. } | Doubt::SaidToBeAt { .. } => "not_here",
                Doubt::Elsewhere { .. } => "elsewhere",
                Doubt::NothingToCancel { .. } => "nothing_to_cancel",
                Doubt::NoPlace { .. } => "no_place",
            },
            Self::ManyInOneBed { .. } => "many_in_one_bed",
            Self::OneInManyPlaces { .. } => "one_in_many_places",
            Self::OccupantUnknown { .. } => "occupant_unknown",
            Self::BedInUse { .. } => "bed_in_use",
            Self::VisitOfAnotherPatient { .. } => "visit_of_another_patient",
            Self::SeveralPatients { .. } => "several_patients",
            Self::SeveralStays { .. } => "several_stays",
            Self::NothingToUnite { .. } => "nothing_to_unite",
            Self::UnitedTwice { .. } => "united_twice",
            Self::TooOld { .. } => "too_old",
            Self::OtherVisit { .. } => "other_visit",
        }
    }
}
