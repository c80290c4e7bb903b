//! The National Early Warning Score 2.
//!
//! Thresholds and bands: Royal College of Physicians, *National Early Warning Score (NEWS) 2: Standardising the
//! assessment of acute-illness severity in the NHS*, London 2017, chart 1 (the scoring system) and chart 2
//! (thresholds and triggers). Copies of the chart on other pages are often wrong; this file follows the original.
//!
//! Devices give decimals, the chart has none but for temperature: values are rounded to whole numbers,
//! temperature to tenths, before they are banded.

#![expect(
    clippy::match_same_arms,
    reason = "the arms are the columns of the chart, in its order"
)]

use crate::observation::{Acvpu, Oxygen, Parameter, Value};
use crate::score::{
    Assessment, Band, Complete, Incomplete, Inputs, NotApplicable, Part, SaturationScale, Score,
    Subject,
};

/// NEWS2 is made for patients of this age and above.
pub const MIN_AGE_YEARS: u16 = 16;

/// From this total the band is medium.
const MEDIUM_FROM: u8 = 5;
/// From this total the band is high.
const HIGH_FROM: u8 = 7;

/// The National Early Warning Score 2.
#[derive(Clone, Copy, Debug, Default)]
pub struct News2;

impl Score for News2 {
    fn name(&self) -> &'static str {
        "NEWS2"
    }

    fn attribution(&self) -> &'static str {
        "Royal College of Physicians. National Early Warning Score (NEWS) 2. London: RCP, 2017."
    }

    fn parameters(&self) -> &'static [Parameter] {
        &PARAMETERS
    }

    fn assess(&self, inputs: &Inputs, subject: Subject) -> Assessment {
        if subject.age_years.is_some_and(|age| age < MIN_AGE_YEARS) {
            return Assessment::NotApplicable(NotApplicable::UnderSixteen);
        }
        if subject.pregnant {
            return Assessment::NotApplicable(NotApplicable::Pregnant);
        }
        let (mut parts, mut missing, mut stale) = (Vec::with_capacity(7), Vec::new(), Vec::new());
        for parameter in PARAMETERS {
            if let Some(points) = points(parameter, inputs, subject.scale) {
                parts.push(Part { parameter, points });
            }
            match inputs.state(parameter) {
                _ if value(parameter, inputs).is_some() => {}
                Some(_) => stale.push(parameter),
                None => missing.push(parameter),
            }
        }
        let total: u8 = parts.iter().map(|part| part.points).sum();
        let single_three = parts.iter().any(|part| part.points == 3);
        let band = band(total, single_three);
        let age_unknown = subject.age_years.is_none();
        if missing.is_empty() && stale.is_empty() && parts.len() == PARAMETERS.len() {
            return Assessment::Complete(Complete {
                total,
                band,
                single_three,
                age_unknown,
                parts,
            });
        }
        let at_least = (band > Band::Low).then_some(band);
        Assessment::Incomplete(Incomplete {
            missing,
            stale,
            parts,
            at_least,
            age_unknown,
        })
    }
}

/// The seven parameters in the order of the chart.
const PARAMETERS: [Parameter; 7] = [
    Parameter::RespiratoryRate,
    Parameter::OxygenSaturation,
    Parameter::SupplementalOxygen,
    Parameter::SystolicPressure,
    Parameter::Pulse,
    Parameter::Consciousness,
    Parameter::Temperature,
];

/// The band of a total (chart 2). A single 3 matters only below medium.
fn band(total: u8, single_three: bool) -> Band {
    match total {
        HIGH_FROM.. => Band::High,
        MEDIUM_FROM.. => Band::Medium,
        _ if single_three => Band::LowMedium,
        _ => Band::Low,
    }
}

/// The fresh value of a parameter, if it is of the kind that the parameter has.
fn value(parameter: Parameter, inputs: &Inputs) -> Option<Value> {
    let value = inputs.fresh(parameter)?;
    let fits = match value {
        Value::Number(_) => parameter.is_number(),
        Value::Consciousness(_) => parameter == Parameter::Consciousness,
        Value::Oxygen(_) => parameter == Parameter::SupplementalOxygen,
    };
    fits.then_some(value)
}

/// The points of one parameter, when everything that they depend on is known.
fn points(parameter: Parameter, inputs: &Inputs, scale: SaturationScale) -> Option<u8> {
    match value(parameter, inputs)? {
        Value::Oxygen(oxygen) => Some(oxygen_points(oxygen)),
        Value::Consciousness(level) => Some(consciousness_points(level)),
        Value::Number(number) => match parameter {
            Parameter::RespiratoryRate => Some(respiratory_rate_points(number.rounded())),
            Parameter::OxygenSaturation if scale == SaturationScale::One => {
                Some(saturation_points(number.rounded()))
            }
            Parameter::OxygenSaturation => {
                let breathes = match value(Parameter::SupplementalOxygen, inputs) {
                    Some(Value::Oxygen(oxygen)) => Some(oxygen),
                    _ => None,
                };
                saturation_points_scale_2(number.rounded(), breathes)
            }
            Parameter::SystolicPressure => Some(systolic_points(number.rounded())),
            Parameter::Pulse => Some(pulse_points(number.rounded())),
            Parameter::Temperature => Some(temperature_points(number.rounded_tenths())),
            _ => None,
        },
    }
}

fn respiratory_rate_points(per_minute: i32) -> u8 {
    match per_minute {
        ..=8 => 3,
        9..=11 => 1,
        12..=20 => 0,
        21..=24 => 2,
        25.. => 3,
    }
}

fn saturation_points(percent: i32) -> u8 {
    match percent {
        ..=91 => 3,
        92..=93 => 2,
        94..=95 => 1,
        96.. => 0,
    }
}

/// Above the target the points depend on what the patient breathes; when that is not known, neither are they.
fn saturation_points_scale_2(percent: i32, breathes: Option<Oxygen>) -> Option<u8> {
    let points = match percent {
        ..=83 => 3,
        84..=85 => 2,
        86..=87 => 1,
        88..=92 => 0,
        93.. => match (breathes?, percent) {
            (Oxygen::Air, _) => 0,
            (Oxygen::Supplemental, ..=94) => 1,
            (Oxygen::Supplemental, 95..=96) => 2,
            (Oxygen::Supplemental, 97..) => 3,
        },
    };
    Some(points)
}

fn oxygen_points(breathes: Oxygen) -> u8 {
    match breathes {
        Oxygen::Air => 0,
        Oxygen::Supplemental => 2,
    }
}

fn systolic_points(mmhg: i32) -> u8 {
    match mmhg {
        ..=90 => 3,
        91..=100 => 2,
        101..=110 => 1,
        111..=219 => 0,
        220.. => 3,
    }
}

fn pulse_points(per_minute: i32) -> u8 {
    match per_minute {
        ..=40 => 3,
        41..=50 => 1,
        51..=90 => 0,
        91..=110 => 1,
        111..=130 => 2,
        131.. => 3,
    }
}

fn consciousness_points(level: Acvpu) -> u8 {
    match level {
        Acvpu::Alert => 0,
        Acvpu::Confusion | Acvpu::Voice | Acvpu::Pain | Acvpu::Unresponsive => 3,
    }
}

fn temperature_points(tenths_celsius: i32) -> u8 {
    match tenths_celsius {
        ..=350 => 3,
        351..=360 => 1,
        361..=380 => 0,
        381..=390 => 1,
        391.. => 2,
    }
}

#[cfg(test)]
mod tests;
