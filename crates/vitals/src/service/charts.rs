//! Charts as they are kept: in memory as they are, in the store as a chart of some time and what came since.
//!
//! So a start reads no more than [`ENTRIES_PER_CHART`] entries of each patient, and writing one value costs one
//! small entry.

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use super::told::{Told, ToldKind};
use crate::census::Stay;
use crate::chart::{Chart, ChartView, Recorded, Rules};
use crate::freshness::{State as Counts, is_ahead};
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
    pub(crate) told: Told,
    /// The admission that it is about.
    pub(crate) admitted_at: Option<UnixMillis>,
    /// When the next value becomes stale.
    #[serde(skip)]
    due: Option<UnixMillis>,
    /// When it was shown last.
    #[serde(skip)]
    shown_at: UnixMillis,
}

impl KeptChart {
    pub(crate) fn new(stay: &Stay, now: UnixMillis) -> Self {
        Self {
            chart: Chart::new(Self::subject(stay, now)),
            last_entry: 0,
            stored_entry: 0,
            acknowledged_by: None,
            told: Told::default(),
            admitted_at: stay.course().admitted_at,
            due: None,
            shown_at: 0,
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
                self.record(findings, *at, rules);
            }
            Entry::Acknowledged { at, by } => {
                self.acknowledge(*at, by.clone());
            }
        }
    }

    /// Takes values, and notes what is to be told.
    pub(crate) fn record(
        &mut self,
        findings: &Findings,
        at: UnixMillis,
        rules: &Rules<'_>,
    ) -> Recorded {
        let recorded = self.chart.record(findings, at, rules);
        self.told.changes(at, &recorded.events);
        recorded
    }

    /// Notes that somebody has seen the band that stands.
    pub(crate) fn acknowledge(&mut self, at: UnixMillis, by: PhiText) {
        if let Some(band) = self.chart.watch().band()
            && self.chart.acknowledge(at)
        {
            let by = by.clone();
            self.told.push(at, ToldKind::Acknowledged { band, by });
        }
        self.acknowledged_by = Some(by);
    }

    /// Takes the chart of another stay that became part of this one.
    pub(crate) fn join(&mut self, other: &Self, now: UnixMillis, rules: &Rules<'_>) {
        self.chart.join(&other.chart, now, rules);
        self.told.join(&other.told);
        if self.acknowledged_by.is_none() {
            self.acknowledged_by.clone_from(&other.acknowledged_by);
        }
    }

    /// The chart as it is shown; notes when it will look different by itself.
    pub(crate) fn view(&mut self, now: UnixMillis, rules: &Rules<'_>) -> ChartView {
        let view = self.chart.view(now, rules);
        let fresh = view.values.iter().filter(|v| v.state == Counts::Fresh);
        let ends = fresh.map(|v| now + v.limit_ms.saturating_sub(v.age_ms) + 1);
        self.due = ends.min();
        self.shown_at = now;
        view
    }

    /// Whether it looks different by now than it was shown: a value became stale, or the clock was set back.
    pub(crate) fn is_due(&self, now: UnixMillis) -> bool {
        self.due
            .is_some_and(|due| due <= now || is_ahead(self.shown_at, now))
    }
}
