//! Segments that more than one kind of message carries: PID and PV1.

use super::About;
use crate::hospital::application::Version;
use crate::hospital::draft::Draft;
use crate::hospital::encounter::{Clinician, Encounter};
use crate::hospital::time::VirtualTime;
use crate::hospital::wards::Location;

/// The authority that assigns medical record numbers (PID-3.4).
const AUTHORITY: &str = "SYNTHHOSP";

/// PID (HL7 v2.5.1 §3.4.2). What nobody knows of the patient stays empty.
pub(super) fn patient(draft: &mut Draft, about: &About<'_>) {
    let patient = about.patient;
    let (family, given) = patient.name(draft.charset());
    let middle = patient.identity.as_ref().map_or("", |who| who.middle);

    draft
        .segment("PID")
        .text(1, "1")
        .parts(3, &[&patient.mrn, "", "", AUTHORITY, "MR"]);
    if let Some(who) = &patient.identity
        && about.application.version() >= Version::V2_5
    {
        draft.again(&[&who.social_security, "", "", "USSSA", "SS"]);
    }
    draft.parts(5, &[family, given, middle, "", "", "", "L"]);
    if let Some(who) = &patient.identity {
        draft.text(7, &who.birth_date);
    }
    draft.text(8, patient.sex);
    if let Some(who) = &patient.identity {
        draft
            .parts(11, &[&who.street, "", who.town, "ZZ", "00000", "USA", "H"])
            .parts(13, &[&who.phone, "PRN", "PH"])
            .text(16, if who.married { "M" } else { "S" });
    }
    if let Some(encounter) = about.encounter {
        draft.parts(18, &[&encounter.account_number(), "", "", AUTHORITY, "AN"]);
    }
    // Before PID-3 could repeat for it, the social security number had PID-19.
    if let Some(who) = &patient.identity
        && about.application.version() < Version::V2_5
    {
        draft.text(19, &who.social_security);
    }
}

/// PV1 (HL7 v2.5.1 §3.4.3), if the patient is or was in the house.
pub(super) fn visit(draft: &mut Draft, about: &About<'_>) {
    let Some(encounter) = about.encounter else {
        return;
    };
    visit_from(draft, encounter, None);
}

/// PV1 with the location before this one (PV1-6), where there is one.
pub(super) fn visit_from(draft: &mut Draft, encounter: &Encounter, prior: Option<&Location>) {
    draft
        .segment("PV1")
        .text(1, "1")
        .text(2, encounter.class.code());
    location(draft, 3, &encounter.location);
    if let Some(prior) = prior {
        location(draft, 6, prior);
    }
    physician(draft, 7, encounter.attending);
    draft
        .text(10, encounter.location.service)
        .parts(19, &[&encounter.visit_number(), "", "", AUTHORITY, "VN"])
        .text(36, if encounter.is_active() { "" } else { "01" })
        .text(44, &encounter.admitted.hl7())
        .text(
            45,
            &encounter
                .discharged
                .map(VirtualTime::hl7)
                .unwrap_or_default(),
        );
}

/// XCN: number, family and given name, type of number.
pub(super) fn physician(draft: &mut Draft, field: usize, clinician: Clinician) {
    let (number, family, given) = clinician.parts();
    draft.parts(
        field,
        &[&number, family, given, "", "", "", "", "", AUTHORITY],
    );
}

/// The number that the order's placer gave it (ORC-2).
pub(super) fn placer_number(order: u64) -> String {
    format!("P{order:08}")
}

/// The number that the order's filler gave it (ORC-3): the accession number.
pub(super) fn accession_number(order: u64) -> String {
    format!("A{order:08}")
}

fn location(draft: &mut Draft, field: usize, location: &Location) {
    draft.parts(
        field,
        &[location.unit, &location.room, location.bed, AUTHORITY],
    );
}
