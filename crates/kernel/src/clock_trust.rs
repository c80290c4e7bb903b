//! Whether the wall clock can be believed, before what it says is removed for good.
//!
//! A clock that jumps ahead by a year makes everything that is kept for a time too old at once. The monotonic clock cannot
//! jump: the wall clock is believed as long as both go alike, and after a jump once it has held for a day. What was missed
//! is removed then. A machine that slept looks like a jump, and only makes removal a day late.
//!
//! A process that ends leaves a [`Standing`] behind. The next one takes it up when its wall clock is within an hour of it: a
//! clock that jumped meanwhile would be further away, and one that was off for longer must hold anew.

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
    /// The same by one that is not yet.
    doubted: Option<Doubted>,
}

#[derive(Clone, Copy, Debug)]
struct Doubted {
    /// Unix time at the start by it.
    base: i128,
    /// How long after the start it was first seen.
    since: Duration,
    /// For how long it had held before the start.
    held_before: Duration,
}

/// How the clock stood at a look, for the process after this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the wall clock said.
    pub seen_at: UnixMillis,
    /// `None` when it was believed, else for how long it had held.
    pub held: Option<Duration>,
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
            doubted: Some(Doubted::since(Duration::ZERO, i128::from(wall))),
        }
    }

    /// From a start at which the last look of an earlier process is known. It counts when the wall clock is no further than an
    /// hour from it, so it can be wrong by no more than a clock that is looked at all the time; else the clock must hold for a day.
    /// The time between the two is no part of it.
    pub fn resuming(wall: UnixMillis, earlier: Standing) -> Self {
        let apart_ms = i128::from(wall) - i128::from(earlier.seen_at);
        if apart_ms.abs() > MAX_APART_MS {
            return Self::doubting(wall);
        }
        match earlier.held {
            None => Self::believing(wall),
            Some(held_before) => Self {
                believed: None,
                doubted: Some(Doubted {
                    held_before,
                    ..Doubted::since(Duration::ZERO, i128::from(wall))
                }),
            },
        }
    }

    /// How the clock stood at the look that has just been taken, with what was given to it.
    pub fn standing(&self, passed: Duration, wall: UnixMillis) -> Standing {
        Standing {
            seen_at: wall,
            held: self.doubted.map(|doubted| doubted.held(passed)),
        }
    }

    /// Looks at the wall clock when so much has passed since the start by the monotonic one.
    pub fn look(&mut self, passed: Duration, wall: UnixMillis) -> Trust {
        let passed_ms = i128::try_from(passed.as_millis()).unwrap_or(i128::MAX);
        let base = i128::from(wall) - passed_ms;
        let is_near = |other: i128| base.abs_diff(other) <= MAX_APART_MS.unsigned_abs();
        let has_held = |doubted: Doubted| is_near(doubted.base) && doubted.held(passed) >= HOLDS;
        if self.believed.is_some_and(is_near) || self.doubted.is_some_and(has_held) {
            // Clocks drift apart slowly, and are put right in small steps.
            self.believed = Some(base);
            self.doubted = None;
            return Trust::Believed;
        }
        match self.doubted {
            Some(doubted) if is_near(doubted.base) => Trust::Doubted,
            _ => {
                self.doubted = Some(Doubted::since(passed, base));
                Trust::Jumped
            }
        }
    }
}

impl Doubted {
    fn since(since: Duration, base: i128) -> Self {
        Self {
            base,
            since,
            held_before: Duration::ZERO,
        }
    }

    fn held(&self, passed: Duration) -> Duration {
        let since_start = passed.saturating_sub(self.since);
        self.held_before.saturating_add(since_start)
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

    /// The clock after a restart at which the wall clock is so far from the last look.
    fn resumed(earlier: Standing, apart_ms: i64) -> (ClockTrust, UnixMillis) {
        let wall = earlier.seen_at.saturating_add_signed(apart_ms);
        (ClockTrust::resuming(wall, earlier), wall)
    }

    const AN_HOUR: i64 = 3_600_000;

    #[test]
    fn a_clock_that_was_believed_is_after_a_restart_within_an_hour() {
        let believed = Standing {
            seen_at: NOW,
            held: None,
        };
        for (apart, trust) in [
            (0, Believed),
            (AN_HOUR, Believed),
            (-AN_HOUR, Believed),
            (AN_HOUR + 1, Doubted),
            (-AN_HOUR - 1, Doubted),
            (i64::MAX, Doubted),
            (i64::MIN, Doubted),
        ] {
            let (mut clock, wall) = resumed(believed, apart);

            assert_eq!(clock.look(Duration::ZERO, wall), trust, "{apart}");
        }
    }

    #[test]
    fn a_clock_that_is_not_yet_believed_holds_on_over_restarts_without_the_time_between() {
        let mut clock = ClockTrust::doubting(NOW);
        let after = |hours| Duration::from_hours(hours);
        assert_eq!(look(&mut clock, 23, 0), Doubted);
        let left = clock.standing(after(23), NOW + 23 * HOUR);
        assert_eq!(left.held, Some(after(23)));

        let (mut clock, wall) = resumed(left, AN_HOUR);

        assert_eq!(clock.look(Duration::ZERO, wall), Doubted);
        let almost = Duration::from_millis(HOUR - 1);
        assert_eq!(clock.look(almost, wall + HOUR - 1), Doubted);
        assert_eq!(clock.look(after(1), wall + HOUR), Believed);
        let left = clock.standing(after(1), wall + HOUR);
        assert_eq!(left.held, None);
    }

    #[test]
    fn a_restart_makes_no_clock_right_that_has_jumped() {
        let mut clock = ClockTrust::believing(NOW);
        assert_eq!(look(&mut clock, 1, YEAR), Jumped);
        let left = clock.standing(Duration::from_hours(1), NOW + HOUR + YEAR);

        let (mut clock, wall) = resumed(left, 0);

        assert_eq!(left.held, Some(Duration::ZERO));
        assert_eq!(clock.look(Duration::ZERO, wall), Doubted);
        let hours = |hours: u64| (Duration::from_hours(hours), wall + hours * HOUR);
        let (passed, wall) = hours(23);
        assert_eq!(clock.look(passed, wall), Doubted);
    }

    #[test]
    fn a_clock_that_jumps_after_a_restart_begins_its_day_anew() {
        let held = Some(Duration::from_hours(23));
        let (mut clock, wall) = resumed(Standing { seen_at: NOW, held }, 0);

        let hour = Duration::from_hours(1);
        assert_eq!(clock.look(hour, wall + HOUR + YEAR), Jumped);

        let left = clock.standing(hour, wall + HOUR + YEAR);
        assert_eq!(left.held, Some(Duration::ZERO));
    }
}
