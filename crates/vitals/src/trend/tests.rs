//! Trends against a model, and within their bounds.

#![expect(clippy::float_cmp, reason = "whole numbers are exact")]

use proptest::prelude::*;

use super::*;

const START: UnixMillis = 1_800_000_000_000;

fn number(value: i32) -> Quantity {
    Quantity::whole(value)
}

fn all(points: usize) -> TrendQuery {
    TrendQuery {
        from: 0,
        to: UnixMillis::MAX,
        points,
    }
}

#[test]
fn recent_samples_are_shown_as_they_came() {
    let mut trend = Trend::default();
    trend.record(START + 20_000, number(3), (START + 20_000, DEFAULT_SPAN_MS));
    trend.record(START, number(1), (START + 20_000, DEFAULT_SPAN_MS));
    trend.record(START + 10_000, number(2), (START + 20_000, DEFAULT_SPAN_MS));

    let points = trend.points(&all(100));

    assert_eq!(
        points
            .iter()
            .map(|point| point.at - START)
            .collect::<Vec<_>>(),
        [0, 10_000, 20_000]
    );
    assert!(
        points
            .iter()
            .all(|point| point.count == 1 && point.min == point.max)
    );
}

/// Our clock was ahead for longer than newest samples are kept, and is put right.
#[test]
fn samples_of_a_time_that_is_yet_to_come_take_no_places_from_those_that_come_now() {
    let ahead = START + 60 * 60_000;
    let mut trend = Trend::default();
    for sample in 0..MAX_RAW as u64 + 20 {
        let at = ahead + sample * 10_000;
        trend.record(at, number(1), (at, DEFAULT_SPAN_MS));
    }

    for sample in 0..3 {
        let at = START + sample * 60_000;
        trend.record(at, number(2), (at, DEFAULT_SPAN_MS));
    }

    assert_eq!(trend.period_ms(), Some(60_000));
    let newest = TrendQuery {
        from: 0,
        to: START + 10 * 60_000,
        points: 100,
    };
    assert_eq!(trend.points(&newest).len(), 3);
}

#[test]
fn a_repeat_changes_nothing_and_another_value_takes_its_place() {
    let mut trend = Trend::default();
    trend.record(START, number(1), (START, DEFAULT_SPAN_MS));
    let once = trend.clone();

    trend.record(START, number(1), (START, DEFAULT_SPAN_MS));
    assert_eq!(trend, once);

    trend.record(START, number(5), (START, DEFAULT_SPAN_MS));
    let points = trend.points(&all(100));
    assert_eq!((points.len(), points[0].mean, points[0].count), (1, 5.0, 1));
}

#[test]
fn a_day_of_samples_stays_within_its_bounds_and_the_newest_twelve_hours_remain() {
    let mut trend = Trend::default();
    let end = START + 24 * 3_600_000;
    for at in (START..end).step_by(1_000) {
        trend.record(at, number(70), (at, DEFAULT_SPAN_MS));
    }

    assert_eq!(trend.raw.len(), MAX_RAW);
    assert!(trend.buckets.len() <= 145);
    let points = trend.points(&all(MAX_POINTS));
    let counted: u64 = points.iter().map(|point| u64::from(point.count)).sum();
    assert!(
        (DEFAULT_SPAN_MS / 1000..=(DEFAULT_SPAN_MS + BUCKET_MS) / 1000).contains(&counted),
        "{counted}"
    );
}

#[test]
fn a_sample_older_than_the_span_is_left_out() {
    let mut trend = Trend::default();

    trend.record(START, number(1), (START + DEFAULT_SPAN_MS, DEFAULT_SPAN_MS));
    trend.record(
        START - 1,
        number(1),
        (START + DEFAULT_SPAN_MS, DEFAULT_SPAN_MS),
    );

    assert_eq!(trend.raw.len(), 1);
}

#[test]
fn a_sample_that_is_taken_back_is_gone() {
    let mut trend = Trend::default();
    trend.record(START, number(1), (START, DEFAULT_SPAN_MS));
    trend.record(START + 1_000, number(9), (START + 1_000, DEFAULT_SPAN_MS));

    trend.withdraw(START + 1_000);
    trend.withdraw(START + 2_000);

    assert_eq!(trend.points(&all(10)).len(), 1);
    trend.withdraw(START);
    assert_eq!(trend, Trend::default());
}

#[test]
fn an_answer_has_no_more_points_than_were_asked_for() {
    let mut trend = Trend::default();
    for at in (START..START + DEFAULT_SPAN_MS).step_by(10_000) {
        trend.record(at, number(70), (at, DEFAULT_SPAN_MS));
    }
    let query = |points| TrendQuery {
        from: START,
        to: START + DEFAULT_SPAN_MS,
        points,
    };

    for points in [0, 1, 7, 100, MAX_POINTS, usize::MAX] {
        assert!(trend.points(&query(points)).len() <= points.min(MAX_POINTS));
    }
    assert!(trend.points(&query(100)).len() > 50);
    assert_eq!(
        trend.points(&TrendQuery {
            from: 5,
            to: 5,
            points: 10
        }),
        []
    );
}

#[test]
fn a_range_begins_with_the_sum_that_reaches_into_it() {
    let mut trend = Trend::default();
    for at in (START..START + 3_600_000).step_by(1_000) {
        trend.record(at, number(70), (at, DEFAULT_SPAN_MS));
    }
    let from = START + BUCKET_MS + 1;

    let points = trend.points(&TrendQuery {
        from,
        to: from + 1,
        points: 10,
    });

    assert_eq!(
        points.iter().map(|point| point.at).collect::<Vec<_>>(),
        [START + BUCKET_MS]
    );
}

proptest! {
    #[test]
    fn no_sample_is_lost_or_counted_twice(
        samples in prop::collection::btree_map(0..DEFAULT_SPAN_MS, 0..200_i32, 1..600),
        points in 1..200_usize,
    ) {
        let now = START + DEFAULT_SPAN_MS;
        let mut trend = Trend::default();
        for (at, value) in &samples {
            trend.record(START + at, number(*value), (now, DEFAULT_SPAN_MS));
            trend.record(START + at, number(*value), (now, DEFAULT_SPAN_MS));
        }

        let shown = trend.points(&all(MAX_POINTS));
        let fewer = trend.points(&all(points));

        let count = |points: &[Point]| points.iter().map(|point| point.count).sum::<u32>();
        prop_assert!(fewer.len() <= points);
        prop_assert_eq!(count(&shown), u32::try_from(samples.len()).unwrap());
        prop_assert_eq!(count(&fewer), u32::try_from(samples.len()).unwrap());
        let least = f64::from(*samples.values().min().unwrap());
        let greatest = f64::from(*samples.values().max().unwrap());
        prop_assert!(fewer.iter().all(|point| point.min >= least && point.max <= greatest));
        prop_assert!(fewer.iter().any(|point| point.min == least));
        prop_assert!(fewer.iter().any(|point| point.max == greatest));
        prop_assert!(shown.windows(2).all(|pair| pair[0].at < pair[1].at));
        prop_assert!(fewer.iter().all(|point| point.min <= point.mean && point.mean <= point.max));
    }
}

#[test]
fn a_longer_span_keeps_more() {
    let (mut usual, mut longest) = (Trend::default(), Trend::default());
    for at in (START..START + MAX_SPAN_MS).step_by(60_000) {
        usual.record(at, number(70), (at, DEFAULT_SPAN_MS));
        longest.record(at, number(70), (at, MAX_SPAN_MS));
    }

    let hours = |trend: &Trend| trend.buckets.len() / 12;
    assert_eq!((hours(&usual), hours(&longest)), (12, 48));
    assert!(longest.buckets.len() <= 577);
}

#[test]
fn what_two_trends_of_one_stay_hold_is_joined() {
    let (mut one, mut other) = (Trend::default(), Trend::default());
    one.record(START, number(1), (START, DEFAULT_SPAN_MS));
    other.record(START + 1_000, number(9), (START, DEFAULT_SPAN_MS));
    other.record(START + BUCKET_MS, number(5), (START, DEFAULT_SPAN_MS));

    one.join(&other, (START + BUCKET_MS, DEFAULT_SPAN_MS));

    assert_eq!(one.raw.len(), 3);
    assert_eq!(one.buckets.len(), 2);
    assert_eq!((one.buckets[0].count, one.buckets[0].max), (2, number(9)));
}
