//! The chart of one stay: the newest value of each parameter, its trend, the score and its band.
//!
//! A chart is plain data: the service seals and stores it, and hands in the time. Start at [`Chart::record`].

mod breathed;
mod slot;
mod view;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use crate::freshness::{Freshness, is_ahead};
use crate::observation::{
    Findings, Method, Observation, Parameter, Reason, SetApart, Source, Withdrawal,
};
use crate::score::{Assessment, BandEvent, BandPolicy, BandWatch, Inputs, Sample, Score, Subject};
use crate::trend::TrendQuery;

use breathed::Breathed;
pub use slot::SlotKey;
use slot::{Kept, Placed, Slot};
pub use view::{ApartView, ChartView, DeviceView, NOTICE, ScoreView, TrendView, ValueView};

/// Most devices whose clock is remembered; beyond them the one that was silent for longest is forgotten.
pub const MAX_DEVICES: usize = 8;

/// The rules that a chart is kept by.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// How old values may be.
    pub freshness: &'a Freshness,
    /// How they are scored.
    pub score: &'a dyn Score,
    /// When changes of band are told.
    pub bands: &'a BandPolicy,
    /// A device's clock is reported when it differs by more: [`DEFAULT_SKEW_LIMIT_MS`].
    pub skew_limit_ms: u64,
    /// How far back trends go.
    pub trend_span_ms: u64,
}

/// Two minutes: more than a message is on its way, less than what would confuse two readings.
pub const DEFAULT_SKEW_LIMIT_MS: u64 = 2 * 60_000;

/// What came of recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Parameters whose newest value is another one now.
    pub changed: Vec<Parameter>,
    /// Observations that were older than what is shown: they are in the trend only.
    pub late: usize,
    /// Observations that were here already.
    pub repeated: usize,
    /// Values shown until now that the sender has taken back.
    pub withdrawn: usize,
    /// What is to be told.
    pub events: Vec<BandEvent>,
}

/// The chart of one stay.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    subject: Subject,
    /// One for each parameter and method, so there is room for whatever comes: codes name 30, and there are 70.
    slots: BTreeMap<SlotKey, Slot>,
    /// Newest per parameter and reason.
    apart: BTreeMap<(Option<Parameter>, Reason), (SetApart, u32)>,
    devices: BTreeMap<String, DeviceClock>,
    watch: BandWatch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct DeviceClock {
    skew_ms: i64,
    seen_at: UnixMillis,
}

impl Chart {
    /// A chart without values.
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            ..Self::default()
        }
    }

    /// What the score must know of the patient.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// Sets it: a birth date became known, a clinician prescribed scale 2.
    pub fn set_subject(&mut self, subject: Subject) {
        self.subject = subject;
    }

    /// Takes what one message brought, and scores once. Order does not matter: what is older than what is shown
    /// goes into the trend only, and what is here already changes nothing.
    pub fn record(&mut self, findings: &Findings, now: UnixMillis, rules: &Rules<'_>) -> Recorded {
        let mut recorded = Recorded::default();
        let (mut new, mut charted) = (false, false);
        self.keep_apart(&findings.apart);
        recorded.withdrawn = self.withdraw(&findings.withdrawn);
        for observation in &findings.observations {
            let implied = observation.implied();
            self.note_clock(observation);
            for observation in implied.iter().chain([observation]) {
                match self.place(observation, (now, rules.trend_span_ms)) {
                    Placed::Newest => {
                        recorded.changed.push(observation.parameter);
                        if rules.score.parameters().contains(&observation.parameter) {
                            new = true;
                            charted |= observation.source == Source::Charted;
                        }
                    }
                    Placed::Late => recorded.late += 1,
                    Placed::Repeat => recorded.repeated += 1,
                }
            }
        }
        recorded.changed.sort_unstable();
        recorded.changed.dedup();
        let assessment = self.assess(now, rules);
        recorded.events = if new {
            self.watch
                .sample(&assessment, Sample { at: now, charted }, rules.bands)
        } else {
            Vec::new()
        };
        recorded
    }

    /// Takes what another chart has, when both are found to be of one stay. Of two bands the more urgent one
    /// stands, until samples say otherwise.
    pub fn join(&mut self, other: &Self, now: UnixMillis, rules: &Rules<'_>) {
        for (key, slot) in &other.slots {
            if let Some(known) = self.slots.get_mut(key) {
                known.join(slot, (now, rules.trend_span_ms));
            } else {
                self.slots.insert(*key, slot.clone());
            }
        }
        for (key, (apart, count)) in &other.apart {
            let known = self.apart.entry(*key).or_insert_with(|| (apart.clone(), 0));
            known.1 = known.1.saturating_add(*count);
            if known.0.received_at < apart.received_at {
                known.0 = apart.clone();
            }
        }
        for (id, clock) in &other.devices {
            if self.devices.len() < MAX_DEVICES {
                self.devices.entry(id.clone()).or_insert(*clock);
            }
        }
        if other.watch.band() > self.watch.band() {
            self.watch.clone_from(&other.watch);
        }
    }

    /// Lets time pass: values become stale, bands are told again. Call it about once a second.
    pub fn tick(&mut self, now: UnixMillis, rules: &Rules<'_>) -> Vec<BandEvent> {
        let assessment = self.assess(now, rules);
        self.watch.tick(&assessment, now, rules.bands)
    }

    /// Notes that somebody has seen the band that stands. False when there is nothing to acknowledge.
    pub fn acknowledge(&mut self, now: UnixMillis) -> bool {
        self.watch.acknowledge(now)
    }

    /// The score at `now`.
    pub fn assess(&self, now: UnixMillis, rules: &Rules<'_>) -> Assessment {
        rules
            .score
            .assess(&self.inputs(now, rules.freshness), self.subject)
    }

    /// The band that was told last.
    pub fn watch(&self) -> &BandWatch {
        &self.watch
    }

    /// Everything that is known at `now`, with ages.
    pub fn view(&self, now: UnixMillis, rules: &Rules<'_>) -> ChartView {
        view::of(self, now, rules)
    }

    /// When a value came in last.
    pub fn heard_at(&self) -> Option<UnixMillis> {
        let newest = self.slots.values().flat_map(Slot::newest);
        newest.map(|value| value.received_at).max()
    }

    /// The trends of one parameter, one per method.
    pub fn trend(&self, parameter: Parameter, query: &TrendQuery) -> Vec<TrendView> {
        let slots = self
            .slots
            .iter()
            .filter(|(key, _)| key.parameter == parameter);
        let trends = slots.map(|(key, slot)| TrendView {
            parameter,
            method: key.method,
            unit: parameter.unit(),
            points: slot.trend.points(query),
        });
        trends.collect()
    }

    /// The value of each parameter that counts: fresh before stale, then the newest, then the order of methods.
    fn inputs(&self, now: UnixMillis, freshness: &Freshness) -> Inputs {
        let mut inputs = Inputs::default();
        if let Some(breathed) = self.breathed(now, freshness) {
            let parameter = Parameter::SupplementalOxygen;
            inputs.set(parameter, breathed.by.value, breathed.state);
        }
        let others = |parameter: &Parameter| *parameter != Parameter::SupplementalOxygen;
        for parameter in Parameter::ALL.into_iter().filter(others) {
            let slots = self
                .slots
                .iter()
                .filter(|(key, _)| key.parameter == parameter);
            let values = slots.filter_map(|(key, slot)| {
                let newest = slot.newest().next()?;
                let (age_ms, state) = freshness.of(newest, slot.trend.period_ms(), now);
                Some((state, age_ms, key.method, newest.value))
            });
            if let Some((state, _, _, value)) =
                values.min_by_key(|found| (found.0, found.1, found.2))
            {
                inputs.set(parameter, value, state);
            }
        }
        inputs
    }

    /// Air or oxygen, of all that was said of it.
    fn breathed(&self, now: UnixMillis, freshness: &Freshness) -> Option<Breathed<'_>> {
        let is_it = |(key, _): &(&SlotKey, &Slot)| key.parameter == Parameter::SupplementalOxygen;
        let slots = self.slots.iter().filter(is_it);
        let statements = slots.flat_map(|(_, slot)| slot.newest());
        breathed::breathed(statements, freshness, now)
    }

    fn keep_apart(&mut self, apart: &[SetApart]) {
        for apart in apart {
            let key = (apart.parameter, apart.reason);
            let count = self.apart.get(&key).map_or(0, |(_, count)| *count);
            self.apart
                .insert(key, (apart.clone(), count.saturating_add(apart.count)));
        }
    }

    fn withdraw(&mut self, withdrawn: &[Withdrawal]) -> usize {
        let mut shown = 0;
        for withdrawal in withdrawn {
            let key = SlotKey {
                parameter: withdrawal.parameter,
                method: withdrawal.method,
            };
            // What was concluded from an oxygen flow goes with it.
            let concluded: &[Method] = match key.parameter {
                Parameter::OxygenFlow => &[Method::ChartedFlow, Method::DeviceFlow],
                Parameter::OxygenFraction => &[Method::ChartedFraction, Method::DeviceFraction],
                _ => &[],
            };
            let concluded = concluded.iter().map(|method| SlotKey {
                parameter: Parameter::SupplementalOxygen,
                method: *method,
            });
            for key in concluded.chain([key]) {
                if let Some(slot) = self.slots.get_mut(&key) {
                    shown += usize::from(slot.withdraw(withdrawal));
                }
            }
        }
        shown
    }

    fn place(&mut self, observation: &Observation, kept: Kept) -> Placed {
        let key = SlotKey {
            parameter: observation.parameter,
            method: observation.method,
        };
        let placed = if let Some(slot) = self.slots.get_mut(&key) {
            slot.place(observation, kept)
        } else {
            self.slots.insert(key, Slot::new(observation, kept));
            Placed::Newest
        };
        if placed == Placed::Newest && !is_ahead(observation.effective_at(), kept.0) {
            let slots = self.slots.iter_mut();
            let of_parameter = slots.filter(|(key, _)| key.parameter == observation.parameter);
            of_parameter.for_each(|(_, slot)| slot.forget_ahead(kept.0));
        }
        placed
    }

    fn note_clock(&mut self, observation: &Observation) {
        let Some(device) = &observation.device else {
            return;
        };
        if !self.devices.contains_key(device.id()) && self.devices.len() >= MAX_DEVICES {
            let longest = self.devices.iter().min_by_key(|(_, clock)| clock.seen_at);
            if let Some(id) = longest.map(|(id, _)| id.clone()) {
                self.devices.remove(&id);
            }
        }
        let clock = DeviceClock {
            skew_ms: observation.skew_ms(),
            seen_at: observation.received_at,
        };
        self.devices.insert(device.id().to_owned(), clock);
    }
}

/// Shows sizes only: values are patient data.
impl fmt::Debug for Chart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Chart")
            .field("slots", &self.slots.len())
            .field("band", &self.watch.band())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
