//! What messages tell of the wall clock at a start, when there is no earlier look to compare it with.

use wardline_kernel::ClockTrust;

use crate::model::UnixMillis;

/// After a start a clock is believed that is no further than this from the newest message.
const MAX_SINCE_MESSAGE_MS: u64 = 24 * 60 * 60 * 1_000;

/// The clock at a start. The newest message that is stored tells about when it must be. A store without one has nothing to
/// lose.
pub(super) fn at_start(wall: UnixMillis, newest: Option<UnixMillis>) -> ClockTrust {
    let is_near = newest.is_none_or(|newest| wall.abs_diff(newest) <= MAX_SINCE_MESSAGE_MS);
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
            let mut clock = at_start(NOW, newest);

            assert_eq!(clock.look(Duration::ZERO, NOW), trust, "{newest:?}");
        }
    }
}
