//! Messages as interfaces of hospitals write them: every house has its own dialect, and each is read by the same rules.
//!
//! They are made up after public descriptions of HL7 v2 chapters 2, 3 and 7, of IHE PCD-01 and of vendors' interfaces.

mod admissions;
mod results;

use crate::scene::House;

/// What does not fit together at a bed, in words.
fn contradictions(house: &House, bed: &str) -> Vec<String> {
    let view = house.view(bed);
    view.contradictions
        .iter()
        .map(|what| what.as_str().to_owned())
        .collect()
}

/// Who lies in a bed.
fn families(house: &House, bed: &str) -> Vec<String> {
    let view = house.view(bed);
    let names = view.occupants.iter().map(|o| &o.patient.family_name);
    names
        .map(|name| name.as_ref().unwrap().expose().to_owned())
        .collect()
}
