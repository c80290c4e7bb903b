//! How long to wait before the next attempt.

use std::time::Duration;

use crate::channel::Retry;

/// The delay before the attempt after `attempts` failed ones: doubled each time up to the limit, and spread.
pub(super) fn delay(retry: &Retry, attempts: u32, random: &mut fastrand::Rng) -> Duration {
    let doublings = attempts.saturating_sub(1).min(32);
    let full = retry
        .first_delay_ms
        .saturating_mul(1 << doublings)
        .min(retry.max_delay_ms)
        .max(1);
    spread(Duration::from_millis(full), random)
}

/// A pause with a random part of up to half taken off, so that many who wait for the same do not ask together.
pub(super) fn spread(pause: Duration, random: &mut fastrand::Rng) -> Duration {
    pause.mul_f64(1.0 - random.f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_its_limit_within_its_jitter() {
        let retry = Retry {
            first_delay_ms: 1_000,
            max_delay_ms: 8_000,
            ..Retry::default()
        };
        let mut random = fastrand::Rng::with_seed(1);

        for (attempts, full) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000), (60, 8_000)] {
            let delay = delay(&retry, attempts, &mut random).as_millis();

            assert!((full / 2..=full).contains(&delay), "{attempts}: {delay}");
        }
    }

    #[test]
    fn those_who_wait_for_the_same_pause_differently_and_at_least_half_as_long() {
        let (pause, mut random) = (Duration::from_secs(1), fastrand::Rng::with_seed(1));

        let mut pauses: Vec<Duration> = (0..100).map(|_| spread(pause, &mut random)).collect();

        assert!(pauses.iter().all(|it| (pause / 2..=pause).contains(it)));
        pauses.sort_unstable();
        assert!(pauses[99] > pauses[0] + pause / 4, "{pauses:?}");
    }
}
