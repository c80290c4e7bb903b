//! The synthetic hospital: a model of wards, patients and their courses that tells its story in HL7
//! v2 messages. It does no I/O and has no clock but its own; the same seed tells the same story.
//!
//! Every message ends with a synthetic segment so that an observer can check order and loss:
//! `ZWL|<patient key>|<sequence>[|<prior patient key>|<sequence>]`. The key names the sending
//! application and the patient, the sequence counts that application's messages about that patient
//! from 1. A merge (ADT^A40) counts in both patients' sequences. The control id (MSH-10) is
//! `<application>-<seed>-<number>` and never repeats.
//!
//! Start reading at [`Hospital::next_event`]; `course` holds what happens during a stay.

mod agenda;
mod application;
mod bedside;
mod chance;
mod course;
mod draft;
mod encounter;
mod messages;
mod names;
mod orders;
mod outpatients;
mod patient;
mod rates;
#[cfg(test)]
mod tests;
mod time;
mod wards;

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use fastrand::Rng;

use agenda::{Agenda, Plan};
pub use application::Application;
use bedside::{Bedside, ShownClock};
pub use bedside::{BedsideOptions, EVERY};
use draft::Draft;
use encounter::{Clinician, Encounter, EncounterId};
use messages::{About, Trigger};
use patient::{Patient, PatientId};
pub use time::VirtualTime;
use wards::Wards;

/// Fewest and most beds of a hospital.
pub const BEDS: std::ops::RangeInclusive<u32> = 1..=10_000;

/// One message of the hospital.
#[derive(Clone)]
pub struct Event {
    /// When it happened, by the hospital's clock.
    pub at: VirtualTime,
    /// Which system tells it.
    pub application: Application,
    /// MSH-9 without the structure: `ADT^A01`.
    pub message_type: &'static str,
    /// MSH-10.
    pub control_id: String,
    /// ZWL-1 and ZWL-2, and for a merge ZWL-3 and ZWL-4.
    pub place: PatientPlace,
    /// The message, without MLLP framing.
    pub bytes: Bytes,
}

/// Where a message stands in the story of its patient, as one application tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientPlace {
    /// Names the application and the patient.
    pub key: String,
    /// Counts from 1.
    pub sequence: u64,
    /// The patient that was merged into this one, and the place in that one's story.
    pub merged: Option<(String, u64)>,
}

/// The hospital. It never runs out of events.
pub struct Hospital {
    seed: u64,
    rng: Rng,
    now: VirtualTime,
    agenda: Agenda,
    wards: Wards,
    patients: BTreeMap<PatientId, Patient>,
    /// Patients outside the house who may come back, the longest gone first.
    known: VecDeque<PatientId>,
    encounters: BTreeMap<EncounterId, Encounter>,
    /// Numbers handed out: patients, encounters, orders, and messages for each application.
    last_number: u64,
    sent: [u64; Application::ALL.len()],
    /// Weight on admissions and bookings: 1 on a normal day.
    pressure: f64,
    bedside: Option<Bedside>,
    shown_clock: Option<ShownClock>,
    told: VecDeque<Event>,
}

impl Hospital {
    /// A hospital with so many beds ([`BEDS`], clamped), most of them taken, on a Monday morning.
    pub fn new(seed: u64, beds: u32) -> Self {
        Self::starting_at(seed, beds, VirtualTime::DEFAULT_START)
    }

    /// The same, at another moment.
    pub fn starting_at(seed: u64, beds: u32, start: VirtualTime) -> Self {
        let mut hospital = Self {
            seed,
            rng: Rng::with_seed(seed),
            now: start,
            agenda: Agenda::default(),
            wards: Wards::new(beds.clamp(*BEDS.start(), *BEDS.end())),
            patients: BTreeMap::new(),
            known: VecDeque::new(),
            encounters: BTreeMap::new(),
            last_number: 0,
            sent: [0; Application::ALL.len()],
            pressure: 1.0,
            bedside: None,
            shown_clock: None,
            told: VecDeque::new(),
        };
        hospital.open_doors();
        hospital
    }

    /// The next message, in the order of the hospital's clock.
    pub fn next_event(&mut self) -> Event {
        loop {
            if let Some(event) = self.told.pop_front() {
                return event;
            }
            match self.agenda.next() {
                Some((at, plan)) => {
                    self.now = at;
                    self.carry_out(plan);
                }
                // The doors plan the next arrival at each arrival, so this is the first call only.
                None => self.open_doors(),
            }
        }
    }

    /// Lets so many times more people come than on a normal day (0.01 to 100).
    pub fn set_pressure(&mut self, pressure: f64) {
        self.pressure = if pressure.is_finite() {
            pressure.clamp(0.01, 100.0)
        } else {
            1.0
        };
    }

    /// The hospital's clock.
    pub fn now(&self) -> VirtualTime {
        self.now
    }

    /// Beds taken, and beds in all.
    pub fn occupancy(&self) -> (usize, usize) {
        (self.wards.occupied(), self.wards.count())
    }

    fn open_doors(&mut self) {
        for _ in 0..self.wards.count() * rates::OCCUPANCY_PERCENT / 100 {
            self.already_here();
        }
        self.agenda.add(self.now, Plan::Arrival);
        self.agenda.add(self.now, Plan::Booking);
    }

    fn carry_out(&mut self, plan: Plan) {
        match plan {
            Plan::Arrival => self.arrival(),
            Plan::Booking => self.booking(),
            Plan::CancelAppointment(appointment) => self.cancel_appointment(&appointment),
            Plan::KeepAppointment(appointment) => self.keep_appointment(&appointment),
            Plan::Identify(encounter) => self.identify(encounter),
            Plan::UpdateRecord(encounter) => self.update_record(encounter),
            Plan::Transfer(encounter) => self.transfer(encounter),
            Plan::CancelTransfer(encounter) => self.cancel_transfer(encounter),
            Plan::CancelAdmission(encounter) => self.cancel_admission(encounter),
            Plan::Discharge(encounter) => self.discharge(encounter),
            Plan::CancelDischarge(encounter) => self.cancel_discharge(encounter),
            Plan::OrderLaboratory(encounter) => self.order_laboratory(encounter),
            Plan::ReportLaboratory(encounter, order, status) => {
                self.report_laboratory(encounter, &order, status);
            }
            Plan::OrderImaging(encounter) => self.order_imaging(encounter),
            Plan::ReportImaging(encounter, number) => self.report_imaging(encounter, number),
            Plan::Prescribe(encounter) => self.prescribe(encounter),
            Plan::Charge(encounter) => self.charge(encounter),
            Plan::WriteDocument(encounter) => self.write_document(encounter),
            Plan::Measure(bed) => self.measure(bed),
            Plan::Close(encounter) => self.close(encounter),
        }
    }

    /// Tells one thing about a stay.
    fn tell(
        &mut self,
        application: Application,
        trigger: Trigger,
        encounter: &Encounter,
        write: impl FnOnce(&mut Draft, &About<'_>),
    ) {
        self.tell_about(
            application,
            trigger,
            encounter.patient,
            Some(encounter),
            None,
            write,
        );
    }

    /// Tells one thing about a patient.
    fn tell_about(
        &mut self,
        application: Application,
        trigger: Trigger,
        patient: PatientId,
        encounter: Option<&Encounter>,
        merged: Option<(String, u64)>,
        write: impl FnOnce(&mut Draft, &About<'_>),
    ) {
        let at = self.time_told(application);
        let Some(patient) = self.patients.get_mut(&patient) else {
            return;
        };
        let number = self.sent.get_mut(application.index()).map_or(0, |sent| {
            *sent += 1;
            *sent
        });
        let control_id = format!("{}-{}-{number:08}", application.tag(), self.seed);
        let place = PatientPlace {
            key: patient.key(application),
            sequence: patient.next_sequence(application),
            merged,
        };
        let about = About {
            patient,
            encounter,
            at,
            trigger,
            application,
        };

        let mut draft = messages::open(&about, &control_id);
        write(&mut draft, &about);
        messages::sign(&mut draft, &place);

        self.told.push_back(Event {
            at: self.now,
            application,
            message_type: trigger.message_type,
            control_id,
            place,
            bytes: Bytes::from(draft.finish()),
        });
    }

    /// Somebody who comes to the hospital, new to it or not.
    fn somebody(&mut self) -> PatientId {
        if chance::percent(&mut self.rng, 30) && !self.known.is_empty() {
            let place = self.rng.usize(..self.known.len());
            if let Some(patient) = self.known.swap_remove_back(place) {
                return patient;
            }
        }
        let id = PatientId(self.number());
        let patient = Patient::registered(id, self.now, &mut self.rng);
        self.patients.insert(id, patient);
        id
    }

    /// The patient goes home, and is forgotten when too many others have left since.
    fn goes_home(&mut self, patient: PatientId) {
        let remembered = 100 + 20 * self.wards.count();
        self.known.push_back(patient);
        while self.known.len() > remembered {
            if let Some(forgotten) = self.known.pop_front() {
                self.patients.remove(&forgotten);
            }
        }
    }

    fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn clinician(&mut self) -> Clinician {
        Clinician(self.rng.u32(..40))
    }
}

/// Says nothing of the patient.
impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Event")
            .field("control_id", &self.control_id)
            .field("message_type", &self.message_type)
            .field("length_bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}
