//! Asking a trend: a range, and how many points it may have.

use serde::Serialize;
use wardline_kernel::UnixMillis;

use super::{BUCKET_MS, Trend};

/// Most points of one answer.
pub const MAX_POINTS: usize = 1000;

/// A range of time, and how many points the answer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrendQuery {
    /// Beginning, inclusive.
    pub from: UnixMillis,
    /// End, exclusive.
    pub to: UnixMillis,
    /// Most points; no more than [`MAX_POINTS`].
    pub points: usize,
}

/// Some samples in one: their time, least, mean and greatest. With a `count` of 1 it is a sample as it came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The time of the first sample, or the beginning of its 5 minutes.
    pub at: UnixMillis,
    /// Least.
    pub min: f64,
    /// Mean, each sample weighing the same.
    pub mean: f64,
    /// Greatest.
    pub max: f64,
    /// How many samples.
    pub count: u32,
}

/// Samples in thousandths, before they are shown.
#[derive(Clone, Copy)]
struct Sum {
    at: UnixMillis,
    is_bucket: bool,
    count: u32,
    sum: i64,
    min: i32,
    max: i32,
}

impl Trend {
    /// The points of a range, oldest first, at most as many as asked for: single samples where they are kept,
    /// sums of 5 minutes before, and wider sums when there would be too many.
    pub fn points(&self, query: &TrendQuery) -> Vec<Point> {
        let limit = query.points.min(MAX_POINTS);
        if limit == 0 || query.to <= query.from {
            return Vec::new();
        }
        let sums = self.sums(query);
        if sums.len() <= limit {
            return sums.iter().map(Sum::point).collect();
        }
        let (Some(first), Some(last)) = (sums.first(), sums.last()) else {
            return Vec::new();
        };
        let from = first.at.max(query.from);
        let span = last.at.saturating_sub(from) + 1;
        let slots = u64::try_from(limit).unwrap_or(u64::MAX);
        let width = span.div_ceil(slots).max(1);
        let mut wider: Vec<(u64, Sum)> = Vec::with_capacity(limit);
        for sum in sums {
            let slot = sum.at.saturating_sub(from) / width;
            match wider.last_mut() {
                Some((last, all)) if *last == slot => all.add(&sum),
                _ => wider.push((slot, sum)),
            }
        }
        wider.iter().map(|(_, sum)| sum.point()).collect()
    }

    /// Buckets that end before the kept samples begin, then the samples. A bucket that both share is left to
    /// the samples when they hold all of it, else it is shown whole and its samples are left out.
    fn sums(&self, query: &TrendQuery) -> Vec<Sum> {
        let shared = self.raw.front().map(|(at, _)| at / BUCKET_MS);
        let held = |number: u64| {
            let same = self.raw.iter().filter(|(at, _)| at / BUCKET_MS == number);
            u32::try_from(same.count()).unwrap_or(u32::MAX)
        };
        let before = self.buckets.iter().filter(|bucket| match shared {
            Some(first) if bucket.number == first => held(first) < bucket.count,
            Some(first) => bucket.number < first,
            None => true,
        });
        let before: Vec<_> = before.collect();
        let summed_to = before
            .last()
            .map_or(0, |bucket| (bucket.number + 1) * BUCKET_MS);
        let buckets = before.into_iter().map(|bucket| Sum {
            at: bucket.number * BUCKET_MS,
            is_bucket: true,
            count: bucket.count,
            sum: bucket.sum,
            min: bucket.min.thousandths(),
            max: bucket.max.thousandths(),
        });
        let raw = self
            .raw
            .iter()
            .filter(|(at, _)| *at >= summed_to)
            .map(|(at, value)| Sum {
                at: *at,
                is_bucket: false,
                count: 1,
                sum: i64::from(value.thousandths()),
                min: value.thousandths(),
                max: value.thousandths(),
            });
        let all = buckets.chain(raw);
        all.filter(|sum| sum.at < query.to && sum.until() > query.from)
            .collect()
    }
}

impl Sum {
    /// The end of what it holds: a sum of 5 minutes that begins before a range still tells of it.
    fn until(&self) -> UnixMillis {
        if self.is_bucket {
            self.at + BUCKET_MS
        } else {
            self.at + 1
        }
    }

    fn add(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.sum = self.sum.saturating_add(other.sum);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    fn point(&self) -> Point {
        let mean = self.sum / i64::from(self.count.max(1));
        let mean = i32::try_from(mean).unwrap_or(self.max);
        let shown = |thousandths: i32| f64::from(thousandths) / 1000.0;
        Point {
            at: self.at,
            min: shown(self.min),
            mean: shown(mean),
            max: shown(self.max),
            count: self.count,
        }
    }
}
