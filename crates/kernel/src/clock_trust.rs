//! Whether the wall clock can be believed, before what it says is removed for good.
//!
//! A clock that jumps ahead by a year makes everything that is kept for a time too old at once. The monotonic clock cannot
//! jump: the wall clock is believed as long as both go alike, and after a jump once it has held for a day. What was missed
//! is removed then. A machine that slept looks like a jump, and only makes removal a day late.

use std::time::Duration;

use crate::UnixMillis;

/// By how much the clocks may differ between two looks.
const MAX_APART_MS: i128 = 60 * 60 * 1_000;
/// How long a clock that jumped must hold.
const HOLDS: Duration = Duration::from_hours(24);

/// The wall clock beside the monotonic one.
#[derive(Clone, Copy, Debug)]
pub struct ClockTrust {
    /// Unix time at the start, as a clock says that is believed.
    believed: Option<i128>,
    /// The same by one that is not yet, and how long after the start it was first seen.
    doubted: Option<(i128, Duration)>,
}

/// What may follow from what the wall clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It can be believed.
    Believed,
    /// It has just jumped.
    Jumped,
    /// It jumped less than a day ago.
    Doubted,
}

impl ClockTrust {
    /// From a start at which something else says that the clock is right.
    pub fn believing(wall: UnixMillis) -> Self {
        Self {
            believed: Some(i128::from(wall)),
            doubted: None,
        }
    }

    /// From a start at which nothing says so: there is no earlier look to compare with, so it must hold for a day.
    pub fn doubting(wall: UnixMillis) -> Self {
        Self {
            believed: None,
            doubted: Some((i128::from(wall), Duration::ZERO)),
        }
    }

    /// Looks at the wall clock when so much has passed since the start by the monotonic one.
    pub fn look(&mut self, passed: Duration, wall: UnixMillis) -> Trust {
        let passed_ms = i128::try_from(passed.as_millis()).unwrap_or(i128::MAX);
        let base = i128::from(wall) - passed_ms;
        let is_near = |other: i128| base.abs_diff(other) <= MAX_APART_MS.unsigned_abs();
        let has_held = |(other, since): (i128, Duration)| {
            is_near(other) && passed.saturating_sub(since) >= HOLDS
        };
        if self.believed.is_some_and(is_near) || self.doubted.is_some_and(has_held) {
            // Clocks drift apart slowly, and are put right in small steps.
            self.believed = Some(base);
            self.doubted = None;
            return Trust::Believed;
        }
        match self.doubted {
            Some((other, _)) if is_near(other) => Trust::Doubted,
            _ => {
                self.doubted = Some((base, passed));
                Trust::Jumped
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Trust::{Believed, Doubted, Jumped};
    use super::*;

    const NOW: UnixMillis = 1_795_219_200_000;
    const HOUR: u64 = 3_600_000;
    const YEAR: u64 = 365 * 24 * HOUR;

    /// Looks so many hours after the start, with the wall clock ahead by so much.
    fn look(clock: &mut ClockTrust, hours: u64, ahead: u64) -> Trust {
        let after = hours * HOUR;
        clock.look(Duration::from_millis(after), NOW + after + ahead)
    }

    #[test]
    fn a_clock_that_jumps_is_believed_once_it_has_held_for_a_day() {
        let mut clock = ClockTrust::believing(NOW);

        let looks = [
            (1, 0),
            (2, YEAR),
            (3, YEAR),
            (25, YEAR),
            (26, YEAR),
            (27, YEAR),
        ];
        let trust = looks.map(|(hours, ahead)| look(&mut clock, hours, ahead));

        assert_eq!(
            trust,
            [Believed, Jumped, Doubted, Doubted, Believed, Believed]
        );
    }

    #[test]
    fn a_clock_that_is_put_right_again_is_believed_at_once() {
        let mut clock = ClockTrust::believing(NOW);

        assert_eq!(look(&mut clock, 1, YEAR), Jumped);
        assert_eq!(look(&mut clock, 2, 0), Believed);
    }

    #[test]
    fn a_clock_that_jumps_again_begins_its_day_anew() {
        let mut clock = ClockTrust::believing(NOW);

        assert_eq!(look(&mut clock, 1, YEAR), Jumped);
        assert_eq!(look(&mut clock, 20, 2 * YEAR), Jumped);
        assert_eq!(look(&mut clock, 26, 2 * YEAR), Doubted);
    }

    #[test]
    fn an_hour_between_two_looks_is_no_jump_and_a_little_more_is() {
        let mut clock = ClockTrust::believing(NOW);

        assert_eq!(look(&mut clock, 1, HOUR), Believed);
        assert_eq!(look(&mut clock, 2, 2 * HOUR), Believed);
        assert_eq!(look(&mut clock, 3, 3 * HOUR + 1), Jumped);
    }

    #[test]
    fn a_clock_that_nothing_confirms_at_the_start_must_hold_for_a_day() {
        let mut clock = ClockTrust::doubting(NOW);

        assert_eq!(look(&mut clock, 0, 0), Doubted);
        assert_eq!(look(&mut clock, 23, 0), Doubted);
        assert_eq!(look(&mut clock, 24, 0), Believed);
    }
}
