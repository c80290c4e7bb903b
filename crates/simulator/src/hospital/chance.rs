//! Everything random in the hospital comes from here, out of one seeded generator.

use std::time::Duration;

use fastrand::Rng;

use super::time::hours_long;

/// One of the list.
pub(crate) fn pick<T: Copy, const N: usize>(rng: &mut Rng, list: &[T; N]) -> T {
    const { assert!(N > 0, "a list to pick from holds something") };
    #[expect(
        clippy::indexing_slicing,
        reason = "the index is below N, and N is above zero"
    )]
    list[rng.usize(..N)]
}

/// True this often, of 100 times.
pub(crate) fn percent(rng: &mut Rng, of_hundred: u32) -> bool {
    rng.u32(..100) < of_hundred
}

/// The wait until the next event of a Poisson process with so many events an hour.
pub(crate) fn poisson_wait(rng: &mut Rng, per_hour: f64) -> Duration {
    // 1 - f64() is in (0, 1], so the logarithm is finite.
    let unit = -(1.0 - rng.f64()).ln();
    hours_long((unit / per_hour.max(1e-6)).min(24.0 * 365.0))
}

/// A number between the two, each as likely.
pub(crate) fn between(rng: &mut Rng, low: f64, high: f64) -> f64 {
    low + (high - low) * rng.f64()
}

/// A standard normal number (Irwin–Hall: the sum of twelve uniform ones, less six).
pub(crate) fn normal(rng: &mut Rng) -> f64 {
    (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0
}
