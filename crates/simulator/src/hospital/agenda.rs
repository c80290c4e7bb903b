//! What is planned, soonest first; of two plans for the same moment the older one comes first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::encounter::EncounterId;
use super::orders::{LabOrder, ResultStatus};
use super::patient::PatientId;
use super::time::VirtualTime;
use super::wards::BedId;

/// A thing to do at a moment.
#[derive(Clone, Debug)]
pub(crate) enum Plan {
    /// Somebody comes to be admitted.
    Arrival,
    /// Somebody books an appointment.
    Booking,
    /// An appointment is cancelled, or kept.
    CancelAppointment(Appointment),
    KeepAppointment(Appointment),
    /// The unidentified patient's own record has been found.
    Identify(EncounterId),
    UpdateRecord(EncounterId),
    Transfer(EncounterId),
    CancelTransfer(EncounterId),
    CancelAdmission(EncounterId),
    Discharge(EncounterId),
    CancelDischarge(EncounterId),
    OrderLaboratory(EncounterId),
    ReportLaboratory(EncounterId, LabOrder, ResultStatus),
    OrderImaging(EncounterId),
    ReportImaging(EncounterId, u64),
    Prescribe(EncounterId),
    Charge(EncounterId),
    WriteDocument(EncounterId),
    /// The monitor of this bed sends.
    Measure(BedId),
    /// Nothing more will be said about this stay.
    Close(EncounterId),
}

/// A booked appointment.
#[derive(Clone, Debug)]
pub(crate) struct Appointment {
    pub(crate) number: u64,
    pub(crate) patient: PatientId,
    pub(crate) starts: VirtualTime,
}

#[derive(Default)]
pub(crate) struct Agenda {
    plans: BinaryHeap<Reverse<Entry>>,
    added: u64,
}

struct Entry {
    at: VirtualTime,
    number: u64,
    plan: Plan,
}

impl Agenda {
    pub(crate) fn add(&mut self, at: VirtualTime, plan: Plan) {
        self.added += 1;
        self.plans.push(Reverse(Entry {
            at,
            number: self.added,
            plan,
        }));
    }

    pub(crate) fn next(&mut self) -> Option<(VirtualTime, Plan)> {
        self.plans
            .pop()
            .map(|Reverse(entry)| (entry.at, entry.plan))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}
