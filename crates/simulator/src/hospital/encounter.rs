//! One stay or visit of a patient.

use super::names::STAFF_NAMES;
use super::patient::PatientId;
use super::time::VirtualTime;
use super::wards::{BedId, Location};

/// The visit number's number (PV1-19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EncounterId(pub(crate) u64);

/// HL7 table 0004.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PatientClass {
    Inpatient,
    Outpatient,
    Emergency,
}

#[derive(Clone, Debug)]
pub(crate) struct Encounter {
    pub(crate) id: EncounterId,
    pub(crate) patient: PatientId,
    pub(crate) class: PatientClass,
    /// The bed that is taken; none for an outpatient or after discharge.
    pub(crate) bed: Option<BedId>,
    /// The bed before the last transfer, for as long as the transfer can be cancelled.
    pub(crate) previous_bed: Option<BedId>,
    pub(crate) location: Location,
    pub(crate) prior_location: Option<Location>,
    pub(crate) attending: Clinician,
    pub(crate) admitted: VirtualTime,
    pub(crate) discharged: Option<VirtualTime>,
}

/// A made-up physician by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clinician(pub(crate) u32);

impl Encounter {
    pub(crate) fn visit_number(&self) -> String {
        format!("V{:08}", self.id.0)
    }

    /// PID-18.
    pub(crate) fn account_number(&self) -> String {
        format!("ACC{:07}", self.id.0)
    }

    pub(crate) fn is_active(&self) -> bool {
        self.discharged.is_none()
    }
}

impl PatientClass {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Inpatient => "I",
            Self::Outpatient => "O",
            Self::Emergency => "E",
        }
    }
}

impl Clinician {
    /// Number, family and given name (the first components of XCN).
    pub(crate) fn parts(self) -> (String, &'static str, &'static str) {
        let place = usize::try_from(self.0).unwrap_or(0) % STAFF_NAMES.len();
        let (family, given) = STAFF_NAMES
            .get(place)
            .copied()
            .unwrap_or(("Mockdoctor", "Alice"));
        (format!("D{:04}", 1_000 + self.0), family, given)
    }
}
