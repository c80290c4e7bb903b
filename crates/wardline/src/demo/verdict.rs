//! Was anything lost, did anything come in the wrong order?

use std::time::Duration;

use tokio::time::{Instant, sleep};
use wardline_simulator::partner::Partner;
use wardline_simulator::sender::Traffic;

/// How long what was acknowledged may take to arrive once the hospital is silent.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was acknowledged against what arrived at the partner that gets everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) acknowledged: usize,
    pub(super) missing: usize,
    /// At all partners.
    pub(super) out_of_order: u64,
    /// At all partners; the protocol leaves no choice when an answer is lost.
    pub(super) repeated: u64,
}

impl Verdict {
    pub(super) fn is_good(&self) -> bool {
        self.missing == 0 && self.out_of_order == 0
    }
}

/// Waits until everything has arrived, or as long as patience lasts.
pub(super) async fn reach(traffic: &Traffic, partners: &[Partner; 2]) -> Verdict {
    let acknowledged = traffic.acknowledged_control_ids();
    let deadline = Instant::now() + PATIENCE;
    let missing = loop {
        let missing = partners[0].arrivals(|arrivals| {
            acknowledged
                .iter()
                .filter(|id| arrivals.count_of(id) == 0)
                .count()
        });
        if missing == 0 || Instant::now() > deadline {
            break missing;
        }
        sleep(Duration::from_millis(200)).await;
    };
    let summaries = partners.each_ref().map(Partner::summary);
    Verdict {
        acknowledged: acknowledged.len(),
        missing,
        out_of_order: summaries.iter().map(|summary| summary.inversions).sum(),
        repeated: summaries.iter().map(|summary| summary.duplicates).sum(),
    }
}
