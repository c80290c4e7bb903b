//! What came in and could not become an observation, by name.

use std::fmt;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::{Device, Method, Observation, Parameter};

/// A value that is kept apart: shown with its reason, never scored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetApart {
    /// What it would have been, when the code was known.
    pub parameter: Option<Parameter>,
    /// How it was observed.
    pub method: Method,
    /// Why it is apart.
    pub reason: Reason,
    /// The number in canonical units in thousandths, where there was one: patient data.
    pub thousandths: Option<i64>,
    /// How many of the same kind came at once.
    pub count: u32,
    /// When it came in.
    pub received_at: UnixMillis,
    /// What sent it, if the sender says so.
    pub device: Option<Device>,
}

impl SetApart {
    /// A value that was read and must not count.
    pub(crate) fn of(value: &Observation, reason: Reason) -> Self {
        Self {
            parameter: Some(value.parameter),
            method: value.method,
            reason,
            thousandths: value.value.thousandths(),
            count: 1,
            received_at: value.received_at,
            device: value.device.clone(),
        }
    }
}

/// Why a value is kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The code in OBX-3 is none that Wardline knows.
    UnknownCode,
    /// The unit in OBX-6 is none that this parameter is measured in, or missing.
    UnknownUnit,
    /// OBX-5 is empty or no number where a number belongs.
    NotANumber,
    /// The answer is none of those that this parameter has.
    UnknownAnswer,
    /// The number is outside what a living body and a working sensor can show.
    Absurd,
    /// The sender says itself that the value is not valid (OBX-11 `X`, the NaN of ISO/IEEE 11073, OBX-8).
    Invalid,
    /// The sender doubts the value itself (OBX-8 `QUES`).
    Questionable,
    /// There is no time in OBX-14 or OBR-7, or none to the minute.
    NoTime,
    /// The time is so far from ours that it says nothing.
    AbsurdTime,
    /// OBX-11 is no status that a value can have.
    UnknownStatus,
    /// The same from another channel (OBX-4) of the same message, such as a second probe: the first one counts.
    OtherChannel,
    /// The time in OBX-14 or OBR-7 is not written as HL7 writes times, such as `2026-11-22T10:00:00Z`.
    UnreadableTime,
    /// A blood pressure of which the code does not say where it is measured: the line may lie in a vein.
    UnknownSite,
    /// What a device is set to do and nobody has measured (OBX-17 `MSET`, `ASET`, `RSET`).
    Setting,
}

impl Reason {
    /// Its name in JSON and metrics.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownCode => "unknown_code",
            Self::OtherChannel => "other_channel",
            Self::UnknownUnit => "unknown_unit",
            Self::NotANumber => "not_a_number",
            Self::UnknownAnswer => "unknown_answer",
            Self::Absurd => "absurd",
            Self::Invalid => "invalid",
            Self::Questionable => "questionable",
            Self::NoTime => "no_time",
            Self::AbsurdTime => "absurd_time",
            Self::UnknownStatus => "unknown_status",
            Self::UnreadableTime => "unreadable_time",
            Self::UnknownSite => "unknown_site",
            Self::Setting => "setting",
        }
    }
}

/// Shows what and why; the number is patient data.
impl fmt::Debug for SetApart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SetApart")
            .field("parameter", &self.parameter)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}
