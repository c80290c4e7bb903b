//! Charges: DFT^P03 in v2.3, whose FT1 has no fields beyond 22.

use super::{About, segments};
use crate::hospital::draft::Draft;

/// One charge for the visit.
pub(crate) fn charge(draft: &mut Draft, about: &About<'_>, transaction: u64, cents: u32) {
    segments::patient(draft, about);
    segments::visit(draft, about);
    draft
        .segment("FT1")
        .text(1, "1")
        .text(2, &format!("T{transaction:09}"))
        .text(4, &about.at.hl7_date())
        .text(5, &about.at.hl7_date())
        .text(6, "CG")
        .parts(7, &["99231", "Subsequent hospital care", "C4"])
        .text(10, "1")
        .text(11, &format!("{}.{:02}", cents / 100, cents % 100));
}
