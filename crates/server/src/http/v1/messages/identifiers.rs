//! The numbers that a message can be found by.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_hl7::Message;
use wardline_phi::mask::{self, Reveal};

/// Numbers shown of each kind at most.
const MOST: usize = 50;

/// The numbers that a message can be found by. Masked, they show that there is one, and of a control id the end.
#[derive(Serialize, ToSchema)]
pub(super) struct Identifiers {
    /// MSH-10.
    control_id: String,
    /// The patients' numbers (PID-3, MRG-1), without assigning authority.
    patients: Vec<String>,
    /// PV1-19.
    #[serde(skip_serializing_if = "Option::is_none")]
    visit: Option<String>,
    /// Order and accession numbers (ORC-2, ORC-3, OBR-2, OBR-3, OBR-18).
    accessions: Vec<String>,
}

impl Identifiers {
    pub(super) fn of(message: &Message<'_>, masked: bool) -> Self {
        let shown = |number: &[u8], reveal: Reveal| {
            let text = message.decode(number);
            if masked {
                mask::identifier(&text, reveal).into()
            } else {
                text.into_owned()
            }
        };
        let routing = message.routing();
        let patients = routing.patients().chain(routing.merged_patients());
        let mut accessions: Vec<&[u8]> = routing
            .order_numbers()
            .map(|order| order.identifier.id)
            .collect();
        accessions.sort_unstable();
        accessions.dedup();
        Self {
            control_id: shown(message.header().control_id(), Reveal::LastTwo),
            patients: patients
                .take(MOST)
                .map(|p| shown(p.id, Reveal::Nothing))
                .collect(),
            visit: routing
                .visit()
                .map(|visit| shown(visit.id, Reveal::Nothing)),
            accessions: accessions
                .iter()
                .take(MOST)
                .map(|n| shown(n, Reveal::Nothing))
                .collect(),
        }
    }
}
