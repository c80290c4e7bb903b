//! Appointments: SIU^S12 and SIU^S15 in v2.7.

use super::{About, segments};
use crate::hospital::agenda::Appointment;
use crate::hospital::draft::Draft;
use crate::hospital::encounter::Clinician;

/// An appointment and its state (SCH-25, table 0278).
pub(crate) fn appointment(
    draft: &mut Draft,
    about: &About<'_>,
    appointment: &Appointment,
    status: &str,
) {
    let starts = appointment.starts.hl7();
    draft
        .segment("SCH")
        .text(1, &format!("AP{:08}", appointment.number))
        .text(2, &format!("AF{:08}", appointment.number))
        .parts(6, &["ROUTINE", "Routine visit", "HL70276"]);
    segments::physician(draft, 16, Clinician(0));
    draft.parts(25, &[status, "", "HL70278"]);
    draft.segment("TQ1").text(1, "1").text(7, &starts);
    segments::patient(draft, about);
    draft.segment("RGS").text(1, "1").text(2, "A");
    draft
        .segment("AIS")
        .text(1, "1")
        .text(2, "A")
        .parts(3, &["CONSULT", "Consultation", "L"])
        .text(4, &starts)
        .text(7, "30")
        .parts(8, &["min", "", "UCUM"])
        .parts(10, &[status, "", "HL70278"]);
}
