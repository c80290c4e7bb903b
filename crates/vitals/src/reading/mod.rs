//! Vital signs from result messages (ORU^R01).
//!
//! Two kinds are read by one path: what devices send (IHE PCD-01: codes of ISO/IEEE 11073-10101, containment in
//! OBX-4), and what people or systems chart (LOINC). What cannot be read becomes a
//! [`SetApart`](crate::observation::SetApart) with its reason; a message is refused only when it is no result at
//! all. Whose bed it belongs to is not decided here: PID and PV1 are handed on as they stand.

mod answers;
mod codes;
mod containers;
mod device;
mod given;
mod row;
mod times;

use wardline_hl7::{Message, Segment};
use wardline_kernel::UnixMillis;

use crate::observation::{Findings, TimeSource};
use containers::Containers;
use row::{Context, Row};

pub use given::{Given, read_given};
pub use times::{MAX_AHEAD_MS, MAX_BEHIND_MS};

/// OBX segments read of one message; a monitor with everything attached sends fewer than 200.
pub const MAX_OBSERVATIONS: usize = 2_000;
/// Patients read of one message.
pub const MAX_PATIENTS: usize = 64;

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
    /// OBX segments beyond [`MAX_OBSERVATIONS`] and [`MAX_PATIENTS`]: not read.
    pub unread: u32,
}

/// What a message says of one patient.
#[derive(Debug, Default)]
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
    /// MSH-9 is not ORU^R01, nor a message of its structure.
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
pub fn read<'a>(message: &Message<'a>, options: &ReadOptions) -> Result<Report<'a>, ReadError> {
    if !is_result(message) {
        return Err(ReadError::NotAResult);
    }
    let mut reader = Reader {
        message,
        received_at: options.received_at,
        zone_minutes: zone_of(message).unwrap_or(options.zone_minutes),
        is_device_profile: is_device_profile(message),
        patients: Vec::new(),
        containers: Containers::default(),
        request_time: None,
        rows: 0,
        after_value: false,
        unread: 0,
    };
    for segment in message.segments() {
        reader.take(segment);
    }
    if reader.rows == 0 {
        return Err(ReadError::NoObservation);
    }
    reader.patients.truncate(MAX_PATIENTS);
    Ok(Report {
        is_device_profile: reader.is_device_profile,
        patients: reader.patients,
        unread: reader.unread,
    })
}

struct Reader<'m, 'a> {
    message: &'m Message<'a>,
    received_at: UnixMillis,
    zone_minutes: i16,
    is_device_profile: bool,
    patients: Vec<PatientReport<'a>>,
    containers: Containers<'a>,
    /// OBR-7 as it is written.
    request_time: Option<&'a [u8]>,
    rows: usize,
    /// The row before was read as a value.
    after_value: bool,
    unread: u32,
}

impl<'a> Reader<'_, 'a> {
    fn take(&mut self, segment: Segment<'a>) {
        match segment.name() {
            "PID" => {
                self.patients.push(PatientReport {
                    pid: Some(segment),
                    ..PatientReport::default()
                });
                self.begin_request(None);
            }
            "PV1" => {
                if let Some(patient) = self.patient() {
                    patient.pv1 = Some(segment);
                }
            }
            "OBR" => {
                let time = segment.field(7).and_then(|field| field.value().bytes());
                self.begin_request(time);
            }
            "OBX" => self.observation(segment),
            "PRT" => self.participation(segment),
            _ => {}
        }
        self.patients.truncate(MAX_PATIENTS + 1);
    }

    /// Containment and time belong to one request (IHE PCD TF-2: OBX-4 is unique within an OBR).
    fn begin_request(&mut self, time: Option<&'a [u8]>) {
        self.request_time = time;
        self.containers.clear();
    }

    fn observation(&mut self, segment: Segment<'a>) {
        self.rows += 1;
        self.after_value = false;
        if self.rows > MAX_OBSERVATIONS || self.patients.len() > MAX_PATIENTS {
            self.unread = self.unread.saturating_add(1);
            return;
        }
        let row = Row::new(self.message, segment);
        if row.is_container() {
            self.containers.add(row.path(), row.time(), row.device());
            return;
        }
        let context = Context {
            received_at: self.received_at,
            zone_minutes: self.zone_minutes,
            is_device_profile: self.is_device_profile,
            inherited_time: self.inherited_time(row.path()),
            inherited_device: self.containers.device(row.path()),
        };
        self.containers.leave();
        if let Some(patient) = self.patient() {
            let before = patient.findings.observations.len();
            row.read(&context, &mut patient.findings);
            self.after_value = patient.findings.observations.len() > before;
        }
    }

    /// PRT-10 names the device of the row before (HL7 v2.7, chapter 7).
    fn participation(&mut self, segment: Segment<'a>) {
        let Some(device) = device::of(self.message, segment.field(10)) else {
            return;
        };
        if self.containers.name_last(&device) || !self.after_value {
            return;
        }
        let last = self.patients.last_mut();
        if let Some(observation) = last.and_then(|last| last.findings.observations.last_mut()) {
            observation.device.get_or_insert(device);
        }
    }

    fn inherited_time(&self, path: &[u8]) -> Option<(&'a [u8], TimeSource)> {
        let container = self
            .containers
            .time(path)
            .map(|time| (time, TimeSource::Container));
        container.or_else(|| self.request_time.map(|time| (time, TimeSource::Request)))
    }

    fn patient(&mut self) -> Option<&mut PatientReport<'a>> {
        if self.patients.is_empty() {
            self.patients.push(PatientReport::default());
        }
        if self.patients.len() > MAX_PATIENTS {
            return None;
        }
        self.patients.last_mut()
    }
}

fn is_result(message: &Message<'_>) -> bool {
    let header = message.header();
    let event = header.trigger_event();
    let structure = header.message_structure();
    header.message_code() == b"ORU"
        && (event == b"R01" || event.is_empty() || structure == b"ORU_R01")
}

/// The zone of MSH-7 holds for all times of the message that name none (HL7 v2.5.1 §2.15.9.7).
fn zone_of(message: &Message<'_>) -> Option<i16> {
    let sent = message.header().timestamp().ok()??;
    i16::try_from(sent.zone()?.offset_minutes()).ok()
}

fn is_device_profile(message: &Message<'_>) -> bool {
    let profiles = message.header().field(21);
    let written = profiles.written();
    memory_find(written, PCD_01_OID.as_bytes()) || memory_find(written, PCD_01_NAME.as_bytes())
}

fn memory_find(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

/// The profile's object identifier (IHE PCD TF-2, PCD-01).
const PCD_01_OID: &str = "1.3.6.1.4.1.19376.1.6.1.1.1";
/// Its name in older implementations.
const PCD_01_NAME: &str = "IHE_PCD_001";

#[cfg(test)]
mod tests;
