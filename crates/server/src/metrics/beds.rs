//! Figures of live beds: what came in is counted as it happens, what stands is read from the beds at each scrape.

use std::collections::BTreeMap;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use wardline_vitals::LiveBeds;
use wardline_vitals::freshness::State;
use wardline_vitals::model::BedState;
use wardline_vitals::operations::{BedFilter, MAX_BEDS_LISTED, Received};
use wardline_vitals::score::Band;

use super::http::OneMore;
use super::names;
use super::register::{counter, gauge};

/// What becomes of vital signs.
const OUTCOMES: [&str; 4] = ["charted", "repeated", "set_aside", "refused"];
/// What happens at beds, as the stream names it.
const HAPPENINGS: [&str; 9] = [
    "bed_state_changed",
    "band_changed",
    "band_reminder",
    "score_incomplete",
    "score_complete",
    "band_acknowledged",
    "contradicted",
    "resolved",
    "set_aside",
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfOutcome {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfKind {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfState {
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfBand {
    band: &'static str,
}

/// What is counted as it happens. Copies count together.
#[derive(Clone, Debug)]
pub(crate) struct BedMetrics {
    observations: Family<OfOutcome, Counter>,
    events: Family<OfKind, Counter>,
    bands: Family<OfBand, Counter>,
    streams: Gauge,
}

impl BedMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            observations: Family::default(),
            events: Family::default(),
            bands: Family::default(),
            streams: Gauge::default(),
        };
        counter(
            registry,
            names::BED_OBSERVATIONS,
            metrics.observations.clone(),
        );
        counter(registry, names::BED_EVENTS, metrics.events.clone());
        counter(registry, names::BED_BAND_CHANGES, metrics.bands.clone());
        gauge(registry, names::BED_STREAMS, metrics.streams.clone());
        // What never happened is 0 and not absent: an alert can be written on it.
        for outcome in OUTCOMES {
            metrics.count(outcome, 0);
        }
        for kind in HAPPENINGS {
            metrics.events.get_or_create(&OfKind { kind }).inc_by(0);
        }
        for band in Band::ALL {
            let of = OfBand { band: band.code() };
            metrics.bands.get_or_create(&of).inc_by(0);
        }
        metrics
    }

    /// A message was taken.
    pub(crate) fn received(&self, received: &Received) {
        self.count("charted", received.charted);
        self.count("repeated", received.repeated);
        self.count("set_aside", received.set_aside);
    }

    /// Values that a program gave were refused.
    pub(crate) fn refused(&self, values: usize) {
        self.count("refused", values);
    }

    /// Something happened at a bed.
    pub(crate) fn event(&self, kind: &'static str) {
        self.events.get_or_create(&OfKind { kind }).inc();
    }

    /// A band changed to this one.
    pub(crate) fn band_changed(&self, to: Band) {
        let band = to.code();
        self.bands.get_or_create(&OfBand { band }).inc();
    }

    /// A stream of beds was opened.
    pub(crate) fn open_stream(&self) -> OneMore {
        OneMore::of(&self.streams)
    }

    fn count(&self, outcome: &'static str, more: usize) {
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        self.observations
            .get_or_create(&OfOutcome { outcome })
            .inc_by(more);
    }
}

/// Adds what stands now.
pub(super) fn register_now(registry: &mut Registry, beds: &LiveBeds) {
    let by_state = Family::<OfState, Gauge>::default();
    let by_band = Family::<OfBand, Gauge>::default();
    let mut states: BTreeMap<BedState, usize> = BTreeMap::new();
    let mut bands: BTreeMap<Band, usize> = BTreeMap::new();
    let (mut incomplete, mut open, mut contradicted) = (0, 0, 0);
    for unit in beds.units() {
        for (state, count) in unit.by_state {
            *states.entry(state).or_default() += count;
        }
        for (band, count) in unit.bands.standing {
            *bands.entry(band).or_default() += count;
        }
        incomplete += unit.bands.incomplete;
        open += unit.bands.unacknowledged;
        contradicted += unit.contradicted;
    }
    for state in BedState::ALL {
        let of = OfState {
            state: state.as_str(),
        };
        let count = states.get(&state).copied().unwrap_or_default();
        by_state.get_or_create(&of).set(whole(count));
    }
    for band in Band::ALL {
        let count = bands.get(&band).copied().unwrap_or_default();
        let of = OfBand { band: band.code() };
        by_band.get_or_create(&of).set(whole(count));
    }
    gauge(registry, names::BEDS, by_state);
    gauge(registry, names::BED_BANDS, by_band);
    for (name, count) in [
        (names::BED_SCORES_INCOMPLETE, incomplete),
        (names::BED_BANDS_OPEN, open),
        (names::BEDS_CONTRADICTED, contradicted),
        (names::BED_VALUES_STALE, stale_values(beds)),
    ] {
        let value: Gauge = Gauge::default();
        value.set(whole(count));
        gauge(registry, name, value);
    }
}

/// Values that are shown and do not count, as of each bed's last look.
fn stale_values(beds: &LiveBeds) -> usize {
    let (mut stale, mut cursor) = (0, None);
    loop {
        let page = beds.beds(&BedFilter::default(), cursor.as_ref(), MAX_BEDS_LISTED);
        let occupants = page.beds.iter().flat_map(|bed| &bed.occupants);
        let values = occupants.flat_map(|occupant| &occupant.chart.values);
        stale += values.filter(|value| value.state == State::Stale).count();
        cursor = page.next;
        if cursor.is_none() {
            return stale;
        }
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
