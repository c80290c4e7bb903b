//! Appointments: booked, cancelled or kept.

use super::agenda::{Appointment, Plan};
use super::chance::percent;
use super::encounter::{Encounter, EncounterId, PatientClass};
use super::messages::{adt, scheduling, trigger};
use super::rates;
use super::wards::Location;
use super::{Application, Hospital};

/// Appointments that are cancelled (SIU^S15), in hundredths.
const CANCELLED_PERCENT: u32 = 15;

impl Hospital {
    pub(super) fn booking(&mut self) {
        let patient = self.somebody();
        let wait_hours = 2.0 + 30.0 * self.rng.f64();
        let appointment = Appointment {
            number: self.number(),
            patient,
            starts: self.now.plus_hours(wait_hours),
        };
        self.tell_about(
            Application::Scheduling,
            trigger::BOOKED,
            patient,
            None,
            None,
            |to, about| scheduling::appointment(to, about, &appointment, "Booked"),
        );

        if percent(&mut self.rng, CANCELLED_PERCENT) {
            self.plan_in(wait_hours / 2.0, Plan::CancelAppointment(appointment));
        } else {
            self.plan_in(wait_hours, Plan::KeepAppointment(appointment));
        }
        let beds = f64::from(u32::try_from(self.wards.count()).unwrap_or(u32::MAX));
        self.plan_at_rate(
            beds * rates::BOOKINGS_PER_BED_HOUR * self.pressure,
            Plan::Booking,
        );
    }

    pub(super) fn cancel_appointment(&mut self, appointment: &Appointment) {
        self.tell_about(
            Application::Scheduling,
            trigger::CANCELLED,
            appointment.patient,
            None,
            None,
            |to, about| scheduling::appointment(to, about, appointment, "Cancelled"),
        );
        self.goes_home(appointment.patient);
    }

    pub(super) fn keep_appointment(&mut self, appointment: &Appointment) {
        let id = EncounterId(self.number());
        let encounter = Encounter {
            id,
            patient: appointment.patient,
            class: PatientClass::Outpatient,
            bed: None,
            previous_bed: None,
            location: Location {
                unit: "CLINIC",
                service: "MED",
                // Who waits for a physician has no room of their own.
                room: String::new(),
                bed: "",
            },
            prior_location: None,
            attending: self.clinician(),
            admitted: self.now,
            discharged: None,
        };
        self.encounters.insert(id, encounter.clone());
        self.tell(Application::Adt, trigger::REGISTER, &encounter, adt::visit);

        if percent(&mut self.rng, 50) {
            self.plan_between(0.1, 0.5, Plan::OrderLaboratory(id));
        }
        if percent(&mut self.rng, 25) {
            self.plan_between(0.1, 0.5, Plan::OrderImaging(id));
        }
        self.plan_between(0.5, 2.0, Plan::Charge(id));
        self.plan_between(1.0, 3.0, Plan::Discharge(id));
    }
}
