//! What the census is about: places, patients, stays, beds.

mod bed;
mod patient;
mod phi_text;
mod place;
mod stay;

pub use bed::{Assignment, BedState, BedTold, TableCode};
pub(crate) use patient::age_years;
pub use patient::{
    Authority, MAX_IDENTIFIER_BYTES, MAX_IDENTIFIERS, MAX_NAME_BYTES, Patient, PatientIdentifier,
    Sex, VisitNumber,
};
pub use phi_text::PhiText;
pub use place::{BedId, MAX_PART_BYTES, Place, PlaceError, UnitId};
pub use stay::{PatientClass, StayId};
