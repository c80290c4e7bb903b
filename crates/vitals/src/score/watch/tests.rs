//! When changes of band are told.

use proptest::prelude::*;

use super::super::{Complete, Incomplete, NotApplicable};
use super::*;

const POLICY: BandPolicy = BandPolicy {
    rise_samples: 2,
    charted_rise_samples: 1,
    fall_samples: 3,
    fall_ms: 120_000,
    apart_ms: 2_000,
    remind_from: Band::Medium,
    remind_ms: 900_000,
    remind_acknowledged_ms: 3_600_000,
};

fn scored(band: Band) -> Assessment {
    let total = match band {
        Band::Low => 1,
        Band::LowMedium => 3,
        Band::Medium => 5,
        Band::High => 7,
    };
    Assessment::Complete(Complete {
        total,
        band,
        single_three: band == Band::LowMedium,
        age_unknown: false,
        parts: Vec::new(),
    })
}

fn incomplete(at_least: Option<Band>) -> Assessment {
    Assessment::Incomplete(Incomplete {
        missing: vec![Parameter::Temperature],
        stale: vec![Parameter::Pulse],
        parts: Vec::new(),
        at_least,
        age_unknown: false,
    })
}

/// Feeds one sample every `every_ms` and gathers the changes.
fn fed(watch: &mut BandWatch, from: UnixMillis, every_ms: u64, bands: &[Band]) -> Vec<BandEvent> {
    let samples = bands
        .iter()
        .zip((from..).step_by(usize::try_from(every_ms).unwrap()));
    let events = samples.flat_map(|(band, at)| {
        watch.sample(&scored(*band), Sample { at, charted: false }, &POLICY)
    });
    events.collect()
}

fn changed(from: Option<Band>, to: Band) -> BandEvent {
    BandEvent::Changed {
        from,
        to,
        total: scored(to).total(),
    }
}

#[test]
fn one_artefact_tells_nothing() {
    let mut watch = BandWatch::default();

    let events = fed(
        &mut watch,
        0,
        10_000,
        &[Band::Low, Band::Low, Band::High, Band::Low, Band::Low],
    );

    assert_eq!(events, []);
    assert_eq!(watch.band(), Some(Band::Low));
}

#[test]
fn a_rise_is_told_with_the_second_sample_and_once() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::Low, Band::Low]);

    assert_eq!(fed(&mut watch, 20_000, 10_000, &[Band::High]), []);
    assert_eq!(
        fed(&mut watch, 30_000, 10_000, &[Band::High]),
        [changed(Some(Band::Low), Band::High)]
    );
    assert_eq!(fed(&mut watch, 40_000, 10_000, &[Band::High; 50]), []);
}

#[test]
fn a_rise_through_the_bands_tells_each_band_once() {
    use Band::{High, Low, LowMedium, Medium};
    let mut watch = BandWatch::default();
    let bands = [
        Low, Low, LowMedium, LowMedium, Medium, Medium, Medium, High, High, High,
    ];

    let events = fed(&mut watch, 0, 10_000, &bands);

    assert_eq!(
        events,
        [
            changed(Some(Low), LowMedium),
            changed(Some(LowMedium), Medium),
            changed(Some(Medium), High)
        ]
    );
}

#[test]
fn two_different_rises_tell_the_lower_one() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::Low, Band::Low]);

    let events = fed(&mut watch, 20_000, 10_000, &[Band::High, Band::Medium]);

    let told = BandEvent::Changed {
        from: Some(Band::Low),
        to: Band::Medium,
        total: Some(5),
    };
    assert_eq!(events, [told]);
}

#[test]
fn what_a_person_charts_is_told_at_once() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::Low, Band::Low]);

    let events = watch.sample(
        &scored(Band::High),
        Sample {
            at: 20_000,
            charted: true,
        },
        &POLICY,
    );

    assert_eq!(events, [changed(Some(Band::Low), Band::High)]);
}

#[test]
fn messages_of_one_moment_are_one_sample() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::Low, Band::Low]);

    let at_once = fed(
        &mut watch,
        20_000,
        500,
        &[Band::High, Band::High, Band::High],
    );
    let later = fed(&mut watch, 22_000, 500, &[Band::High]);

    assert_eq!(at_once, []);
    assert_eq!(later, [changed(Some(Band::Low), Band::High)]);
}

#[test]
fn a_fall_needs_three_samples_and_two_minutes() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::High, Band::High]);

    let early = fed(&mut watch, 20_000, 10_000, &[Band::Low; 12]);
    let late = fed(&mut watch, 140_000, 10_000, &[Band::Low]);

    assert_eq!(early, []);
    assert_eq!(late, [changed(Some(Band::High), Band::Low)]);
}

#[test]
fn two_samples_are_no_fall_however_far_apart() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::High, Band::High]);

    let two = fed(&mut watch, 3_600_000, 3_600_000, &[Band::Low, Band::Low]);
    let third = fed(&mut watch, 10_800_000, 3_600_000, &[Band::Low]);

    assert_eq!(two, []);
    assert_eq!(third, [changed(Some(Band::High), Band::Low)]);
}

#[test]
fn a_fall_stops_at_the_highest_band_on_the_way() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::High, Band::High]);

    let events = fed(
        &mut watch,
        20_000,
        70_000,
        &[Band::Low, Band::Medium, Band::Low],
    );

    let told = BandEvent::Changed {
        from: Some(Band::High),
        to: Band::Medium,
        total: Some(1),
    };
    assert_eq!(events, [told]);
}

#[test]
fn dancing_around_a_threshold_makes_no_storm() {
    let mut watch = BandWatch::default();
    let dance: Vec<_> = [Band::High, Band::Medium]
        .into_iter()
        .cycle()
        .take(1000)
        .collect();

    let rising = fed(&mut watch, 0, 10_000, &dance);
    fed(&mut watch, 10_000_000, 10_000, &[Band::High, Band::High]);
    let falling = fed(&mut watch, 10_020_000, 10_000, &dance);

    assert_eq!(rising.len(), 1);
    assert_eq!(falling, []);
}

#[test]
fn the_first_band_of_a_stay_is_told_unless_it_is_the_lowest() {
    let mut high = BandWatch::default();
    let mut low = BandWatch::default();

    assert_eq!(
        fed(&mut high, 0, 10_000, &[Band::High; 3]),
        [changed(None, Band::High)]
    );
    assert_eq!(fed(&mut low, 0, 10_000, &[Band::Low; 3]), []);
    assert_eq!(low.band(), Some(Band::Low));
}

#[test]
fn becoming_incomplete_is_told_once_and_is_no_change_of_band() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::High, Band::High]);

    let first = watch.tick(&incomplete(None), 80_000, &POLICY);
    let again = watch.tick(&incomplete(None), 81_000, &POLICY);
    let back = fed(&mut watch, 90_000, 10_000, &[Band::High]);

    let told = BandEvent::Incomplete {
        missing: vec![Parameter::Temperature],
        stale: vec![Parameter::Pulse],
    };
    assert_eq!(first, [told]);
    assert_eq!(again, []);
    assert_eq!(back, [BandEvent::Complete]);
    assert_eq!(watch.band(), Some(Band::High));
}

#[test]
fn a_stay_that_was_never_complete_tells_nothing() {
    let mut watch = BandWatch::default();

    assert_eq!(watch.tick(&incomplete(None), 1_000, &POLICY), []);
    assert_eq!(watch.band(), None);
}

#[test]
fn known_parts_that_reach_a_band_alone_raise_it() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::Low, Band::Low]);
    let sample = |at| Sample { at, charted: false };

    let first = watch.sample(&incomplete(Some(Band::High)), sample(20_000), &POLICY);
    let second = watch.sample(&incomplete(Some(Band::High)), sample(30_000), &POLICY);

    assert_eq!(first.len(), 1);
    let told = BandEvent::Changed {
        from: Some(Band::Low),
        to: Band::High,
        total: None,
    };
    assert_eq!(second, [told]);
}

#[test]
fn an_incomplete_score_never_lowers_a_band() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::High, Band::High]);

    for at in (20_000..2_000_000).step_by(10_000) {
        watch.sample(
            &incomplete(Some(Band::LowMedium)),
            Sample { at, charted: false },
            &POLICY,
        );
    }

    assert_eq!(watch.band(), Some(Band::High));
}

#[test]
fn a_band_is_told_again_until_it_is_acknowledged_and_then_more_rarely() {
    let mut watch = BandWatch::default();
    let high = scored(Band::High);
    fed(&mut watch, 0, 10_000, &[Band::High, Band::High]);
    let reminder = |acknowledged| {
        [BandEvent::Reminder {
            band: Band::High,
            acknowledged,
        }]
    };

    assert_eq!(watch.tick(&high, 909_999, &POLICY), []);
    assert_eq!(watch.tick(&high, 910_000, &POLICY), reminder(false));
    assert_eq!(watch.tick(&high, 911_000, &POLICY), []);

    assert!(watch.acknowledge(1_000_000));
    assert!(!watch.acknowledge(1_000_001));
    assert_eq!(watch.acknowledged_at(), Some(1_000_000));
    assert_eq!(watch.tick(&high, 4_599_999, &POLICY), []);
    assert_eq!(watch.tick(&high, 4_600_000, &POLICY), reminder(true));
}

#[test]
fn low_bands_are_not_told_again() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::LowMedium, Band::LowMedium]);

    assert_eq!(
        watch.tick(&scored(Band::LowMedium), 99_000_000, &POLICY),
        []
    );
}

#[test]
fn a_new_band_wants_a_new_acknowledgement() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::Medium, Band::Medium]);
    watch.acknowledge(15_000);

    fed(&mut watch, 20_000, 10_000, &[Band::High, Band::High]);

    assert_eq!(watch.acknowledged_at(), None);
}

#[test]
fn a_patient_that_is_not_scored_has_no_band() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 0, 10_000, &[Band::High, Band::High]);
    let none = Assessment::NotApplicable(NotApplicable::Pregnant);

    watch.sample(
        &none,
        Sample {
            at: 20_000,
            charted: false,
        },
        &POLICY,
    );

    assert_eq!(watch, BandWatch::default());
}

fn any_bands() -> impl Strategy<Value = Vec<Band>> {
    prop::collection::vec(prop::sample::select(Band::ALL.to_vec()), 0..60)
}

proptest! {
    #[test]
    fn a_rise_is_told_only_when_two_samples_in_a_row_reach_it(bands in any_bands()) {
        let mut watch = BandWatch::default();
        for (at, pair) in bands.windows(2).enumerate() {
            let before = watch.band();
            if at == 0 {
                fed(&mut watch, 0, 10_000, &pair[..1]);
            }
            let now = u64::try_from(at + 1).unwrap() * 10_000;
            let events = fed(&mut watch, now, 10_000, &pair[1..]);

            let reached = pair[0].min(pair[1]);
            if Some(reached) > before.or(watch.band()) {
                prop_assert_eq!(watch.band(), Some(reached));
            }
            for event in events {
                if let BandEvent::Changed { from, to, .. } = event {
                    prop_assert!(from != Some(to));
                    prop_assert!(from > Some(to) || reached >= to);
                }
            }
        }
    }

    #[test]
    fn two_samples_at_a_band_are_never_below_it_untold(bands in any_bands(), last in prop::sample::select(Band::ALL.to_vec())) {
        let mut watch = BandWatch::default();
        fed(&mut watch, 0, 10_000, &bands);

        fed(&mut watch, 1_000_000, 10_000, &[last, last]);

        prop_assert!(watch.band() >= Some(last));
    }
}

const HOUR: u64 = 3_600_000;

#[test]
fn a_rise_is_told_although_the_clock_was_set_back() {
    let mut watch = BandWatch::default();
    fed(&mut watch, 2 * HOUR, 10_000, &[Band::Low, Band::Low]);

    let events = fed(&mut watch, HOUR, 10_000, &[Band::High, Band::High]);

    assert_eq!(events, [changed(Some(Band::Low), Band::High)]);
}

#[test]
fn a_fall_takes_its_time_anew_when_the_clock_was_set_back_and_no_longer() {
    let mut watch = BandWatch::default();
    fed(
        &mut watch,
        2 * HOUR,
        10_000,
        &[Band::High, Band::High, Band::Low],
    );

    let soon = fed(&mut watch, HOUR, 60_000, &[Band::Low, Band::Low]);
    let then = fed(&mut watch, HOUR + POLICY.fall_ms, 60_000, &[Band::Low]);

    assert_eq!(soon, []);
    assert_eq!(then, [changed(Some(Band::High), Band::Low)]);
}

#[test]
fn a_band_that_stands_is_told_again_when_the_clock_was_set_back_and_then_as_ever() {
    for is_acknowledged in [false, true] {
        let mut watch = BandWatch::default();
        fed(&mut watch, 2 * HOUR, 10_000, &[Band::High, Band::High]);
        let wait = if is_acknowledged {
            watch.acknowledge(2 * HOUR);
            POLICY.remind_acknowledged_ms
        } else {
            POLICY.remind_ms
        };
        let mut told = |now| watch.tick(&scored(Band::High), now, &POLICY).len();

        let at = [HOUR, HOUR + 1, HOUR + wait - 1, HOUR + wait].map(&mut told);

        assert_eq!(at, [1, 0, 0, 1], "{is_acknowledged}");
    }
}
