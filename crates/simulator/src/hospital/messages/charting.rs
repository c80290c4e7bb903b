//! What a nurse charts on a round: ORU^R01 with LOINC codes and UCUM units.

use super::{About, segments};
use crate::hospital::bedside::Vitals;
use crate::hospital::draft::Draft;

/// Temperature, consciousness and oxygen: what a monitor does not know.
pub(crate) fn round(draft: &mut Draft, about: &About<'_>, vitals: &Vitals) {
    segments::patient(draft, about);
    segments::visit(draft, about);
    draft
        .segment("OBR")
        .text(1, "1")
        .parts(4, &["85353-1", "Vital signs panel", "LN"])
        .text(7, &about.at.hl7())
        .text(25, "F");
    let (answer, text) = vitals.consciousness.answer();
    draft
        .segment("OBX")
        .text(1, "1")
        .text(2, "NM")
        .parts(3, &["8310-5", "Body temperature", "LN"])
        .text(5, &format!("{:.1}", vitals.temperature))
        .text(6, "Cel")
        .text(11, "F")
        .segment("OBX")
        .text(1, "2")
        .text(2, "CWE")
        .parts(3, &["67775-7", "Level of responsiveness", "LN"])
        .parts(5, &[answer, text, "LN"])
        .text(11, "F")
        .segment("OBX")
        .text(1, "3")
        .text(2, "NM")
        .parts(3, &["3151-8", "Inhaled oxygen flow rate", "LN"])
        .text(5, &format!("{:.0}", vitals.oxygen_flow))
        .text(6, "L/min")
        .text(11, "F");
}
