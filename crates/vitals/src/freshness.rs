//! How old a value may be and still count.
//!
//! A monitor sends several times a minute to once a minute, so a value older than 60 s means that something is
//! wrong with the device, the line or the patient's electrodes, and not with the clock. A cuff inflates every 15
//! to 60 minutes: one interval and five minutes of grace. Temperature, consciousness and oxygen are noted on
//! rounds; NEWS2 asks for rounds every 4 to 6 hours from a score of 1, so the stricter end counts, with 15
//! minutes of grace. All are defaults.

use std::collections::BTreeMap;

use serde::Serialize;
use wardline_kernel::UnixMillis;

use crate::observation::{Method, Observation, Parameter, Source};

/// What a monitor sends without pause: 60 s.
pub const CONTINUOUS_MS: u64 = 60_000;
/// What a cuff measures: 65 minutes.
pub const CUFF_MS: u64 = 65 * 60_000;
/// What people note on their rounds: 4 hours and 15 minutes.
pub const ROUNDS_MS: u64 = (4 * 60 + 15) * 60_000;

/// Whether a value still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It counts.
    Fresh,
    /// It is shown with its age and counts for nothing.
    Stale,
}

/// How old a value may be, by parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    limits_ms: BTreeMap<Parameter, u64>,
    cuff_ms: Option<u64>,
    charted_ms: Option<u64>,
}

impl Freshness {
    /// Sets the limit of a parameter, whatever its method.
    pub fn with(mut self, parameter: Parameter, limit_ms: u64) -> Self {
        self.limits_ms.insert(parameter, limit_ms);
        self
    }

    /// Sets the limit of pressures that are not measured in the artery.
    pub fn with_cuff(mut self, limit_ms: u64) -> Self {
        self.cuff_ms = Some(limit_ms);
        self
    }

    /// Sets the limit of all that people chart by hand, where it is longer than the parameter's own: for wards
    /// without monitors. By default there is none.
    pub fn with_charted(mut self, limit_ms: u64) -> Self {
        self.charted_ms = Some(limit_ms);
        self
    }

    /// The limit in milliseconds.
    pub fn limit_ms(&self, parameter: Parameter, method: Method, source: Source) -> u64 {
        let is_cuff = parameter.is_pressure() && method != Method::Invasive;
        let of_site = self.limits_ms.get(&parameter).copied();
        let limit = of_site
            .or(self.cuff_ms.filter(|_| is_cuff))
            .unwrap_or_else(|| default_ms(parameter, method));
        match (source, self.charted_ms) {
            (Source::Charted, Some(charted)) => limit.max(charted),
            _ => limit,
        }
    }

    /// Age in milliseconds and state at `now`. At the limit a value is still fresh.
    pub fn of(&self, observation: &Observation, now: UnixMillis) -> (u64, State) {
        let age_ms = now.saturating_sub(observation.effective_at());
        let limit = self.limit_ms(
            observation.parameter,
            observation.method,
            observation.source,
        );
        let state = if age_ms > limit {
            State::Stale
        } else {
            State::Fresh
        };
        (age_ms, state)
    }
}

fn default_ms(parameter: Parameter, method: Method) -> u64 {
    match parameter {
        _ if parameter.is_pressure() && method != Method::Invasive => CUFF_MS,
        Parameter::Temperature
        | Parameter::Consciousness
        | Parameter::SupplementalOxygen
        | Parameter::OxygenFlow
        | Parameter::OxygenFraction => ROUNDS_MS,
        _ => CONTINUOUS_MS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{Precision, Quantity, Status, TakenAt, TimeSource, Value};

    const NOW: UnixMillis = 1_800_000_000_000;

    fn taken(parameter: Parameter, at: UnixMillis, received_at: UnixMillis) -> Observation {
        Observation {
            parameter,
            method: Method::Unspecified,
            value: Value::Number(Quantity::ZERO),
            taken_at: TakenAt {
                at,
                precision: Precision::Second,
                zone_minutes: None,
                source: TimeSource::Observation,
            },
            received_at,
            device: None,
            source: Source::Charted,
            status: Status::Final,
        }
    }

    #[test]
    fn a_value_is_fresh_at_its_limit_and_stale_beyond() {
        let freshness = Freshness::default();
        for (parameter, limit) in [
            (Parameter::Pulse, 60_000),
            (Parameter::RespiratoryRate, 60_000),
            (Parameter::OxygenSaturation, 60_000),
            (Parameter::SystolicPressure, CUFF_MS),
            (Parameter::Temperature, ROUNDS_MS),
            (Parameter::Consciousness, ROUNDS_MS),
            (Parameter::SupplementalOxygen, ROUNDS_MS),
        ] {
            let observation = taken(parameter, NOW, NOW);

            assert_eq!(
                freshness.of(&observation, NOW + limit),
                (limit, State::Fresh)
            );
            assert_eq!(
                freshness.of(&observation, NOW + limit + 1),
                (limit + 1, State::Stale)
            );
        }
    }

    #[test]
    fn a_catheter_is_watched_without_pause_and_a_cuff_is_not() {
        let freshness = Freshness::default();
        let limit =
            |method| freshness.limit_ms(Parameter::SystolicPressure, method, Source::Device);

        assert_eq!(limit(Method::Invasive), CONTINUOUS_MS);
        assert_eq!(limit(Method::NonInvasive), CUFF_MS);
    }

    #[test]
    fn a_site_sets_how_often_cuffs_inflate_and_catheters_do_not_follow() {
        let freshness = Freshness::default().with_cuff(7_200_000);
        let limit =
            |method| freshness.limit_ms(Parameter::SystolicPressure, method, Source::Device);

        assert_eq!(limit(Method::NonInvasive), 7_200_000);
        assert_eq!(limit(Method::Unspecified), 7_200_000);
        assert_eq!(limit(Method::Invasive), CONTINUOUS_MS);
    }

    #[test]
    fn a_site_sets_its_own_limits() {
        let freshness = Freshness::default()
            .with(Parameter::Pulse, 5_000)
            .with_charted(3_600_000);
        let limit = |source| freshness.limit_ms(Parameter::Pulse, Method::Unspecified, source);

        assert_eq!(limit(Source::Device), 5_000);
        assert_eq!(limit(Source::Charted), 3_600_000);
    }

    #[test]
    fn an_age_is_counted_from_the_earlier_of_the_two_clocks() {
        let freshness = Freshness::default();

        let ahead = taken(Parameter::Pulse, NOW + 3_600_000, NOW);
        let behind = taken(Parameter::Pulse, NOW - 30_000, NOW);

        assert_eq!(freshness.of(&ahead, NOW + 1_000).0, 1_000);
        assert_eq!(freshness.of(&behind, NOW + 1_000).0, 31_000);
        assert_eq!((ahead.skew_ms(), behind.skew_ms()), (3_600_000, -30_000));
    }
}
