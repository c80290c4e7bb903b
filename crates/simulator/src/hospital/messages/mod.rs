//! What each system writes about an event: one file per kind of message, and here what all of them
//! begin and end with. Nothing here decides what happens; that is the course of the stay.

pub(crate) mod adt;
pub(crate) mod billing;
pub(crate) mod charting;
pub(crate) mod documents;
pub(crate) mod monitoring;
pub(crate) mod orders;
pub(crate) mod pdf;
pub(crate) mod pharmacy;
pub(crate) mod results;
pub(crate) mod scheduling;
mod segments;
pub(crate) mod trigger;

use super::PatientPlace;
use super::application::{Application, Version};
use super::draft::Draft;
use super::encounter::Encounter;
use super::patient::Patient;
use super::time::VirtualTime;
pub(crate) use trigger::Trigger;

/// Who and what a message is about.
pub(crate) struct About<'a> {
    pub(crate) patient: &'a Patient,
    /// Absent when the patient is not in the house.
    pub(crate) encounter: Option<&'a Encounter>,
    pub(crate) at: VirtualTime,
    pub(crate) trigger: Trigger,
    pub(crate) application: Application,
}

/// Begins a message: MSH, and EVN where the message has one.
pub(crate) fn open(about: &About<'_>, control_id: &str) -> Draft {
    let Trigger {
        message_type,
        structure,
        has_event_segment,
    } = about.trigger;
    let application = about.application;
    let (message_code, event) = message_type.split_once('^').unwrap_or((message_type, ""));
    // MSH-9.3 came with v2.3.1.
    let structure = if application.version() < Version::V2_3_1 {
        ""
    } else {
        structure
    };
    let (accept, application_ack) = application.acknowledgement().unwrap_or_default();

    let mut draft = Draft::new(application.charset());
    draft
        .text(3, application.sending_application())
        .text(4, application.sending_facility())
        .text(5, "ENGINE")
        .text(6, "SYNTHHOSP")
        .text(7, &about.at.hl7())
        .parts(9, &[message_code, event, structure])
        .text(10, control_id)
        // Training (HL7 table 0103): nobody may take this for a real patient's message.
        .text(11, "T")
        .text(12, application.version().msh_12())
        .text(15, accept)
        .text(16, application_ack)
        .text(18, application.charset().msh_18())
        .parts(21, &application.profile().unwrap_or_default());
    if has_event_segment {
        // EVN-1 was withdrawn in v2.7.
        let code = if application.version() < Version::V2_7 {
            event
        } else {
            ""
        };
        draft.segment("EVN").text(1, code).text(2, &about.at.hl7());
    }
    draft
}

/// Ends a message with its place in the story of its patient.
pub(crate) fn sign(draft: &mut Draft, place: &PatientPlace) {
    draft
        .segment("ZWL")
        .text(1, &place.key)
        .text(2, &place.sequence.to_string());
    if let Some((key, sequence)) = &place.merged {
        draft.text(3, key).text(4, &sequence.to_string());
    }
}
