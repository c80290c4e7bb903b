//! Prescriptions: RDE^O11 in v2.6.

use super::{About, segments};
use crate::hospital::draft::Draft;

/// A drug as it is ordered: RxNorm code and name, dose and unit, form, route (table 0162), times a day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drug {
    code: &'static str,
    name: &'static str,
    dose: (&'static str, &'static str),
    form: &'static str,
    route: &'static str,
    frequency: &'static str,
}

const fn drug(
    (code, name): (&'static str, &'static str),
    dose: (&'static str, &'static str),
    form: &'static str,
    route: &'static str,
    frequency: &'static str,
) -> Drug {
    Drug {
        code,
        name,
        dose,
        form,
        route,
        frequency,
    }
}

/// All that this pharmacy has.
pub(crate) const DRUGS: [Drug; 5] = [
    drug(
        ("313782", "Acetaminophen 325 MG Oral Tablet"),
        ("650", "mg"),
        "TAB",
        "PO",
        "Q6H",
    ),
    drug(
        ("308182", "Amoxicillin 250 MG Oral Capsule"),
        ("500", "mg"),
        "CAP",
        "PO",
        "TID",
    ),
    drug(
        ("310429", "Furosemide 20 MG Oral Tablet"),
        ("20", "mg"),
        "TAB",
        "PO",
        "QD",
    ),
    drug(
        ("854235", "Enoxaparin sodium 100 MG/ML"),
        ("40", "mg"),
        "SYR",
        "SC",
        "QD",
    ),
    drug(
        ("1807634", "Sodium chloride 9 MG/ML Injection"),
        ("1000", "mL"),
        "BAG",
        "IV",
        "Q8H",
    ),
];

/// A drug is prescribed.
pub(crate) fn prescription(draft: &mut Draft, about: &About<'_>, order: u64, drug: &Drug) {
    segments::patient(draft, about);
    segments::visit(draft, about);
    draft
        .segment("ORC")
        .text(1, "NW")
        .text(2, &segments::placer_number(order))
        .text(9, &about.at.hl7());
    if let Some(encounter) = about.encounter {
        segments::physician(draft, 12, encounter.attending);
    }
    draft
        .segment("RXE")
        .parts(2, &[drug.code, drug.name, "RXNORM"])
        .text(3, drug.dose.0)
        .parts(5, &[drug.dose.1, "", "UCUM"])
        .parts(6, &[drug.form])
        .parts(7, &["", "Give with water & food\nStop if rash"]);
    draft
        .segment("TQ1")
        .text(1, "1")
        .parts(3, &[drug.frequency])
        .text(7, &about.at.hl7());
    draft.segment("RXR").parts(1, &[drug.route, "", "HL70162"]);
}
