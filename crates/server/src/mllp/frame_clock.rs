//! How long a begun frame may take: a limit that slow senders cannot stretch, and that long messages on slow
//! lines can live with.

use std::time::Duration;

use tokio::time::Instant;

/// Bytes that buy a frame another period.
const PROGRESS_BYTES: usize = 64 * 1024;
/// Periods of one frame at most.
const MAX_PERIODS: u32 = 20;

/// Times one frame. It must be whole at the end of a period, unless 64 KiB of it came within the period.
pub(super) struct FrameClock {
    period: Duration,
    ends: Instant,
    periods: u32,
    bytes: usize,
}

impl FrameClock {
    /// Starts with the first byte of a frame.
    pub(super) fn start(period: Duration, now: Instant) -> Self {
        Self {
            period,
            ends: now + period,
            periods: 1,
            bytes: 0,
        }
    }

    pub(super) fn received(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(super) fn ends(&self) -> Instant {
        self.ends
    }

    /// At the end of a period: whether another one is given.
    pub(super) fn extend(&mut self, now: Instant) -> bool {
        if self.bytes < PROGRESS_BYTES || self.periods >= MAX_PERIODS {
            return false;
        }
        self.bytes = 0;
        self.periods += 1;
        self.ends = now + self.period;
        true
    }

    /// Gives back time that was spent waiting for us.
    pub(super) fn pause(&mut self, waited: Duration) {
        self.ends += waited;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_secs(30);

    fn clock() -> FrameClock {
        FrameClock::start(PERIOD, Instant::now())
    }

    #[test]
    fn a_period_is_extended_for_64_kib_and_not_for_a_byte_less() {
        let (mut enough, mut short) = (clock(), clock());
        enough.received(64 * 1024);
        short.received(64 * 1024 - 1);

        assert!(enough.extend(Instant::now()));
        assert!(!short.extend(Instant::now()));
    }

    #[test]
    fn progress_counts_in_its_own_period_only() {
        let mut clock = clock();
        clock.received(128 * 1024);

        assert!(clock.extend(Instant::now()));
        assert!(!clock.extend(Instant::now()));
    }

    #[test]
    fn a_frame_gets_twenty_periods_and_not_one_more() {
        let mut clock = clock();

        for _ in 1..20 {
            clock.received(64 * 1024);
            assert!(clock.extend(Instant::now()));
        }
        clock.received(64 * 1024);

        assert!(!clock.extend(Instant::now()));
    }
}
