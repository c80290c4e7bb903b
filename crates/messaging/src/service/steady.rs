//! Whether the wall clock can be believed, before what it says is removed for good.
//!
//! A clock that jumps ahead by a year makes everything that was delivered too old at once. The monotonic clock cannot jump:
//! the wall clock is believed as long as both go alike, and after a jump once it has held for a day. What was missed
//! is removed then. A machine that slept looks like a jump, and only makes removal a day late.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::UnixMillis;

/// By how much the clocks may differ between two looks.
const MAX_APART_MS: i128 = 60 * 60 * 1_000;
/// How long a clock that jumped must hold.
const HOLDS: Duration = Duration::from_hours(24);
/// After a start a clock is believed that is no further than this ahead of the newest message.
const MAX_SINCE_MESSAGE_MS: u64 = 24 * 60 * 60 * 1_000;

/// The wall clock beside the monotonic one.
pub(super) struct SteadyClock {
    began: Instant,
    /// Unix time at `began`, as a clock says that is believed.
    believed: Option<i128>,
    /// The same by one that is not yet, and since when.
    doubted: Option<(i128, Instant)>,
}

/// What may follow from what the wall clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// It can be believed.
    Believed,
    /// It has just jumped.
    Jumped,
    /// It jumped less than a day ago.
    Doubted,
}

impl SteadyClock {
    /// At a start there is no earlier look: the newest message that is stored tells about when it must be. A store
    /// without one has nothing to lose.
    pub(super) fn start(now: Instant, wall: UnixMillis, newest: Option<UnixMillis>) -> Self {
        let is_near = newest.is_none_or(|newest| {
            let apart = wall.abs_diff(newest);
            apart <= MAX_SINCE_MESSAGE_MS
        });
        let base = i128::from(wall);
        Self {
            began: now,
            believed: is_near.then_some(base),
            doubted: (!is_near).then_some((base, now)),
        }
    }

    /// Looks at both clocks.
    pub(super) fn look(&mut self, now: Instant, wall: UnixMillis) -> Trust {
        let passed = now.saturating_duration_since(self.began).as_millis();
        let base = i128::from(wall) - i128::try_from(passed).unwrap_or(i128::MAX);
        let is_near = |other: i128| base.abs_diff(other) <= MAX_APART_MS.unsigned_abs();
        let has_held = |(other, since): (i128, Instant)| {
            is_near(other) && now.saturating_duration_since(since) >= HOLDS
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
                self.doubted = Some((base, now));
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
    fn look(clock: &mut SteadyClock, began: Instant, hours: u64, ahead: u64) -> Trust {
        let after = hours * HOUR;
        clock.look(began + Duration::from_millis(after), NOW + after + ahead)
    }

    #[test]
    fn a_clock_that_jumps_is_believed_once_it_has_held_for_a_day() {
        let began = Instant::now();
        let mut clock = SteadyClock::start(began, NOW, Some(NOW - HOUR));

        let looks = [
            (1, 0),
            (2, YEAR),
            (3, YEAR),
            (25, YEAR),
            (26, YEAR),
            (27, YEAR),
        ];
        let trust = looks.map(|(hours, ahead)| look(&mut clock, began, hours, ahead));

        assert_eq!(
            trust,
            [Believed, Jumped, Doubted, Doubted, Believed, Believed]
        );
    }

    #[test]
    fn a_clock_that_is_put_right_again_is_believed_at_once() {
        let began = Instant::now();
        let mut clock = SteadyClock::start(began, NOW, Some(NOW - HOUR));

        assert_eq!(look(&mut clock, began, 1, YEAR), Jumped);
        assert_eq!(look(&mut clock, began, 2, 0), Believed);
    }

    #[test]
    fn a_clock_that_jumps_again_begins_its_day_anew() {
        let began = Instant::now();
        let mut clock = SteadyClock::start(began, NOW, None);

        assert_eq!(look(&mut clock, began, 1, YEAR), Jumped);
        assert_eq!(look(&mut clock, began, 20, 2 * YEAR), Jumped);
        assert_eq!(look(&mut clock, began, 26, 2 * YEAR), Doubted);
    }

    #[test]
    fn an_hour_between_two_looks_is_no_jump_and_a_little_more_is() {
        let began = Instant::now();
        let mut clock = SteadyClock::start(began, NOW, None);

        assert_eq!(look(&mut clock, began, 1, HOUR), Believed);
        assert_eq!(look(&mut clock, began, 2, 2 * HOUR), Believed);
        assert_eq!(look(&mut clock, began, 3, 3 * HOUR + 1), Jumped);
    }

    #[test]
    fn after_a_start_the_newest_message_tells_whether_the_clock_can_be_right() {
        let began = Instant::now();
        for (newest, trust) in [
            (None, Believed),
            (Some(NOW - 24 * HOUR), Believed),
            (Some(NOW - 24 * HOUR - 1), Doubted),
            (Some(NOW + 24 * HOUR + 1), Doubted),
        ] {
            let mut clock = SteadyClock::start(began, NOW, newest);

            assert_eq!(look(&mut clock, began, 0, 0), trust, "{newest:?}");
            assert_eq!(look(&mut clock, began, 24, 0), Believed, "{newest:?}");
        }
    }
}
