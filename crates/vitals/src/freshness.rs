//! How old a value may be and still count.
//!
//! A monitor sends several times a minute to once a minute, so a value older than 60 s means that something is
//! wrong with the device, the line or the patient's electrodes, and not with the clock. Of a feed that comes about once
//! a minute each value would be stale when the next one is due, so the period of the feed and some grace count where that
//! is longer, up to a bound. A cuff inflates every 15
//! to 60 minutes: one interval and five minutes of grace. Temperature, consciousness and oxygen are noted on
//! rounds; NEWS2 asks for rounds every 4 to 6 hours from a score of 1, so the stricter end counts, with 15
//! minutes of grace. All are defaults.

use std::collections::BTreeMap;

use serde::Serialize;
use wardline_kernel::UnixMillis;

use crate::observation::{Method, Observation, Parameter, Precision, Source};

/// What a monitor sends without pause: 60 s.
pub const CONTINUOUS_MS: u64 = 60_000;
/// What a value may be late beyond its feed's period: 30 s.
pub const GRACE_MS: u64 = 30_000;
/// However slowly a feed comes, its period and the grace make a value count no longer than 150 s, nor than two and a
/// half times its limit.
pub const MAX_WITH_GRACE_MS: u64 = 150_000;
/// A time may be this much ahead of ours and be of the same moment: threads look at the clock one after the other.
const SLACK_MS: u64 = 5_000;
/// A time to the minute may be as much later.
const MINUTE_MS: u64 = 60_000;
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
    arterial_ms: Option<u64>,
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

    /// Sets the limit of pressures that are measured in the artery.
    pub fn with_arterial(mut self, limit_ms: u64) -> Self {
        self.arterial_ms = Some(limit_ms);
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
        let of_pressure = if method == Method::Invasive {
            self.arterial_ms
        } else {
            self.cuff_ms
        };
        let of_site = self.limits_ms.get(&parameter).copied();
        let limit = of_site
            .or(of_pressure.filter(|_| parameter.is_pressure()))
            .unwrap_or_else(|| default_ms(parameter, method));
        match (source, self.charted_ms) {
            (Source::Charted, Some(charted)) => limit.max(charted),
            _ => limit,
        }
    }

    /// How long this value counts, in milliseconds. `period_ms` is how often values like it come, where that is known.
    pub fn counts_for_ms(&self, observation: &Observation, period_ms: Option<u64>) -> u64 {
        let limit = self.limit_ms(
            observation.parameter,
            observation.method,
            observation.source,
        );
        let most = MAX_WITH_GRACE_MS.min(limit.saturating_mul(5) / 2);
        let of_feed = period_ms.map(|period| period.saturating_add(GRACE_MS).min(most));
        let minute = match observation.taken_at.precision {
            Precision::Minute => MINUTE_MS,
            Precision::Second | Precision::Fraction => 0,
        };
        limit.max(of_feed.unwrap_or_default()) + minute
    }

    /// Age in milliseconds and state at `now`. At the limit a value is still fresh. One of a time that is yet to come
    /// is of before the clock was set back: how old it is nobody knows.
    pub fn of(
        &self,
        observation: &Observation,
        period_ms: Option<u64>,
        now: UnixMillis,
    ) -> (u64, State) {
        let at = observation.effective_at();
        let age_ms = now.saturating_sub(at);
        let is_fresh = age_ms <= self.counts_for_ms(observation, period_ms) && !is_ahead(at, now);
        let state = if is_fresh { State::Fresh } else { State::Stale };
        (age_ms, state)
    }
}

/// Whether a time that was noted by our clock is yet to come: the clock was set back since.
pub(crate) fn is_ahead(noted: UnixMillis, now: UnixMillis) -> bool {
    noted > now.saturating_add(SLACK_MS)
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
    use crate::observation::{Quantity, Status, TakenAt, TimeSource, Value};

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
                freshness.of(&observation, None, NOW + limit),
                (limit, State::Fresh)
            );
            assert_eq!(
                freshness.of(&observation, None, NOW + limit + 1),
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
    fn a_site_sets_how_long_a_catheter_may_be_silent() {
        let freshness = Freshness::default().with_arterial(120_000);
        let limit = |method| freshness.limit_ms(Parameter::MeanPressure, method, Source::Device);

        assert_eq!(limit(Method::Invasive), 120_000);
        assert_eq!(limit(Method::NonInvasive), CUFF_MS);
    }

    /// IHE PCD-01 calls one minute the typical period.
    #[test]
    fn a_feed_that_comes_about_as_slowly_as_the_limit_gets_some_grace() {
        let freshness = Freshness::default();
        let value = taken(Parameter::Pulse, NOW, NOW);
        for (period, counts_for) in [
            (10_000, 60_000),
            (30_000, 60_000),
            (60_000, 90_000),
            (120_000, 150_000),
            (600_000, 150_000),
        ] {
            assert_eq!(freshness.counts_for_ms(&value, Some(period)), counts_for);
        }
        assert_eq!(freshness.counts_for_ms(&value, None), 60_000);
    }

    #[test]
    fn a_site_that_wants_it_sooner_and_what_is_measured_seldom_get_no_more() {
        let freshness = Freshness::default().with(Parameter::Pulse, 10_000);
        let pulse = taken(Parameter::Pulse, NOW, NOW);
        let cuff = taken(Parameter::SystolicPressure, NOW, NOW);

        assert_eq!(freshness.counts_for_ms(&pulse, Some(60_000)), 25_000);
        assert_eq!(freshness.counts_for_ms(&cuff, Some(2 * CUFF_MS)), CUFF_MS);
    }

    #[test]
    fn a_time_to_the_minute_counts_for_a_minute_longer() {
        let mut value = taken(Parameter::Pulse, NOW, NOW + 59_000);
        value.taken_at.precision = Precision::Minute;

        let (_, state) = Freshness::default().of(&value, None, NOW + 120_000);
        let (_, beyond) = Freshness::default().of(&value, None, NOW + 120_001);

        assert_eq!((state, beyond), (State::Fresh, State::Stale));
    }

    #[test]
    fn a_value_from_before_the_clock_was_set_back_is_stale() {
        let freshness = Freshness::default();
        let value = taken(Parameter::Pulse, NOW, NOW);

        assert_eq!(freshness.of(&value, None, NOW - 5_000).1, State::Fresh);
        assert_eq!(freshness.of(&value, None, NOW - 5_001).1, State::Stale);
    }

    #[test]
    fn an_age_is_counted_from_the_earlier_of_the_two_clocks() {
        let freshness = Freshness::default();

        let ahead = taken(Parameter::Pulse, NOW + 3_600_000, NOW);
        let behind = taken(Parameter::Pulse, NOW - 30_000, NOW);

        assert_eq!(freshness.of(&ahead, None, NOW + 1_000).0, 1_000);
        assert_eq!(freshness.of(&behind, None, NOW + 1_000).0, 31_000);
        assert_eq!((ahead.skew_ms(), behind.skew_ms()), (3_600_000, -30_000));
    }
}
