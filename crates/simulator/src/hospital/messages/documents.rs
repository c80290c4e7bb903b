//! Clinical notes: MDM^T02 in v2.8, one in eight with the signed PDF beside the text.

use super::{About, pdf, segments};
use crate::hospital::draft::Draft;

/// A progress note.
pub(crate) fn note(draft: &mut Draft, about: &About<'_>, number: u64) {
    segments::patient(draft, about);
    segments::visit(draft, about);
    draft
        .segment("TXA")
        .text(1, "1")
        .parts(2, &["PN", "Progress note", "HL70270"])
        .text(3, "TX")
        .text(4, &about.at.hl7())
        .text(12, &format!("DOC{number:08}"))
        .text(17, "AU");
    draft
        .segment("OBX")
        .text(1, "1")
        .text(2, "TX")
        .parts(3, &["11506-3", "Progress note", "LN"])
        .text(
            5,
            "Patient comfortable | eating & drinking.\nPlan: continue, review ^ tomorrow.",
        )
        .text(11, "F");
    if number.is_multiple_of(8) {
        pdf::attach(draft, 2, "11506-3", "Progress note", number);
    }
}
