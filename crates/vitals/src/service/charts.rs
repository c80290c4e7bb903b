//! Charts as they are kept: in memory as they are, in the store as a chart of some time and what came since.
//!
//! So a start reads no more than [`ENTRIES_PER_CHART`] entries of each patient, and writing one value costs one
//! small entry.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use crate::census::Stay;
use crate::chart::{Chart, ChartView, Rules};
use crate::freshness::State as Counts;
use crate::model::PhiText;
use crate::observation::Findings;
use crate::score::Subject;

/// Entries between two charts.
pub(crate) const ENTRIES_PER_CHART: u64 = 128;

/// What happened to a chart.
#[derive(Serialize, Deserialize)]
pub(crate) enum Entry {
    /// Values came in.
    Findings {
        /// When.
        at: UnixMillis,
        /// What.
        findings: Findings,
    },
    /// Somebody has seen the band that stands.
    Acknowledged {
        /// When.
        at: UnixMillis,
        /// Who.
        by: PhiText,
    },
}

/// A chart and what is stored of it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptChart {
    pub(crate) chart: Chart,
    /// The number of the last entry that is in the chart.
    pub(crate) last_entry: u64,
    /// The number of the last entry that is in the stored chart.
    #[serde(skip)]
    pub(crate) stored_entry: u64,
    pub(crate) acknowledged_by: Option<PhiText>,
    /// The admission that it is about.
    pub(crate) admitted_at: Option<UnixMillis>,
    /// When the next value becomes stale.
    #[serde(skip)]
    pub(crate) due: Option<UnixMillis>,
}

impl KeptChart {
    pub(crate) fn new(stay: &Stay, now: UnixMillis) -> Self {
        Self {
            chart: Chart::new(Self::subject(stay, now)),
            last_entry: 0,
            stored_entry: 0,
            acknowledged_by: None,
            admitted_at: stay.course().admitted_at,
            due: None,
        }
    }

    /// What the score must know of the patient.
    pub(crate) fn subject(stay: &Stay, now: UnixMillis) -> Subject {
        Subject {
            age_years: stay.age_years(now),
            pregnant: stay.care().is_pregnant,
            scale: stay.care().saturation_scale,
        }
    }

    /// Whether the chart should be stored whole with the next entry.
    pub(crate) fn wants_storing(&self) -> bool {
        self.last_entry.saturating_sub(self.stored_entry) >= ENTRIES_PER_CHART
    }

    /// Plays an entry that was stored.
    pub(crate) fn play(&mut self, number: u64, entry: &Entry, rules: &Rules<'_>) {
        if number <= self.last_entry {
            return;
        }
        self.last_entry = number;
        match entry {
            Entry::Findings { at, findings } => {
                self.chart.record(findings, *at, rules);
            }
            Entry::Acknowledged { at, by } => {
                self.chart.acknowledge(*at);
                self.acknowledged_by = Some(by.clone());
            }
        }
    }

    /// The chart as it is shown; notes when it will look different by itself.
    pub(crate) fn view(&mut self, now: UnixMillis, rules: &Rules<'_>) -> ChartView {
        let view = self.chart.view(now, rules);
        let fresh = view.values.iter().filter(|v| v.state == Counts::Fresh);
        let ends = fresh.map(|v| now + v.limit_ms.saturating_sub(v.age_ms) + 1);
        self.due = ends.min();
        view
    }
}
