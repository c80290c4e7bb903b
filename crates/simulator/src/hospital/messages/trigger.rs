//! The trigger events that the hospital tells (HL7 v2.5.1 table 0003), with their abstract message
//! structures (table 0354).

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trigger {
    /// MSH-9.1 and MSH-9.2.
    pub(crate) message_type: &'static str,
    /// MSH-9.3, empty where the sending system leaves it out.
    pub(crate) structure: &'static str,
    /// Whether EVN follows MSH.
    pub(crate) has_event_segment: bool,
}

const fn with_event(message_type: &'static str, structure: &'static str) -> Trigger {
    Trigger {
        message_type,
        structure,
        has_event_segment: true,
    }
}

const fn plain(message_type: &'static str, structure: &'static str) -> Trigger {
    Trigger {
        message_type,
        structure,
        has_event_segment: false,
    }
}

pub(crate) const ADMIT: Trigger = with_event("ADT^A01", "ADT_A01");
pub(crate) const TRANSFER: Trigger = with_event("ADT^A02", "ADT_A02");
pub(crate) const DISCHARGE: Trigger = with_event("ADT^A03", "ADT_A03");
pub(crate) const REGISTER: Trigger = with_event("ADT^A04", "ADT_A01");
pub(crate) const UPDATE: Trigger = with_event("ADT^A08", "ADT_A01");
pub(crate) const CANCEL_ADMISSION: Trigger = with_event("ADT^A11", "ADT_A09");
pub(crate) const CANCEL_TRANSFER: Trigger = with_event("ADT^A12", "ADT_A12");
pub(crate) const CANCEL_DISCHARGE: Trigger = with_event("ADT^A13", "ADT_A01");
pub(crate) const MERGE: Trigger = with_event("ADT^A40", "ADT_A39");

pub(crate) const ORDER: Trigger = plain("ORM^O01", "ORM_O01");
pub(crate) const IMAGING_ORDER: Trigger = plain("OMG^O19", "OMG_O19");
/// The laboratory's v2.3.1 system names no structure.
pub(crate) const RESULT: Trigger = plain("ORU^R01", "");
pub(crate) const RESULT_2_4: Trigger = plain("ORU^R01", "ORU_R01");
pub(crate) const DEVICE_RESULT: Trigger = plain("ORU^R01", "ORU_R01");
pub(crate) const CHARTED: Trigger = plain("ORU^R01", "ORU_R01");
pub(crate) const PRESCRIPTION: Trigger = plain("RDE^O11", "RDE_O11");
pub(crate) const BOOKED: Trigger = plain("SIU^S12", "SIU_S12");
pub(crate) const CANCELLED: Trigger = plain("SIU^S15", "SIU_S12");
pub(crate) const CHARGE: Trigger = with_event("DFT^P03", "DFT_P03");
pub(crate) const DOCUMENT: Trigger = with_event("MDM^T02", "MDM_T02");
