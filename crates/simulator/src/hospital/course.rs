//! The course of a stay: arrival, transfers, corrections, discharge.

use super::agenda::Plan;
use super::chance::{between, normal, percent, poisson_wait};
use super::encounter::{Encounter, EncounterId, PatientClass};
use super::messages::{adt, billing, documents, trigger};
use super::patient::{Patient, PatientId};
use super::rates::{self, per_inpatient_hour as rate};
use super::{Application, Hospital};

/// How often, in hundredths, staff take something back or a patient arrives without a name.
mod percent_of {
    pub(super) const UNIDENTIFIED: u32 = 6;
    pub(super) const ADMISSIONS_CANCELLED: u32 = 2;
    pub(super) const TRANSFERS_CANCELLED: u32 = 8;
    pub(super) const DISCHARGES_CANCELLED: u32 = 6;
    pub(super) const UPDATES_AFTER_DISCHARGE: u32 = 15;
    pub(super) const ADMISSIONS_THROUGH_EMERGENCY: u32 = 40;
}

impl Hospital {
    /// A patient who was admitted before the feed began: no admission is told.
    pub(super) fn already_here(&mut self) {
        let patient = self.somebody();
        if let Some(encounter) = self.take_bed(patient, PatientClass::Inpatient) {
            self.plan_stay(encounter, false);
        }
    }

    pub(super) fn arrival(&mut self) {
        let patient = if percent(&mut self.rng, percent_of::UNIDENTIFIED) {
            self.john_doe()
        } else {
            self.somebody()
        };
        match self.take_bed(patient, PatientClass::Inpatient) {
            Some(encounter) => self.admit(encounter),
            None => self.goes_home(patient),
        }
        let beds = f64::from(u32::try_from(self.wards.count()).unwrap_or(u32::MAX));
        let per_hour = beds * rates::ADMISSIONS_PER_BED_HOUR * self.pressure;
        self.plan_at_rate(per_hour, Plan::Arrival);
    }

    pub(super) fn identify(&mut self, id: EncounterId) {
        let Some(encounter) = self.active(id) else {
            return;
        };
        let survivor = self.somebody();
        let Some(mut doe) = self.patients.remove(&encounter.patient) else {
            return;
        };
        let merged = (
            doe.key(Application::Adt),
            doe.next_sequence(Application::Adt),
        );

        self.tell_about(
            Application::Adt,
            trigger::MERGE,
            survivor,
            None,
            Some(merged),
            |to, about| {
                adt::merge(to, about, &doe.mrn);
            },
        );
        if let Some(encounter) = self.encounters.get_mut(&id) {
            encounter.patient = survivor;
        }
    }

    pub(super) fn update_record(&mut self, id: EncounterId) {
        let Some(encounter) = self.encounters.get(&id).cloned() else {
            return;
        };
        if percent(&mut self.rng, 20)
            && let Some(patient) = self.patients.get_mut(&encounter.patient)
        {
            patient.moves_house(&mut self.rng);
        }
        self.tell(Application::Adt, trigger::UPDATE, &encounter, adt::visit);
        if encounter.is_active() {
            self.plan_at_rate(rate::RECORD_UPDATES, Plan::UpdateRecord(id));
        }
    }

    pub(super) fn transfer(&mut self, id: EncounterId) {
        let Some(mut encounter) = self.active(id) else {
            return;
        };
        self.plan_at_rate(rate::TRANSFERS, Plan::Transfer(id));
        if self.is_held(id) {
            return;
        }
        let Some(bed) = self.wards.occupy_any(id, &mut self.rng) else {
            return;
        };
        let Some(location) = self.wards.location(bed).cloned() else {
            return;
        };

        if let Some(old_bed) = encounter.bed.replace(bed) {
            self.wards.vacate(old_bed);
            encounter.previous_bed = Some(old_bed);
        }
        encounter.prior_location = Some(std::mem::replace(&mut encounter.location, location));
        self.tell(
            Application::Adt,
            trigger::TRANSFER,
            &encounter,
            adt::transfer,
        );
        self.encounters.insert(id, encounter);

        if percent(&mut self.rng, percent_of::TRANSFERS_CANCELLED) {
            self.plan_between(0.1, 1.0, Plan::CancelTransfer(id));
        }
    }

    pub(super) fn cancel_transfer(&mut self, id: EncounterId) {
        if self.is_held(id) {
            return;
        }
        let Some(mut encounter) = self.active(id) else {
            return;
        };
        let (Some(back), Some(location)) = (
            encounter.previous_bed.take(),
            encounter.prior_location.take(),
        ) else {
            return;
        };
        // Somebody else may lie there by now; then the transfer stands.
        if !self.wards.occupy(back, id) {
            return;
        }
        if let Some(bed) = encounter.bed.replace(back) {
            self.wards.vacate(bed);
        }
        encounter.prior_location = Some(std::mem::replace(&mut encounter.location, location));
        self.tell(
            Application::Adt,
            trigger::CANCEL_TRANSFER,
            &encounter,
            adt::transfer,
        );
        encounter.prior_location = None;
        self.encounters.insert(id, encounter);
    }

    pub(super) fn cancel_admission(&mut self, id: EncounterId) {
        let Some(encounter) = self.leave_bed(id) else {
            return;
        };
        self.tell(
            Application::Adt,
            trigger::CANCEL_ADMISSION,
            &encounter,
            adt::transfer,
        );
        self.plan_in(1.0, Plan::Close(id));
    }

    pub(super) fn discharge(&mut self, id: EncounterId) {
        if self.is_held(id) {
            return self.plan_in(24.0, Plan::Discharge(id));
        }
        let Some(encounter) = self.leave_bed(id) else {
            return;
        };
        self.tell(Application::Adt, trigger::DISCHARGE, &encounter, adt::visit);

        if percent(&mut self.rng, percent_of::DISCHARGES_CANCELLED) {
            self.plan_in(0.5, Plan::CancelDischarge(id));
        } else if percent(&mut self.rng, percent_of::UPDATES_AFTER_DISCHARGE) {
            self.plan_between(0.2, 6.0, Plan::UpdateRecord(id));
        }
        self.plan_in(24.0, Plan::Close(id));
    }

    pub(super) fn cancel_discharge(&mut self, id: EncounterId) {
        let Some(mut encounter) = self.encounters.get(&id).cloned() else {
            return;
        };
        let Some(bed) = encounter.previous_bed.take() else {
            return;
        };
        if encounter.is_active() || !self.wards.occupy(bed, id) {
            return;
        }
        encounter.bed = Some(bed);
        encounter.discharged = None;
        self.tell(
            Application::Adt,
            trigger::CANCEL_DISCHARGE,
            &encounter,
            adt::visit,
        );
        self.encounters.insert(id, encounter);
        self.plan_between(6.0, 48.0, Plan::Discharge(id));
    }

    pub(super) fn charge(&mut self, id: EncounterId) {
        let Some(encounter) = self.encounters.get(&id).cloned() else {
            return;
        };
        let (transaction, cents) = (self.number(), self.rng.u32(500..90_000));
        self.tell(
            Application::Billing,
            trigger::CHARGE,
            &encounter,
            |to, about| {
                billing::charge(to, about, transaction, cents);
            },
        );
        if encounter.is_active() && encounter.class == PatientClass::Inpatient {
            self.plan_at_rate(rate::CHARGES, Plan::Charge(id));
        }
    }

    pub(super) fn write_document(&mut self, id: EncounterId) {
        let Some(encounter) = self.active(id) else {
            return;
        };
        let number = self.number();
        self.tell(
            Application::Documents,
            trigger::DOCUMENT,
            &encounter,
            |to, about| {
                documents::note(to, about, number);
            },
        );
        self.plan_at_rate(rate::DOCUMENTS, Plan::WriteDocument(id));
    }

    pub(super) fn close(&mut self, id: EncounterId) {
        let over = self
            .encounters
            .get(&id)
            .is_some_and(|encounter| !encounter.is_active());
        if over && let Some(encounter) = self.encounters.remove(&id) {
            self.disconnect(id);
            self.goes_home(encounter.patient);
        }
    }

    /// The stay, unless it is over.
    pub(super) fn active(&self, id: EncounterId) -> Option<Encounter> {
        self.encounters
            .get(&id)
            .filter(|encounter| encounter.is_active())
            .cloned()
    }

    /// Plans for so many hours from now.
    pub(super) fn plan_in(&mut self, hours: f64, plan: Plan) {
        self.agenda.add(self.now.plus_hours(hours), plan);
    }

    /// Plans for some time between so many and so many hours from now.
    pub(super) fn plan_between(&mut self, low: f64, high: f64, plan: Plan) {
        let hours = between(&mut self.rng, low, high);
        self.plan_in(hours, plan);
    }

    /// Plans the next of something that happens so often an hour, weighed by the time of day.
    pub(super) fn plan_at_rate(&mut self, per_hour: f64, plan: Plan) {
        // Thinning: events at the rate of the busiest hour, of which each hour keeps its share.
        let mut at = self.now;
        loop {
            at = at.plus(poisson_wait(&mut self.rng, per_hour * rates::BUSIEST));
            if self.rng.f64() * rates::BUSIEST <= rates::diurnal(at.hour_of_day()) {
                return self.agenda.add(at, plan);
            }
        }
    }

    fn john_doe(&mut self) -> PatientId {
        let id = PatientId(self.number());
        self.patients
            .insert(id, Patient::unidentified(id, &mut self.rng));
        id
    }

    fn admit(&mut self, id: EncounterId) {
        let Some(encounter) = self.active(id) else {
            return;
        };
        if percent(&mut self.rng, percent_of::ADMISSIONS_THROUGH_EMERGENCY) {
            let registered = Encounter {
                class: PatientClass::Emergency,
                ..encounter.clone()
            };
            self.tell(Application::Adt, trigger::REGISTER, &registered, adt::visit);
        }
        self.tell(Application::Adt, trigger::ADMIT, &encounter, adt::visit);

        let unknown = self
            .patients
            .get(&encounter.patient)
            .is_some_and(|patient| patient.identity.is_none());
        if unknown {
            self.plan_between(0.5, 5.0, Plan::Identify(id));
        }
        if percent(&mut self.rng, percent_of::ADMISSIONS_CANCELLED) {
            self.plan_in(0.7, Plan::CancelAdmission(id));
        }
        self.plan_stay(id, true);
    }

    /// Everything that repeats during a stay, and its end.
    fn plan_stay(&mut self, id: EncounterId, from_the_beginning: bool) {
        let chance = normal(&mut self.rng);
        let rest = if from_the_beginning {
            rates::length_of_stay_hours(chance)
        } else {
            rates::rest_of_stay_hours(chance, self.rng.f64())
        };
        self.plan_in(rest, Plan::Discharge(id));
        self.plan_at_rate(rate::RECORD_UPDATES, Plan::UpdateRecord(id));
        self.plan_at_rate(rate::TRANSFERS, Plan::Transfer(id));
        self.plan_at_rate(rate::LABORATORY_ORDERS, Plan::OrderLaboratory(id));
        self.plan_at_rate(rate::IMAGING_ORDERS, Plan::OrderImaging(id));
        self.plan_at_rate(rate::PRESCRIPTIONS, Plan::Prescribe(id));
        self.plan_at_rate(rate::CHARGES, Plan::Charge(id));
        self.plan_at_rate(rate::DOCUMENTS, Plan::WriteDocument(id));
    }

    fn take_bed(&mut self, patient: PatientId, class: PatientClass) -> Option<EncounterId> {
        let id = EncounterId(self.number());
        let bed = self.wards.occupy_any(id, &mut self.rng)?;
        let location = self.wards.location(bed)?.clone();
        let encounter = Encounter {
            id,
            patient,
            class,
            bed: Some(bed),
            previous_bed: None,
            location,
            prior_location: None,
            attending: self.clinician(),
            admitted: self.now,
            discharged: None,
        };
        self.encounters.insert(id, encounter);
        Some(id)
    }

    /// Ends the stay and frees the bed; the bed is remembered as the previous one.
    fn leave_bed(&mut self, id: EncounterId) -> Option<Encounter> {
        let now = self.now;
        let encounter = self
            .encounters
            .get_mut(&id)
            .filter(|encounter| encounter.is_active())?;
        encounter.discharged = Some(now);
        encounter.previous_bed = encounter.bed.take();
        if let Some(bed) = encounter.previous_bed {
            self.wards.vacate(bed);
        }
        Some(encounter.clone())
    }
}
