//! Orders: ORM^O01 for the laboratory, OMG^O19 for imaging, both v2.5.

use super::results::{IMAGING_CODE, IMAGING_NAME};
use super::{About, segments};
use crate::hospital::draft::Draft;
use crate::hospital::orders::LabOrder;

/// A laboratory test is asked for.
pub(crate) fn laboratory(draft: &mut Draft, about: &About<'_>, order: &LabOrder, urgent: bool) {
    segments::patient(draft, about);
    segments::visit(draft, about);
    common_order(draft, about, order.number);
    draft
        .segment("OBR")
        .text(1, "1")
        .text(2, &segments::placer_number(order.number))
        .parts(4, &[order.panel.code, order.panel.name, "LN"])
        .text(7, &order.collected.hl7());
    ordering_physician(draft, about);
    draft.parts(27, &["", "", "", "", "", if urgent { "S" } else { "R" }]);
    if urgent {
        draft
            .segment("NTE")
            .text(1, "1")
            .text(3, "Urgent: please call the ward with the result");
    }
}

/// A picture is asked for.
pub(crate) fn imaging(draft: &mut Draft, about: &About<'_>, order: u64) {
    segments::patient(draft, about);
    segments::visit(draft, about);
    common_order(draft, about, order);
    draft
        .segment("TQ1")
        .text(1, "1")
        .text(7, &about.at.hl7())
        .parts(9, &["R", "", "HL70485"]);
    draft
        .segment("OBR")
        .text(1, "1")
        .text(2, &segments::placer_number(order))
        .parts(4, &[IMAGING_CODE, IMAGING_NAME, "LN"]);
    ordering_physician(draft, about);
    draft.parts(31, &["", "Cough & fever > 3 days"]);
}

/// ORC: a new order.
fn common_order(draft: &mut Draft, about: &About<'_>, order: u64) {
    draft
        .segment("ORC")
        .text(1, "NW")
        .text(2, &segments::placer_number(order))
        .text(5, "SC")
        .text(9, &about.at.hl7());
    if let Some(encounter) = about.encounter {
        segments::physician(draft, 12, encounter.attending);
    }
}

fn ordering_physician(draft: &mut Draft, about: &About<'_>) {
    if let Some(encounter) = about.encounter {
        segments::physician(draft, 16, encounter.attending);
    }
}
