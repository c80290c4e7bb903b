//! Let time pass: values become stale, scores incomplete, bands are told again.

use std::collections::BTreeSet;
use std::ops::Bound;

use crate::model::StayId;
use crate::service::LiveBeds;

/// Charts looked at before others may work.
const AT_ONCE: usize = 256;

impl LiveBeds {
    /// Looks at every chart of a patient in a bed. The service does this by itself twice a second.
    pub async fn tick(&self) {
        let mut after: Option<StayId> = None;
        loop {
            let mut state = self.0.state.lock().await;
            let state = &mut *state;
            let now = self.now();
            let rules = self.0.settings.rules();
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            let charts = state.charts.range_mut((from, Bound::Unbounded));
            let (mut beds, mut told, mut looked) = (BTreeSet::new(), Vec::new(), 0);
            for (stay, kept) in charts.take(AT_ONCE) {
                looked += 1;
                after = Some(*stay);
                let Some(bed) = state.census.stay(*stay).and_then(|stay| stay.bed()) else {
                    continue;
                };
                let events = kept.chart.tick(now, &rules);
                if !events.is_empty() || kept.is_due(now) {
                    beds.insert(bed.clone());
                    told.push((*stay, events));
                }
            }
            self.0.show(state, &beds, now);
            for (stay, events) in told {
                self.0.tell_score(state, stay, events, now);
            }
            if looked < AT_ONCE {
                return;
            }
        }
    }
}
