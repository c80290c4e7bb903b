//! How long searches take, one after the other over HTTP.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::wardline::Wardline;

/// Times of one kind of search, in milliseconds.
pub(super) struct Times {
    pub(super) searches: usize,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) max_ms: f64,
}

/// Searches for each value of this field; each must be found.
pub(super) fn measure<'a>(
    wardline: &Wardline,
    field: &str,
    values: impl Iterator<Item = &'a str>,
) -> Result<Times> {
    let mut times: Vec<Duration> = Vec::new();
    for value in values {
        let (found, took) = wardline.search(field, value)?;
        ensure!(
            found > 0,
            "a message that was acknowledged is not found by {field}"
        );
        times.push(took);
    }
    times.sort();
    let at = |share: usize| {
        let place = (times.len() * share / 100).min(times.len().saturating_sub(1));
        times
            .get(place)
            .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    Ok(Times {
        searches: times.len(),
        p50_ms: at(50),
        p99_ms: at(99),
        max_ms: at(100),
    })
}
