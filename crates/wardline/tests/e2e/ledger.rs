//! Comparing what senders had acknowledged with what partners received.

use wardline_simulator::load::Report;
use wardline_simulator::partner::Partner;

/// Every acknowledged message has arrived.
///
/// # Panics
/// When one is missing.
pub(crate) fn none_is_lost(partner: &Partner, report: &Report) {
    let (mut acknowledged, mut lost) = (0, Vec::new());
    partner.arrivals(|arrivals| {
        for id in report.acknowledged_control_ids() {
            acknowledged += 1;
            if arrivals.count_of(&id) == 0 {
                lost.push(id);
            }
        }
    });
    assert!(
        acknowledged > 0,
        "nothing was acknowledged, so nothing was tried"
    );
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
}
