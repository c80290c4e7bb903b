//! One patient's time in the house.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A stay's number in this program. It says nothing of the patient; it grows, and is never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StayId(pub u64);

impl fmt::Display for StayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// PV1-2 (HL7 table 0004).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PatientClass {
    /// I
    Inpatient,
    /// O
    Outpatient,
    /// E
    Emergency,
    /// P
    Preadmit,
    /// R
    Recurring,
    /// B
    Obstetrics,
    /// Anything else.
    Other,
}

impl PatientClass {
    /// From PV1-2: the letters of table 0004, which sites extend, and the words that some send instead.
    pub fn of(code: &str) -> Self {
        match code.trim().to_ascii_uppercase().as_str() {
            "I" | "IP" | "INPATIENT" => Self::Inpatient,
            "O" | "OP" | "OUTPATIENT" => Self::Outpatient,
            "E" | "EMERGENCY" => Self::Emergency,
            "P" => Self::Preadmit,
            "R" => Self::Recurring,
            "B" => Self::Obstetrics,
            _ => Self::Other,
        }
    }

    /// Who comes for the day, or is yet to come: such patients are in rooms and not in their beds, unless a bed is
    /// named.
    pub fn is_ambulatory(self) -> bool {
        matches!(self, Self::Outpatient | Self::Recurring | Self::Preadmit)
    }
}
