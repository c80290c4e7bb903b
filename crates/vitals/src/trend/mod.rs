//! How one value went over the last hours (12 unless configured), in bounded memory.
//!
//! The newest 180 samples are kept as they came: half an hour of a monitor that sends every 10 s, three hours of
//! one that sends every minute, everything of what people note on rounds. Beside them, minimum, mean, maximum and
//! count of each 5 minutes of the span are kept: 145 at most of 12 hours, 577 of the longest. A trend of 12 hours takes at
//! most 12 KB of memory (256 places of 16 bytes and 256 of 32), one of 48 hours 37 KB; a bed with a monitor has about ten
//! of them, a chart at most 30 of what codes name and 70 of whatever programs give.

mod query;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use wardline_kernel::UnixMillis;

use crate::freshness::is_ahead;
use crate::observation::Quantity;

pub use query::{MAX_POINTS, Point, TrendQuery};

/// How far back a trend goes unless configured: 12 hours.
pub const DEFAULT_SPAN_MS: u64 = 12 * 60 * 60_000;
/// The furthest that a trend may go back: 48 hours.
pub const MAX_SPAN_MS: u64 = 48 * 60 * 60_000;
/// Newest samples that are kept as they came.
pub const MAX_RAW: usize = 180;
/// What older samples are summed up over: 5 minutes.
pub const BUCKET_MS: u64 = 5 * 60_000;

/// The trend of one number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trend {
    /// Oldest first, no two of one time.
    raw: VecDeque<(UnixMillis, Quantity)>,
    /// Oldest first, every sample of the span is in one.
    buckets: VecDeque<Bucket>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Bucket {
    /// Number of 5 minutes since 1970.
    number: u64,
    count: u32,
    sum: i64,
    min: Quantity,
    max: Quantity,
}

impl Trend {
    /// Takes a sample, in any order. A repeat changes nothing, another value of the same time takes its place, and
    /// one that is older than the span is left out.
    pub fn record(&mut self, at: UnixMillis, value: Quantity, (now, span_ms): (UnixMillis, u64)) {
        if now.saturating_sub(at) > span_ms || self.raw_at(at) == Some(value) {
            return;
        }
        if !is_ahead(at, now) {
            self.forget_ahead(now);
        }
        self.withdraw(at);
        self.insert_raw(at, value);
        let number = at / BUCKET_MS;
        let place = self
            .buckets
            .partition_point(|bucket| bucket.number < number);
        match self.buckets.get_mut(place) {
            Some(bucket) if bucket.number == number => bucket.add(value),
            _ => self.buckets.insert(place, Bucket::of(number, value)),
        }
        self.forget(now, span_ms);
    }

    /// How often samples come lately: the shorter one of the last two intervals, so that a pause makes no slow feed.
    pub fn period_ms(&self) -> Option<u64> {
        let newest = self.raw.iter().rev().take(3).map(|(at, _)| *at);
        let before = newest.clone().skip(1);
        newest.zip(before).map(|(at, before)| at - before).min()
    }

    /// Takes the samples of another trend of the same stay.
    pub fn join(&mut self, other: &Self, (now, span_ms): (UnixMillis, u64)) {
        for (at, value) in &other.raw {
            if self.raw_at(*at).is_none() {
                self.insert_raw(*at, *value);
            }
        }
        for more in &other.buckets {
            let place = self.buckets.partition_point(|b| b.number < more.number);
            match self.buckets.get_mut(place) {
                Some(bucket) if bucket.number == more.number => bucket.join(more),
                _ => self.buckets.insert(place, *more),
            }
        }
        self.forget(now, span_ms);
    }

    /// One that is older than all that are kept goes to its sum only.
    fn insert_raw(&mut self, at: UnixMillis, value: Quantity) {
        let place = self.raw.partition_point(|(other, _)| *other < at);
        if place == 0 && self.raw.len() >= MAX_RAW {
            return;
        }
        self.raw.insert(place, (at, value));
        if self.raw.len() > MAX_RAW {
            self.raw.pop_front();
        }
    }

    fn raw_at(&self, at: UnixMillis) -> Option<Quantity> {
        let place = self.raw.partition_point(|(other, _)| *other < at);
        let found = self.raw.get(place).filter(|(other, _)| *other == at);
        found.map(|(_, value)| *value)
    }

    /// Takes a sample back. From the sum of its 5 minutes it can be taken only while the sample itself is kept,
    /// and least and greatest stay as they are.
    pub fn withdraw(&mut self, at: UnixMillis) {
        let Some(value) = self.raw_at(at) else { return };
        let place = self.raw.partition_point(|(other, _)| *other < at);
        self.raw.remove(place);
        let number = at / BUCKET_MS;
        let bucket = self
            .buckets
            .partition_point(|bucket| bucket.number < number);
        if let Some(found) = self
            .buckets
            .get_mut(bucket)
            .filter(|found| found.number == number)
        {
            found.count = found.count.saturating_sub(1);
            found.sum = found.sum.saturating_sub(i64::from(value.thousandths()));
            if found.count == 0 {
                self.buckets.remove(bucket);
            }
        }
    }

    /// Drops samples of a time that is yet to come, as our clock was ahead: they would take the places of those that come
    /// now.
    fn forget_ahead(&mut self, now: UnixMillis) {
        while let Some((at, _)) = self.raw.back().copied()
            && is_ahead(at, now)
        {
            self.withdraw(at);
        }
    }

    /// Drops what is older than the span.
    fn forget(&mut self, now: UnixMillis, span_ms: u64) {
        let oldest = now.saturating_sub(span_ms);
        while self.raw.front().is_some_and(|(at, _)| *at < oldest) {
            self.raw.pop_front();
        }
        while self
            .buckets
            .front()
            .is_some_and(|bucket| bucket.number < oldest / BUCKET_MS)
        {
            self.buckets.pop_front();
        }
    }
}

impl Bucket {
    fn of(number: u64, value: Quantity) -> Self {
        Self {
            number,
            count: 1,
            sum: i64::from(value.thousandths()),
            min: value,
            max: value,
        }
    }

    fn join(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.sum = self.sum.saturating_add(other.sum);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    fn add(&mut self, value: Quantity) {
        self.count = self.count.saturating_add(1);
        self.sum = self.sum.saturating_add(i64::from(value.thousandths()));
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }
}

#[cfg(test)]
mod tests;
