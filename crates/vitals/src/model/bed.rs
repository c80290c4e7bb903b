//! What a bed is doing.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::PhiText;

/// What is going on in a bed, from its patients first and from housekeeping second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BedState {
    /// Somebody lies there.
    Occupied,
    /// Somebody lies there who is to be transferred (A15).
    PendingTransfer,
    /// Somebody lies there who is to be discharged (A16).
    PendingDischarge,
    /// Nobody, and not cleaned since.
    Dirty,
    /// Being cleaned.
    Cleaning,
    /// Ready for somebody.
    Clean,
    /// Ready and promised to somebody (A14, or the goal of A15).
    Assigned,
    /// Not to be used.
    Blocked,
    /// Nobody known to lie there, and nobody said in what state it is.
    Unknown,
}

impl BedState {
    /// Every state, in the order of a listing.
    pub const ALL: [Self; 9] = [
        Self::Occupied,
        Self::PendingTransfer,
        Self::PendingDischarge,
        Self::Dirty,
        Self::Cleaning,
        Self::Clean,
        Self::Assigned,
        Self::Blocked,
        Self::Unknown,
    ];

    /// The word for addresses, labels and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Occupied => "occupied",
            Self::PendingTransfer => "pending_transfer",
            Self::PendingDischarge => "pending_discharge",
            Self::Dirty => "dirty",
            Self::Cleaning => "cleaning",
            Self::Clean => "clean",
            Self::Assigned => "assigned",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
        }
    }
}

/// What somebody said of a bed as a thing: a message (A20, PV1-40), or a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BedTold {
    /// To be cleaned.
    Dirty,
    /// Being cleaned.
    Cleaning,
    /// Ready.
    Clean,
    /// Not to be used.
    Blocked,
    /// Somebody is said to lie there.
    Occupied,
}

/// HL7 table 0116, bed status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TableCode {
    /// C: closed.
    Closed,
    /// H: housekeeping.
    Housekeeping,
    /// I: isolated.
    Isolated,
    /// K: contaminated.
    Contaminated,
    /// O: occupied.
    Occupied,
    /// U: unoccupied.
    Unoccupied,
}

impl TableCode {
    /// From NPU-2 or PV1-40.
    pub fn of(code: &str) -> Option<Self> {
        Some(match code {
            "C" => Self::Closed,
            "H" => Self::Housekeeping,
            "I" => Self::Isolated,
            "K" => Self::Contaminated,
            "O" => Self::Occupied,
            "U" => Self::Unoccupied,
            _ => return None,
        })
    }

    /// What it says of the bed; nothing for isolation, which is about who may lie there.
    pub const fn told(self) -> Option<BedTold> {
        Some(match self {
            Self::Closed => BedTold::Blocked,
            Self::Housekeeping => BedTold::Cleaning,
            Self::Contaminated => BedTold::Dirty,
            Self::Occupied => BedTold::Occupied,
            Self::Unoccupied => BedTold::Clean,
            Self::Isolated => return None,
        })
    }
}

/// A nurse who looks after a bed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Who: a user of this house, as access names them.
    pub nurse: PhiText,
    /// Since when.
    pub since: UnixMillis,
    /// Who said so.
    pub by: PhiText,
}
