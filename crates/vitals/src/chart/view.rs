//! A chart as it is shown: every value with its age and state, every score with what it lacks.

use std::cmp::Ordering;

use serde::Serialize;
use wardline_kernel::UnixMillis;

use super::{Chart, Rules, SlotKey};
use crate::freshness::State;
use crate::observation::{
    Acvpu, Method, Observation, Oxygen, Parameter, Precision, Reason, Source, Status, Value,
};
use crate::score::{Assessment, Band, SaturationScale};
use crate::trend::Point;

/// Stands on everything that shows vital signs.
pub const NOTICE: &str =
    "Not for primary monitoring or diagnosis. Watch the patient and the bedside monitor.";

/// Everything that is known of a stay's vital signs at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChartView {
    /// What this is not.
    pub notice: &'static str,
    /// The moment that ages are counted to.
    pub as_of: UnixMillis,
    /// The newest value of each parameter by each method.
    pub values: Vec<ValueView>,
    /// The score.
    pub score: ScoreView,
    /// Values that could not be read or believed.
    pub apart: Vec<ApartView>,
    /// Devices whose clock differs from ours by more than the limit.
    pub devices: Vec<DeviceView>,
}

/// One value with its age.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValueView {
    /// What.
    pub parameter: Parameter,
    /// How.
    pub method: Method,
    /// The number in `unit`, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// UCUM; empty where there is no number.
    pub unit: &'static str,
    /// The level of consciousness, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consciousness: Option<Acvpu>,
    /// What the patient breathes, where it is that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oxygen: Option<Oxygen>,
    /// The sender's time.
    pub taken_at: UnixMillis,
    /// How exact that time is.
    pub precision: Precision,
    /// Our time.
    pub received_at: UnixMillis,
    /// How old it is, in milliseconds.
    pub age_ms: u64,
    /// How old it may be.
    pub limit_ms: u64,
    /// Whether it counts.
    pub state: State,
    /// By which way it came.
    pub source: Source,
    /// How sure the sender is.
    pub status: Status,
    /// The device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// It says oxygen, and another one that is as new or newer says air. Oxygen counts.
    pub is_contradicted: bool,
}

/// The score and the band that stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreView {
    /// Its name.
    pub name: &'static str,
    /// Whose rules these are.
    pub attribution: &'static str,
    /// The scale for oxygen saturation.
    pub scale: SaturationScale,
    /// The outcome at this moment.
    pub assessment: Assessment,
    /// The band that was told last; it may differ from the outcome while a change has not persisted.
    pub band: Option<Band>,
    /// Since when it stands.
    pub since: Option<UnixMillis>,
    /// When somebody acknowledged it.
    pub acknowledged_at: Option<UnixMillis>,
}

/// Values that are kept apart, of one parameter for one reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ApartView {
    /// What it would have been.
    pub parameter: Option<Parameter>,
    /// Why.
    pub reason: Reason,
    /// How often in this stay.
    pub count: u32,
    /// When the newest came in.
    pub received_at: UnixMillis,
    /// Its number in canonical units, where it had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<f64>,
    /// Its device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// The trend of one parameter by one method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrendView {
    /// What.
    pub parameter: Parameter,
    /// How.
    pub method: Method,
    /// UCUM. What is no number is shown in steps: air 0, oxygen 1; alert 0, confusion 1, voice 2, pain 3,
    /// unresponsive 4.
    pub unit: &'static str,
    /// Oldest first.
    pub points: Vec<Point>,
}

/// A device whose clock differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceView {
    /// Which.
    pub device: String,
    /// Above zero when it is ahead of ours, in milliseconds.
    pub skew_ms: i64,
    /// When it was heard last.
    pub seen_at: UnixMillis,
}

pub(super) fn of(chart: &Chart, now: UnixMillis, rules: &Rules<'_>) -> ChartView {
    ChartView {
        notice: NOTICE,
        as_of: now,
        values: values(chart, now, rules),
        score: ScoreView {
            name: rules.score.name(),
            attribution: rules.score.attribution(),
            scale: chart.subject.scale,
            assessment: chart.assess(now, rules),
            band: chart.watch.band(),
            since: chart.watch.since(),
            acknowledged_at: chart.watch.acknowledged_at(),
        },
        apart: apart(chart),
        devices: devices(chart, rules.skew_limit_ms),
    }
}

/// The newest value of each parameter by each method; of what is breathed the one that counts.
fn values(chart: &Chart, now: UnixMillis, rules: &Rules<'_>) -> Vec<ValueView> {
    let slots = chart.slots.iter();
    let newest =
        slots.filter_map(|(key, slot)| Some((key, slot.newest().next()?, slot.trend.period_ms())));
    let is_of =
        |key: &SlotKey, than: Ordering| key.parameter.cmp(&Parameter::SupplementalOxygen) == than;
    let of = |than| {
        let newest = newest.clone().filter(move |(key, ..)| is_of(key, than));
        newest.map(|(key, newest, period)| value(key.method, (newest, period), (now, rules)))
    };
    let breathed = chart
        .breathed(now, rules.freshness)
        .map(|breathed| ValueView {
            is_contradicted: breathed.is_contradicted,
            ..value(Method::Unspecified, (breathed.by, None), (now, rules))
        });
    of(Ordering::Less)
        .chain(breathed)
        .chain(of(Ordering::Greater))
        .collect()
}

fn value(
    method: Method,
    (newest, period_ms): (&Observation, Option<u64>),
    (now, rules): (UnixMillis, &Rules<'_>),
) -> ValueView {
    let (age_ms, state) = rules.freshness.of(newest, period_ms, now);
    let (mut number, mut consciousness, mut oxygen) = (None, None, None);
    match newest.value {
        Value::Number(value) => number = Some(value.to_f64()),
        Value::Consciousness(value) => consciousness = Some(value),
        Value::Oxygen(value) => oxygen = Some(value),
    }
    ValueView {
        parameter: newest.parameter,
        method,
        number,
        unit: newest.parameter.unit(),
        consciousness,
        oxygen,
        taken_at: newest.taken_at.at,
        precision: newest.taken_at.precision,
        received_at: newest.received_at,
        age_ms,
        limit_ms: rules.freshness.counts_for_ms(newest, period_ms),
        state,
        source: newest.source,
        status: newest.status,
        device: newest.device.as_ref().map(|device| device.id().to_owned()),
        is_contradicted: false,
    }
}

fn apart(chart: &Chart) -> Vec<ApartView> {
    let kept = chart.apart.values();
    kept.map(|(apart, count)| ApartView {
        parameter: apart.parameter,
        reason: apart.reason,
        count: *count,
        received_at: apart.received_at,
        number: apart
            .thousandths
            .and_then(|thousandths| i32::try_from(thousandths).ok())
            .map(|thousandths| f64::from(thousandths) / 1000.0),
        device: apart.device.as_ref().map(|device| device.id().to_owned()),
    })
    .collect()
}

fn devices(chart: &Chart, limit_ms: u64) -> Vec<DeviceView> {
    let differing = chart
        .devices
        .iter()
        .filter(|(_, clock)| clock.skew_ms.unsigned_abs() > limit_ms);
    differing
        .map(|(id, clock)| DeviceView {
            device: id.clone(),
            skew_ms: clock.skew_ms,
            seen_at: clock.seen_at,
        })
        .collect()
}
