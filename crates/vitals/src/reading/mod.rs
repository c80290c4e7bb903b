//! Vital signs from result messages (ORU^R01).
//!
//! Two kinds are read by one path: what devices send (IHE PCD-01: codes of ISO/IEEE 11073-10101, containment in
//! OBX-4), and what people or systems chart (LOINC). What cannot be read becomes a
//! [`SetApart`] with its reason; a message is refused only when it is no result at
//! all. Whose bed it belongs to is not decided here: PID and PV1 are handed on as they stand.

mod answers;
mod codes;
mod containers;
mod device;
mod given;
mod mdil;
mod row;
mod times;

use std::collections::{BTreeMap, BTreeSet};

use wardline_hl7::{Message, Segment};
use wardline_kernel::UnixMillis;

use crate::observation::{
    Findings, Method, Observation, Parameter, Reason, SetApart, Source, TimeSource,
};
use containers::Containers;
use row::{Context, Row};

pub use given::{Given, read_given};
pub use times::{MAX_AHEAD_MS, MAX_BEHIND_MS};
pub use wardline_kernel::LocalZone;

/// OBX segments read of one message; a monitor with everything attached sends fewer than 200.
pub const MAX_OBSERVATIONS: usize = 2_000;
/// Patients read of one message.
pub const MAX_PATIENTS: usize = 64;

/// How to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// When the message came in.
    pub received_at: UnixMillis,
    /// The zone of times that name none, when MSH-7 names none either.
    pub zone: LocalZone,
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
    /// Codes of devices that mean nothing here, as `MDIL 0401-0b54`. Digits alone, so that nothing of a patient is in them.
    pub unknown_codes: BTreeSet<String>,
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
        zone: zone_of(message).unwrap_or_else(|| options.zone.clone()),
        is_device_profile: is_device_profile(message),
        patients: Vec::new(),
        containers: Containers::default(),
        channels: BTreeMap::new(),
        request_time: None,
        rows: 0,
        after_value: false,
        unread: 0,
        unknown_codes: BTreeSet::new(),
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
        unknown_codes: reader.unknown_codes,
    })
}

struct Reader<'m, 'a> {
    message: &'m Message<'a>,
    received_at: UnixMillis,
    zone: LocalZone,
    is_device_profile: bool,
    patients: Vec<PatientReport<'a>>,
    containers: Containers<'a>,
    /// OBX-4 of what a device measured first, of this request.
    channels: BTreeMap<(Parameter, Method), &'a [u8]>,
    /// OBR-7 as it is written.
    request_time: Option<&'a [u8]>,
    rows: usize,
    /// The row before was read as a value.
    after_value: bool,
    unread: u32,
    unknown_codes: BTreeSet<String>,
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
                let time = segment.field(7).and_then(times::written);
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
        self.channels.clear();
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
        let mut findings = Findings::default();
        let context = Context {
            received_at: self.received_at,
            zone: &self.zone,
            is_device_profile: self.is_device_profile,
            inherited_time: self.inherited_time(row.path()),
            inherited_device: self.containers.device(row.path()),
        };
        row.read(&context, &mut findings);
        self.unknown_codes.extend(row.unknown_code());
        self.containers.leave();
        self.first_channel_counts(row.path(), &mut findings);
        self.after_value = !findings.observations.is_empty();
        if let Some(patient) = self.patient() {
            patient.findings.add(findings);
        }
    }

    /// A device with two probes sends one code twice, told apart by OBX-4 alone: T1 may be in the body and T2 on the
    /// skin. Neither corrects the other, and the later one must not take the place of the first.
    fn first_channel_counts(&mut self, path: &'a [u8], findings: &mut Findings) {
        let is_of_device = |value: &&Observation| value.source == Source::Device;
        let Some(value) = findings.observations.first().filter(is_of_device) else {
            return;
        };
        if !path.contains(&b'.') {
            return;
        }
        let first = self
            .channels
            .entry((value.parameter, value.method))
            .or_insert(path);
        if *first != path {
            let apart = SetApart::of(value, Reason::OtherChannel);
            findings.observations.clear();
            findings.apart.push(apart);
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
fn zone_of(message: &Message<'_>) -> Option<LocalZone> {
    let sent = message.header().timestamp().ok()??;
    Some(LocalZone::fixed(sent.zone()?.offset_minutes()))
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
