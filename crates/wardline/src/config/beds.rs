//! `[beds]`: live beds, and what the settings mean to them.

use std::path::Path;

use toml::Value;
use wardline_kernel::LocalZone;
use wardline_vitals::Settings;
use wardline_vitals::census::{CensusLimits, Reading};
use wardline_vitals::freshness::Freshness;
use wardline_vitals::model::{BedId, MAX_PART_BYTES};
use wardline_vitals::observation::Parameter;
use wardline_vitals::score::BandPolicy;

use super::section::section;
use super::value::{Kind, Setting};

section! {
    /// Live beds: census, vital signs and early warning scores. They are not a primary alarm. Channels feed them
    /// with destinations of the kind `beds`.
    pub struct Beds in "beds" {
        /// Beds that exist before a message mentions them, as ids separated by commas or as a list: `ICU~101~A`
        /// is bed A in room 101 of the unit ICU, `MAIN~ICU~101~A` the same in the facility MAIN.
        declared: BedIds = "";
        /// The facility of places that name none (PL.4).
        default_facility: FacilityName = "";
        /// The zone of times in messages that name none. Say the site's: a clock that is put forward in summer needs a
        /// name such as `Europe/Berlin`, when this machine knows it, or a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`; one
        /// that never is, a distance such as `+05:45`.
        default_zone: Zone = "+00:00";
        /// Seconds that a respiratory rate counts.
        respiratory_rate_seconds: u64 [5..=86_400] = "60";
        /// Seconds that an oxygen saturation counts.
        oxygen_saturation_seconds: u64 [5..=86_400] = "60";
        /// Seconds that a pulse counts.
        pulse_seconds: u64 [5..=86_400] = "60";
        /// Seconds that a blood pressure counts which was not measured in the artery: a cuff's interval and some
        /// grace.
        cuff_pressure_seconds: u64 [60..=86_400] = "3900";
        /// Seconds that a blood pressure counts which was measured in the artery.
        arterial_pressure_seconds: u64 [5..=86_400] = "60";
        /// Seconds that a temperature counts.
        temperature_seconds: u64 [60..=86_400] = "15300";
        /// Seconds that a level of consciousness counts.
        consciousness_seconds: u64 [60..=86_400] = "15300";
        /// Seconds that it counts what a patient breathes, and how much of it.
        oxygen_seconds: u64 [60..=86_400] = "15300";
        /// Seconds that everything counts which people chart by hand, where that is longer: for wards without
        /// monitors. 0 for no difference.
        charted_seconds: u64 [0..=86_400] = "0";
        /// Consecutive samples that must reach a higher band before it is told. One artefact tells nothing.
        rise_samples: u64 [1..=10] = "2";
        /// The same when a person has charted the newest one.
        charted_rise_samples: u64 [1..=10] = "1";
        /// Consecutive samples that must stay below before a lower band is told.
        fall_samples: u64 [1..=20] = "3";
        /// Seconds that these must span.
        fall_seconds: u64 [0..=86_400] = "600";
        /// Minutes until a medium or high band is told again that nobody has acknowledged.
        remind_minutes: u64 [1..=1_440] = "15";
        /// Minutes until an acknowledged one is told again that still stands.
        remind_acknowledged_minutes: u64 [1..=1_440] = "60";
        /// A device whose clock differs by more seconds is shown as such.
        clock_skew_seconds: u64 [1..=86_400] = "120";
        /// Hours that trends go back. Each hour more is 0.4 KB of memory for each value of each patient.
        trend_hours: u64 [1..=48] = "12";
        /// Beds at most.
        max_beds: usize [1..=100_000] = "10000";
        /// Units at most.
        max_units: usize [1..=10_000] = "1000";
        /// Stays at most, those that ended included.
        max_stays: usize [1..=1_000_000] = "50000";
        /// Hours that a stay without a bed is kept after it was last heard of; one of an outpatient or an emergency, whose
        /// discharge many systems never tell, also in a bed, but for 168 at least.
        forget_after_hours: u64 [1..=8_760] = "168";
        /// Streams of beds at once of one token; more are answered 429.
        max_streams_per_token: usize [1..=100_000] = "256";
    }
}

impl Beds {
    /// What the settings mean to live beds.
    pub fn settings(&self) -> Settings {
        let samples = |count: u64| u8::try_from(count).unwrap_or(u8::MAX);
        let default = BandPolicy::default();
        Settings {
            limits: CensusLimits {
                beds: self.max_beds,
                units: self.max_units,
                stays: self.max_stays,
                forget_after_ms: self.forget_after_hours * 60 * 60 * 1_000,
                ..CensusLimits::default()
            },
            reading: Reading {
                default_zone: self.default_zone.zone.clone(),
                default_facility: Some(self.default_facility.0.clone())
                    .filter(|name| !name.is_empty()),
            },
            freshness: self.freshness(),
            bands: BandPolicy {
                rise_samples: samples(self.rise_samples),
                charted_rise_samples: samples(self.charted_rise_samples),
                fall_samples: samples(self.fall_samples),
                fall_ms: self.fall_seconds * 1_000,
                remind_ms: self.remind_minutes * 60_000,
                remind_acknowledged_ms: self.remind_acknowledged_minutes * 60_000,
                ..default
            },
            skew_limit_ms: self.clock_skew_seconds * 1_000,
            trend_span_ms: self.trend_hours * 60 * 60 * 1_000,
            beds: self.declared.0.clone(),
            ..Settings::default()
        }
    }

    fn freshness(&self) -> Freshness {
        let limits = [
            (Parameter::RespiratoryRate, self.respiratory_rate_seconds),
            (Parameter::OxygenSaturation, self.oxygen_saturation_seconds),
            (Parameter::Pulse, self.pulse_seconds),
            (Parameter::Temperature, self.temperature_seconds),
            (Parameter::Consciousness, self.consciousness_seconds),
            (Parameter::SupplementalOxygen, self.oxygen_seconds),
            (Parameter::OxygenFlow, self.oxygen_seconds),
            (Parameter::OxygenFraction, self.oxygen_seconds),
        ];
        let freshness = Freshness::default()
            .with_cuff(self.cuff_pressure_seconds * 1_000)
            .with_arterial(self.arterial_pressure_seconds * 1_000);
        let freshness = limits
            .into_iter()
            .fold(freshness, |freshness, (parameter, seconds)| {
                freshness.with(parameter, seconds * 1_000)
            });
        match self.charted_seconds {
            0 => freshness,
            seconds => freshness.with_charted(seconds * 1_000),
        }
    }
}

/// Beds by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BedIds(pub Vec<BedId>);

impl Setting for BedIds {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "ids of beds, such as \"ICU~101~A, ICU~101~B\"";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        let texts: Vec<&str> = match value {
            Value::Array(items) => items.iter().map(Value::as_str).collect::<Option<_>>()?,
            Value::String(text) if text.trim().is_empty() => Vec::new(),
            Value::String(text) => text.split(',').collect(),
            _ => return None,
        };
        let ids = texts.into_iter().map(|text| text.trim().parse().ok());
        ids.collect::<Option<_>>().map(Self)
    }

    fn to_value(&self) -> Option<Value> {
        let ids: Vec<&str> = self.0.iter().map(BedId::as_str).collect();
        Some(Value::String(ids.join(", ")))
    }
}

/// The name of a facility; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacilityName(pub String);

impl Setting for FacilityName {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "at most 64 bytes";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        let text = value.as_str()?.trim();
        let fits = text.len() <= MAX_PART_BYTES && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    fn to_value(&self) -> Option<Value> {
        Some(Value::String(self.0.clone()))
    }
}

/// A zone by its name, its rule, or its distance from Greenwich.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    text: String,
    /// The zone.
    pub zone: LocalZone,
}

impl Setting for Zone {
    const KIND: Kind = Kind::Text;
    const EXPECTED: &'static str = "a zone that this machine knows, such as \"Europe/Berlin\", a rule such as \"CET-1CEST,M3.5.0,M10.5.0/3\", or a distance from \"-12:00\" to \"+14:00\"";

    fn from_value(value: &Value, _: &Path) -> Option<Self> {
        let text = value.as_str()?;
        let is_distance = text.starts_with(['+', '-']);
        let zone = if is_distance {
            LocalZone::fixed(minutes_east(text)?)
        } else {
            LocalZone::named(text)?
        };
        let text = text.to_owned();
        Some(Self { text, zone })
    }

    fn to_value(&self) -> Option<Value> {
        Some(Value::String(self.text.clone()))
    }
}

/// Of a distance such as `-03:30`.
fn minutes_east(text: &str) -> Option<i32> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let two_digits = |text: &str| {
        let is_right = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i32>().ok().filter(|_| is_right)
    };
    let minutes = two_digits(minutes).filter(|minutes| *minutes < 60)?;
    let minutes_east = sign * (two_digits(hours)? * 60 + minutes);
    (-720..=840).contains(&minutes_east).then_some(minutes_east)
}

#[cfg(test)]
mod tests {
    use wardline_vitals::observation::{Method, Source};

    use super::*;

    fn read<T: Setting>(text: &str) -> Option<T> {
        T::from_value(&Value::String(text.to_owned()), Path::new(""))
    }

    #[test]
    fn beds_are_read_from_a_text_and_from_a_list() {
        let text: BedIds = read("ICU~101~A, MAIN~ICU~101~B").unwrap();
        let list = Value::Array(vec!["ICU~101~A".into(), "MAIN~ICU~101~B".into()]);

        assert_eq!(text.0.len(), 2);
        assert_eq!(BedIds::from_value(&list, Path::new("")), Some(text));
        assert_eq!(read::<BedIds>("ICU"), None);
        assert_eq!(read::<BedIds>("ICU~101~A,"), None);
    }

    #[test]
    fn a_zone_reads_back_and_another_text_is_none() {
        let rule = "CET-1CEST,M3.5.0,M10.5.0/3";
        for text in [
            "+00:00", "+14:00", "-12:00", "-03:30", "+05:45", "UTC", rule,
        ] {
            let zone: Zone = read(text).unwrap();
            assert_eq!(zone.to_value(), Some(Value::String(text.to_owned())));
        }
        for text in [
            "",
            "Z",
            "+1:00",
            "+14:01",
            "-12:30",
            "+01:60",
            "+1a:00",
            "01:00",
            "Nowhere/At all",
        ] {
            assert_eq!(read::<Zone>(text), None, "{text}");
        }
    }

    #[test]
    fn the_defaults_are_those_of_live_beds() {
        let loaded = crate::config::load(
            &crate::config::Overrides::default(),
            &crate::config::Environment::default(),
        );
        let settings = loaded.unwrap().config.beds.settings();
        let default = Settings::default();

        assert_eq!(settings.limits, default.limits);
        assert_eq!(settings.bands, default.bands);
        assert_eq!(settings.skew_limit_ms, default.skew_limit_ms);
        assert_eq!(settings.trend_span_ms, default.trend_span_ms);
        for parameter in Parameter::ALL {
            for method in [Method::Unspecified, Method::Invasive, Method::NonInvasive] {
                for source in [Source::Device, Source::Charted] {
                    let limit =
                        |freshness: &Freshness| freshness.limit_ms(parameter, method, source);
                    assert_eq!(limit(&settings.freshness), limit(&default.freshness));
                }
            }
        }
    }
}
