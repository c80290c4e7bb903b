//! Orders and what comes of them: laboratory, imaging, medication.

use super::agenda::Plan;
use super::chance::{between, percent, pick};
use super::encounter::{EncounterId, PatientClass};
use super::messages::{orders, pharmacy, results, trigger};
use super::rates::per_inpatient_hour as rate;
use super::time::VirtualTime;
use super::{Application, Hospital};

/// A laboratory test or panel that was ordered.
#[derive(Clone, Debug)]
pub(crate) struct LabOrder {
    /// Placer (ORC-2) and filler (ORC-3) numbers are made of it.
    pub(crate) number: u64,
    pub(crate) panel: &'static results::Panel,
    pub(crate) collected: VirtualTime,
}

/// OBR-25 (HL7 table 0123).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResultStatus {
    Preliminary,
    Final,
    Corrected,
}

impl ResultStatus {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Preliminary => "P",
            Self::Final => "F",
            Self::Corrected => "C",
        }
    }
}

impl Hospital {
    pub(super) fn order_laboratory(&mut self, id: EncounterId) {
        let Some(encounter) = self.active(id) else {
            return;
        };
        let order = LabOrder {
            number: self.number(),
            panel: pick(&mut self.rng, &results::PANELS),
            collected: self.now,
        };
        let urgent = percent(&mut self.rng, 15);
        self.tell(
            Application::Orders,
            trigger::ORDER,
            &encounter,
            |to, about| {
                orders::laboratory(to, about, &order, urgent);
            },
        );

        let first = if percent(&mut self.rng, 55) {
            ResultStatus::Preliminary
        } else {
            ResultStatus::Final
        };
        self.plan_between(0.3, 2.0, Plan::ReportLaboratory(id, order, first));
        if encounter.class == PatientClass::Inpatient {
            self.plan_at_rate(rate::LABORATORY_ORDERS, Plan::OrderLaboratory(id));
        }
    }

    pub(super) fn report_laboratory(
        &mut self,
        id: EncounterId,
        order: &LabOrder,
        status: ResultStatus,
    ) {
        let Some(encounter) = self.encounters.get(&id).cloned() else {
            return;
        };
        let values: Vec<f64> = order
            .panel
            .analytes
            .iter()
            .map(|analyte| analyte.measured(&mut self.rng))
            .collect();
        self.tell(
            Application::Laboratory,
            trigger::RESULT,
            &encounter,
            |to, about| {
                results::laboratory(to, about, order, status, &values);
            },
        );

        let order = order.clone();
        if status == ResultStatus::Preliminary {
            self.plan_between(
                0.3,
                3.0,
                Plan::ReportLaboratory(id, order, ResultStatus::Final),
            );
        } else if status == ResultStatus::Final && percent(&mut self.rng, 2) {
            self.plan_between(
                0.5,
                4.0,
                Plan::ReportLaboratory(id, order, ResultStatus::Corrected),
            );
        }
    }

    pub(super) fn order_imaging(&mut self, id: EncounterId) {
        let Some(encounter) = self.active(id) else {
            return;
        };
        let number = self.number();
        self.tell(
            Application::Orders,
            trigger::IMAGING_ORDER,
            &encounter,
            |to, about| {
                orders::imaging(to, about, number);
            },
        );
        self.plan_between(0.5, 5.0, Plan::ReportImaging(id, number));
        if encounter.class == PatientClass::Inpatient {
            self.plan_at_rate(rate::IMAGING_ORDERS, Plan::OrderImaging(id));
        }
    }

    pub(super) fn report_imaging(&mut self, id: EncounterId, number: u64) {
        let Some(encounter) = self.encounters.get(&id).cloned() else {
            return;
        };
        self.tell(
            Application::Radiology,
            trigger::RESULT_2_4,
            &encounter,
            |to, about| {
                results::imaging(to, about, number);
            },
        );
    }

    pub(super) fn prescribe(&mut self, id: EncounterId) {
        let Some(encounter) = self.active(id) else {
            return;
        };
        let (number, drug) = (self.number(), pick(&mut self.rng, &pharmacy::DRUGS));
        self.tell(
            Application::Pharmacy,
            trigger::PRESCRIPTION,
            &encounter,
            |to, about| {
                pharmacy::prescription(to, about, number, &drug);
            },
        );
        self.plan_at_rate(rate::PRESCRIPTIONS, Plan::Prescribe(id));
    }
}

impl results::Analyte {
    /// A value around the middle of the reference range, outside it about one time in ten.
    fn measured(&self, rng: &mut fastrand::Rng) -> f64 {
        let width = self.high - self.low;
        let margin = if percent(rng, 20) {
            0.5 * width
        } else {
            -0.05 * width
        };
        between(rng, (self.low - margin).max(0.0), self.high + margin)
    }
}
