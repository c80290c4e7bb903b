//! What messages tell of the wall clock at a start, when there is no earlier look to compare it with.

use wardline_kernel::ClockTrust;

use crate::model::UnixMillis;

/// After a start a clock is believed that is no further than this from the newest message.
const MAX_SINCE_MESSAGE_MS: u64 = 24 * 60 * 60 * 1_000;

/// Messages that came within this may all have come by a clock that was wrong already.
pub(super) const CAME_LATELY_MS: u64 = 24 * 60 * 60 * 1_000;
/// The newest message tells nothing when the one before those that came lately is further from it: four days, as over a long
/// weekend.
const MAX_BETWEEN_MESSAGES_MS: u64 = 4 * 24 * 60 * 60 * 1_000;

/// The clock at a start. The newest message that is stored tells about when it must be, unless it came after a gap itself: a
/// clock that jumped gives its time to what comes next. `before` is the newest one that came [`CAME_LATELY_MS`] earlier. A
/// store without a message has nothing to lose.
pub(super) fn at_start(
    wall: UnixMillis,
    newest: Option<UnixMillis>,
    before: Option<UnixMillis>,
) -> ClockTrust {
    let is_near = newest.is_none_or(|newest| {
        let gap_ms = before.map_or(0, |before| newest.abs_diff(before));
        wall.abs_diff(newest) <= MAX_SINCE_MESSAGE_MS && gap_ms <= MAX_BETWEEN_MESSAGES_MS
    });
    if is_near {
        ClockTrust::believing(wall)
    } else {
        ClockTrust::doubting(wall)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wardline_kernel::Trust::{Believed, Doubted};

    use super::*;

    const NOW: UnixMillis = 1_795_219_200_000;
    const HOUR: u64 = 3_600_000;

    #[test]
    fn the_newest_message_tells_whether_the_clock_can_be_right() {
        for (newest, trust) in [
            (None, Believed),
            (Some(NOW - 24 * HOUR), Believed),
            (Some(NOW - 24 * HOUR - 1), Doubted),
            (Some(NOW + 24 * HOUR + 1), Doubted),
        ] {
            let mut clock = at_start(NOW, newest, None);

            assert_eq!(clock.look(Duration::ZERO, NOW), trust, "{newest:?}");
        }
    }

    #[test]
    fn a_message_that_came_after_a_gap_of_more_than_four_days_confirms_nothing() {
        let newest = NOW - HOUR;
        for (gap_hours, trust) in [(25, Believed), (4 * 24, Believed), (365 * 24, Doubted)] {
            let before = newest - gap_hours * HOUR;
            let mut clock = at_start(NOW, Some(newest), Some(before));

            assert_eq!(clock.look(Duration::ZERO, NOW), trust, "{gap_hours} h");
        }
        let mut clock = at_start(NOW, Some(newest), Some(newest - 4 * 24 * HOUR - 1));
        assert_eq!(clock.look(Duration::ZERO, NOW), Doubted, "one beyond");
    }
}
