//! Admission, discharge and transfer (HL7 v2.5.1 chapter 3).

use super::{About, segments};
use crate::hospital::draft::Draft;
use crate::hospital::encounter::PatientClass;

/// Allergies that a patient may report: code, name, severity (table 0128), reaction.
const ALLERGIES: [(&str, &str, &str, &str); 4] = [
    ("7980", "Penicillin", "SV", "Hives & swelling"),
    ("1191", "Aspirin", "MI", "Wheezing"),
    ("LATEX", "Latex", "MO", "Contact dermatitis"),
    ("2670", "Codeine", "MO", "Nausea"),
];

/// Reasons to be here: ICD-10-CM code and name.
const DIAGNOSES: [(&str, &str); 6] = [
    ("J18.9", "Pneumonia, unspecified organism"),
    ("I50.9", "Heart failure, unspecified"),
    (
        "S72.001A",
        "Fracture of unspecified part of neck of right femur",
    ),
    ("K35.80", "Unspecified acute appendicitis"),
    ("I63.9", "Cerebral infarction, unspecified"),
    ("N39.0", "Urinary tract infection, site not specified"),
];

/// A visit as registration knows it (A01, A03, A04, A08, A13).
pub(crate) fn visit(draft: &mut Draft, about: &About<'_>) {
    let Some(encounter) = about.encounter else {
        return;
    };
    segments::patient(draft, about);
    if let Some(who) = &about.patient.identity {
        let (family, _) = about.patient.name(draft.charset());
        draft
            .segment("NK1")
            .text(1, "1")
            .parts(2, &[family, "Kin", "", "", "", "", "L"])
            .parts(3, &[if who.married { "SPO" } else { "FND" }, "", "HL70063"])
            .parts(4, &[&who.street, "", who.town, "ZZ", "00000", "USA"])
            .parts(5, &[&who.phone, "PRN", "PH"]);
    }
    segments::visit_from(draft, encounter, None);
    if about.trigger == super::trigger::CANCEL_DISCHARGE {
        // Null, not empty: the time of discharge that was told before is deleted (§2.5.3).
        draft.text(45, "\"\"");
    }
    if encounter.class == PatientClass::Outpatient {
        return;
    }
    let allergy = encounter.id.0 % 7;
    if let Some((code, name, severity, reaction)) = at(&ALLERGIES, allergy) {
        draft
            .segment("AL1")
            .text(1, "1")
            .parts(2, &["DA", "", "HL70127"])
            .parts(3, &[code, name, "RXNORM"])
            .text(4, severity)
            .text(5, reaction);
    }
    if let Some((code, name)) = at(&DIAGNOSES, encounter.id.0 % 6) {
        draft
            .segment("DG1")
            .text(1, "1")
            .parts(3, &[code, name, "I10"])
            .text(5, &encounter.admitted.hl7())
            .text(6, "A");
    }
    draft
        .segment("IN1")
        .text(1, "1")
        .parts(2, &["SYNPPO", "Synthetic PPO"])
        .text(3, "SYN01")
        .text(4, "Synthetic Mutual & Sons")
        .text(36, &format!("SYN{:09}", about.patient.id.0));
}

/// A visit and where the patient was before (A02, A11, A12).
pub(crate) fn transfer(draft: &mut Draft, about: &About<'_>) {
    let Some(encounter) = about.encounter else {
        return;
    };
    segments::patient(draft, about);
    segments::visit_from(draft, encounter, encounter.prior_location.as_ref());
}

/// The record of `prior_mrn` becomes part of this patient's (A40, §3.3.40).
pub(crate) fn merge(draft: &mut Draft, about: &About<'_>, prior_mrn: &str) {
    segments::patient(draft, about);
    draft
        .segment("MRG")
        .parts(1, &[prior_mrn, "", "", "SYNTHHOSP", "MR"]);
}

fn at<T: Copy>(list: &[T], place: u64) -> Option<T> {
    usize::try_from(place)
        .ok()
        .and_then(|place| list.get(place))
        .copied()
}
