//! What was measured or seen of a patient, by whom, and when.
//!
//! An [`Observation`] holds one value in its canonical unit. What could not become one is a [`SetApart`] with its
//! reason: nothing is guessed and nothing is lost silently. Neither says whose bed it belongs to; the census does.

mod apart;
mod device;
mod findings;
mod parameter;
mod taken_at;
mod value;

use std::fmt;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

pub use apart::{Reason, SetApart};
pub use device::{Device, MAX_DEVICE_BYTES};
pub use findings::{Findings, Withdrawal};
pub use parameter::{Method, Parameter};
pub use taken_at::{Precision, TakenAt, TimeSource};
pub use value::{Acvpu, Oxygen, Quantity, Value};

/// One value of one parameter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// What was observed.
    pub parameter: Parameter,
    /// How; a slot of a chart is one parameter by one method.
    pub method: Method,
    /// In the unit of [`Parameter::unit`].
    pub value: Value,
    /// When, as the sender's clock says.
    pub taken_at: TakenAt,
    /// When it came in, as our clock says.
    pub received_at: UnixMillis,
    /// What measured it, if the sender says so.
    pub device: Option<Device>,
    /// By which way it came.
    pub source: Source,
    /// How sure the sender is of it.
    pub status: Status,
}

impl Observation {
    /// The time that its age is counted from: never later than its arrival, so that a clock that is ahead
    /// cannot make a value look fresh for longer.
    pub fn effective_at(&self) -> UnixMillis {
        self.taken_at.at.min(self.received_at)
    }

    /// How far the sender's time is from ours, in milliseconds: above zero when its clock is ahead. Below zero
    /// it is behind, or the message was on its way for long, or a person wrote it down later.
    pub fn skew_ms(&self) -> i64 {
        let ahead = i64::try_from(self.taken_at.at.saturating_sub(self.received_at));
        let behind = i64::try_from(self.received_at.saturating_sub(self.taken_at.at));
        ahead.unwrap_or(i64::MAX) - behind.unwrap_or(i64::MAX)
    }

    /// What else follows from it: an oxygen flow or an oxygen fraction says whether the patient breathes air.
    pub fn implied(&self) -> Option<Self> {
        let Value::Number(number) = self.value else {
            return None;
        };
        let on_oxygen = match self.parameter {
            Parameter::OxygenFlow => number > Quantity::ZERO,
            Parameter::OxygenFraction => number.rounded() > OXYGEN_IN_AIR_PERCENT,
            _ => return None,
        };
        let method = match (self.parameter, self.source) {
            (Parameter::OxygenFlow, Source::Charted) => Method::ChartedFlow,
            (Parameter::OxygenFlow, Source::Device) => Method::DeviceFlow,
            (_, Source::Charted) => Method::ChartedFraction,
            (_, Source::Device) => Method::DeviceFraction,
        };
        Some(Self {
            parameter: Parameter::SupplementalOxygen,
            method,
            value: Value::Oxygen(if on_oxygen {
                Oxygen::Supplemental
            } else {
                Oxygen::Air
            }),
            ..self.clone()
        })
    }
}

/// By which way an observation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A device, by itself (IHE PCD-01, or a message that names the device).
    Device,
    /// A person, or a record that names no device.
    Charted,
}

/// How sure the sender is (OBX-11, HL7 table 0085).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// `R`: as the device says, nobody has looked at it.
    Unverified,
    /// `P`: preliminary.
    Preliminary,
    /// `F`, `U`: final.
    Final,
    /// `C`: takes the place of an earlier one of the same time.
    Corrected,
}

/// Shows what it is and how it came; values are patient data.
impl fmt::Debug for Observation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Observation")
            .field("parameter", &self.parameter)
            .field("method", &self.method)
            .field("source", &self.source)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Air holds 20.9 % of oxygen; devices show 21.
const OXYGEN_IN_AIR_PERCENT: i32 = 21;
