//! Vital signs and their score as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;
use wardline_vitals::chart::{ApartView, DeviceView, ScoreView, ValueView};
use wardline_vitals::freshness::State;
use wardline_vitals::model::PhiText;
use wardline_vitals::observation::{Acvpu, Method, Oxygen, Parameter, Precision, Source, Status};
use wardline_vitals::score::{Assessment, Band, NotApplicable, Part, SaturationScale};

use super::super::time;

/// Stands for an age until it is put in. No age is that high, and no text can look like it: quotes in texts are
/// escaped.
pub(super) const AGE_HERE: u64 = u64::MAX;

/// One value with its age.
#[derive(Serialize, ToSchema)]
#[schema(as = VitalValue)]
pub(super) struct ValueShown<'a> {
    #[schema(example = "oxygen_saturation")]
    parameter: &'static str,
    /// How: `unspecified`, `invasive`, `non_invasive`, `electrocardiogram`, `pulse_oximetry` or `capnography`.
    #[schema(value_type = String)]
    method: Method,
    /// The number in `unit`, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<f64>,
    /// UCUM; empty where there is no number.
    #[schema(example = "%")]
    unit: &'static str,
    /// `alert`, `confusion`, `voice`, `pain` or `unresponsive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    consciousness: Option<Acvpu>,
    /// `air` or `supplemental`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    oxygen: Option<Oxygen>,
    /// How old it is at `as_of`, in milliseconds: from the earlier of the sender's time and ours.
    age_ms: u64,
    /// `fresh`, or `stale`: shown and counted for nothing.
    #[schema(value_type = String)]
    state: State,
    /// How old it may be, in milliseconds.
    limit_ms: u64,
    /// The sender's time.
    #[schema(format = DateTime)]
    taken_at: String,
    /// How exact that is: `minute`, `second` or `fraction`.
    #[schema(value_type = String)]
    precision: Precision,
    /// Our time.
    #[schema(format = DateTime)]
    received_at: String,
    /// `device`, or `charted` by a person.
    #[schema(value_type = String)]
    source: Source,
    /// `unverified`, `preliminary`, `final` or `corrected`.
    #[schema(value_type = String)]
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<&'a str>,
    /// There, and true, where another fresh statement that is as new or newer says air: oxygen counts until somebody charts
    /// what is breathed.
    #[serde(skip_serializing_if = "Option::is_none")]
    contradicted: Option<bool>,
}

/// The score and the band that stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Score)]
pub(super) struct ScoreShown {
    #[schema(example = "NEWS2")]
    name: &'static str,
    /// Whose rules these are.
    attribution: &'static str,
    /// The scale for oxygen saturation, 1 or 2.
    saturation_scale: u8,
    /// `complete`, `incomplete` or `not_applicable`. Without `complete` there is no total.
    state: &'static str,
    /// The sum of all parts of a complete score.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u8>,
    /// The band of a complete score: `low`, `low_medium`, `medium` or `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    band: Option<&'static str>,
    /// Of an incomplete score: the band that the known parts reach by themselves. The whole could only be higher.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<&'static str>,
    /// Whether one parameter alone scores 3.
    single_three: bool,
    /// Nobody knows the patient's age, so nobody knows that the score is made for this patient.
    age_unknown: bool,
    /// Why it is not made: `under_sixteen` or `pregnant`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    reason: Option<&'static str>,
    /// The points of each parameter that is known.
    parts: Vec<PartShown>,
    /// Parameters never observed in this stay, or withdrawn.
    missing: Vec<&'static str>,
    /// Parameters too old to count.
    stale: Vec<&'static str>,
    /// The band that was told last; it may differ while a change has not persisted.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<StandingShown>,
}

/// The points of one parameter.
#[derive(Serialize, ToSchema)]
#[schema(as = ScorePart)]
struct PartShown {
    parameter: &'static str,
    points: u8,
}

/// A band that stands.
#[derive(Serialize, ToSchema)]
#[schema(as = StandingBand)]
struct StandingShown {
    band: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    acknowledged_at: Option<String>,
    /// A user of this house.
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged_by: Option<String>,
}

/// Values that are kept apart, of one parameter for one reason.
#[derive(Serialize, ToSchema)]
#[schema(as = SetApart)]
pub(super) struct ApartShown<'a> {
    /// What it would have been, when that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'static str>,
    /// Why, such as `absurd` or `unknown_unit`.
    reason: &'static str,
    /// How often in this stay.
    count: u32,
    /// When the newest came in.
    #[schema(format = DateTime)]
    received_at: String,
    /// Its number, where it had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<&'a str>,
}

/// A device whose clock differs from ours.
#[derive(Serialize, ToSchema)]
#[schema(as = ClockSkew)]
pub(super) struct SkewShown<'a> {
    device: &'a str,
    /// Above zero when it is ahead of ours, in milliseconds.
    skew_ms: i64,
    #[schema(format = DateTime)]
    seen_at: String,
}

impl<'a> From<&'a ValueView> for ValueShown<'a> {
    fn from(value: &'a ValueView) -> Self {
        Self {
            parameter: value.parameter.code(),
            method: value.method,
            number: value.number,
            unit: value.unit,
            consciousness: value.consciousness,
            oxygen: value.oxygen,
            age_ms: AGE_HERE,
            state: value.state,
            limit_ms: value.limit_ms,
            taken_at: time::text(value.taken_at),
            precision: value.precision,
            received_at: time::text(value.received_at),
            source: value.source,
            status: value.status,
            device: value.device.as_deref(),
            contradicted: value.is_contradicted.then_some(true),
        }
    }
}

impl ScoreShown {
    pub(super) fn new(score: &ScoreView, acknowledged_by: Option<&PhiText>) -> Self {
        let shown = Self {
            name: score.name,
            attribution: score.attribution,
            saturation_scale: match score.scale {
                SaturationScale::One => 1,
                SaturationScale::Two => 2,
            },
            state: "complete",
            total: score.assessment.total(),
            band: score.assessment.band().map(Band::code),
            at_least: None,
            single_three: false,
            age_unknown: false,
            reason: None,
            parts: score
                .assessment
                .parts()
                .iter()
                .map(PartShown::from)
                .collect(),
            missing: Vec::new(),
            stale: Vec::new(),
            standing: score.band.map(|band| StandingShown {
                band: band.code(),
                since: score.since.map(time::text),
                acknowledged_at: score.acknowledged_at.map(time::text),
                acknowledged_by: acknowledged_by.map(|by| by.expose().to_owned()),
            }),
        };
        let names = |of: &[Parameter]| of.iter().map(|parameter| parameter.code()).collect();
        match &score.assessment {
            Assessment::Complete(complete) => Self {
                single_three: complete.single_three,
                age_unknown: complete.age_unknown,
                ..shown
            },
            Assessment::Incomplete(incomplete) => Self {
                state: "incomplete",
                at_least: incomplete.at_least.map(Band::code),
                single_three: incomplete.parts.iter().any(|part| part.points == 3),
                age_unknown: incomplete.age_unknown,
                missing: names(&incomplete.missing),
                stale: names(&incomplete.stale),
                ..shown
            },
            Assessment::NotApplicable(reason) => Self {
                state: "not_applicable",
                reason: Some(match reason {
                    NotApplicable::UnderSixteen => "under_sixteen",
                    NotApplicable::Pregnant => "pregnant",
                }),
                ..shown
            },
        }
    }
}

impl From<&Part> for PartShown {
    fn from(part: &Part) -> Self {
        Self {
            parameter: part.parameter.code(),
            points: part.points,
        }
    }
}

impl<'a> From<&'a ApartView> for ApartShown<'a> {
    fn from(apart: &'a ApartView) -> Self {
        Self {
            parameter: apart.parameter.map(Parameter::code),
            reason: apart.reason.code(),
            count: apart.count,
            received_at: time::text(apart.received_at),
            number: apart.number,
            device: apart.device.as_deref(),
        }
    }
}

impl<'a> From<&'a DeviceView> for SkewShown<'a> {
    fn from(device: &'a DeviceView) -> Self {
        Self {
            device: &device.device,
            skew_ms: device.skew_ms,
            seen_at: time::text(device.seen_at),
        }
    }
}
