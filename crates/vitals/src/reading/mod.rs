//! Vital signs from result messages (ORU^R01).
//!
//! Two kinds are read by one path: what devices send (IHE PCD-01: codes of ISO/IEEE 11073-10101, containment in
//! OBX-4), and what people or systems chart (LOINC). What cannot be read becomes a
//! [`SetApart`](crate::observation::SetApart) with its reason; a message is refused only when it is no result at all.

use wardline_hl7::{Message, Segment};
use wardline_kernel::UnixMillis;

use crate::observation::Findings;

/// How to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// When the message came in.
    pub received_at: UnixMillis,
    /// Minutes east of Greenwich for times without a zone, when MSH-7 names none either.
    pub zone_minutes: i16,
}

/// What one message says.
#[derive(Debug)]
pub struct Report<'a> {
    /// Whether MSH-21 names the profile of IHE PCD-01.
    pub is_device_profile: bool,
    /// One per patient, in order.
    pub patients: Vec<PatientReport<'a>>,
}

/// What a message says of one patient.
#[derive(Debug)]
pub struct PatientReport<'a> {
    /// The PID segment, for whoever resolves the patient.
    pub pid: Option<Segment<'a>>,
    /// The PV1 segment, for whoever resolves the place: devices name the bed in PV1-3.
    pub pv1: Option<Segment<'a>>,
    /// What it says.
    pub findings: Findings,
}

/// Why a message holds nothing to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// MSH-9 is not ORU^R01 (or a message of that structure).
    #[error("the message is no result (ORU^R01): send it to another channel")]
    NotAResult,
    /// There is no OBX segment.
    #[error("the message holds no observation: OBX is missing")]
    NoObservation,
}

/// Reads a result message.
///
/// # Errors
/// Only when it is no result message, or holds no OBX at all.
pub fn read<'a>(_message: &Message<'a>, _options: &ReadOptions) -> Result<Report<'a>, ReadError> {
    Err(ReadError::NoObservation)
}
