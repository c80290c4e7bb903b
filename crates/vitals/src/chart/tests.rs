//! Charts: order, repeats, clocks, ages, scores.

mod breathed;

use proptest::prelude::*;

use super::*;
use crate::freshness::State;
use crate::news2::News2;
use crate::observation::{
    Acvpu, Device, Oxygen, Precision, Quantity, Status, TakenAt, TimeSource, Value,
};
use crate::score::Band;

const NOW: UnixMillis = 1_800_000_000_000;
const MINUTE: u64 = 60_000;

struct Desk {
    freshness: Freshness,
    bands: BandPolicy,
    chart: Chart,
}

impl Desk {
    fn new() -> Self {
        let subject = Subject {
            age_years: Some(70),
            ..Subject::default()
        };
        Self {
            freshness: Freshness::default(),
            bands: BandPolicy::default(),
            chart: Chart::new(subject),
        }
    }

    fn record(&mut self, observations: &[Observation], now: UnixMillis) -> Recorded {
        self.take(
            &Findings {
                observations: observations.to_vec(),
                ..Findings::default()
            },
            now,
        )
    }

    fn take(&mut self, findings: &Findings, now: UnixMillis) -> Recorded {
        let rules = rules(&self.freshness, &self.bands);
        self.chart.record(findings, now, &rules)
    }

    fn tick(&mut self, now: UnixMillis) -> Vec<BandEvent> {
        let rules = rules(&self.freshness, &self.bands);
        self.chart.tick(now, &rules)
    }

    fn view(&self, now: UnixMillis) -> ChartView {
        self.chart.view(now, &rules(&self.freshness, &self.bands))
    }

    fn total(&self, now: UnixMillis) -> Option<u8> {
        self.view(now).score.assessment.total()
    }

    fn value(&self, parameter: Parameter, now: UnixMillis) -> ValueView {
        let values = self.view(now).values;
        values
            .into_iter()
            .find(|value| value.parameter == parameter)
            .unwrap()
    }
}

fn rules<'a>(freshness: &'a Freshness, bands: &'a BandPolicy) -> Rules<'a> {
    Rules {
        freshness,
        score: &News2,
        bands,
        skew_limit_ms: DEFAULT_SKEW_LIMIT_MS,
        trend_span_ms: crate::trend::DEFAULT_SPAN_MS,
    }
}

fn observed(parameter: Parameter, value: Value, at: UnixMillis) -> Observation {
    Observation {
        parameter,
        method: Method::Unspecified,
        value,
        taken_at: TakenAt {
            at,
            precision: Precision::Second,
            zone_minutes: Some(0),
            source: TimeSource::Observation,
        },
        received_at: at,
        device: Device::new("0011223344556677"),
        source: Source::Device,
        status: Status::Unverified,
    }
}

fn pulse(per_minute: i32, at: UnixMillis) -> Observation {
    observed(
        Parameter::Pulse,
        Value::Number(Quantity::whole(per_minute)),
        at,
    )
}

/// Everything that NEWS2 needs, with the pulse given.
fn everything(per_minute: i32, at: UnixMillis) -> Vec<Observation> {
    let number =
        |parameter, number| observed(parameter, Value::Number(Quantity::whole(number)), at);
    vec![
        number(Parameter::RespiratoryRate, 16),
        number(Parameter::OxygenSaturation, 97),
        number(Parameter::SystolicPressure, 120),
        number(Parameter::Temperature, 37),
        number(Parameter::OxygenFlow, 0),
        observed(
            Parameter::Consciousness,
            Value::Consciousness(Acvpu::Alert),
            at,
        ),
        pulse(per_minute, at),
    ]
}

#[test]
fn a_whole_set_of_values_scores_and_an_oxygen_flow_says_what_is_breathed() {
    let mut desk = Desk::new();

    let recorded = desk.record(&everything(70, NOW), NOW);

    assert_eq!(desk.total(NOW), Some(0));
    assert_eq!(recorded.changed.len(), 8);
    assert_eq!(
        desk.value(Parameter::SupplementalOxygen, NOW).oxygen,
        Some(Oxygen::Air)
    );
}

#[test]
fn a_stale_value_makes_the_score_incomplete_and_is_still_shown_with_its_age() {
    let mut desk = Desk::new();
    desk.record(&everything(70, NOW), NOW);

    assert_eq!(desk.total(NOW + MINUTE), Some(0));
    assert_eq!(desk.total(NOW + MINUTE + 1), None);

    let shown = desk.value(Parameter::Pulse, NOW + MINUTE + 1);
    assert_eq!(
        (shown.number, shown.age_ms, shown.state),
        (Some(70.0), 60_001, State::Stale)
    );
    assert_eq!(
        desk.value(Parameter::SystolicPressure, NOW + MINUTE + 1)
            .state,
        State::Fresh
    );
    let told = desk.tick(NOW + MINUTE + 1);
    assert!(matches!(told.as_slice(), [BandEvent::Incomplete { stale, .. }] if stale.len() == 3));
    assert_eq!(desk.tick(NOW + MINUTE + 2), []);
}

#[test]
fn a_late_value_goes_to_the_trend_and_changes_nothing_else() {
    let mut desk = Desk::new();
    desk.record(&[pulse(70, NOW)], NOW);

    let recorded = desk.record(&[pulse(140, NOW - 5_000)], NOW + 1_000);

    assert_eq!((recorded.late, recorded.changed), (1, vec![]));
    assert_eq!(desk.value(Parameter::Pulse, NOW).number, Some(70.0));
    let query = TrendQuery {
        from: 0,
        to: NOW + 1,
        points: 10,
    };
    assert_eq!(
        desk.chart.trend(Parameter::Pulse, &query)[0].points.len(),
        2
    );
}

#[test]
fn a_repeat_is_counted_and_makes_nothing_fresher() {
    let mut desk = Desk::new();
    desk.record(&[pulse(70, NOW)], NOW);
    let again = Observation {
        received_at: NOW + MINUTE,
        ..pulse(70, NOW)
    };

    let recorded = desk.record(&[again], NOW + MINUTE);

    assert_eq!((recorded.repeated, recorded.events), (1, vec![]));
    assert_eq!(desk.value(Parameter::Pulse, NOW + MINUTE).age_ms, MINUTE);
}

#[test]
fn a_clock_that_is_ahead_never_makes_a_value_fresher() {
    let mut desk = Desk::new();
    let ahead = Observation {
        received_at: NOW,
        ..pulse(70, NOW + 60 * MINUTE)
    };
    desk.record(std::slice::from_ref(&ahead), NOW);

    assert_eq!(desk.value(Parameter::Pulse, NOW + 1_000).age_ms, 1_000);
    assert_eq!(
        desk.value(Parameter::Pulse, NOW + MINUTE + 1).state,
        State::Stale
    );

    let sent_again = Observation {
        received_at: NOW + 30 * MINUTE,
        ..ahead
    };
    assert_eq!(desk.record(&[sent_again], NOW + 30 * MINUTE).repeated, 1);
    assert_eq!(
        desk.value(Parameter::Pulse, NOW + 30 * MINUTE).state,
        State::Stale
    );
    let devices = desk.view(NOW).devices;
    assert_eq!(devices.len(), 1);
}

#[test]
fn a_clock_that_was_ahead_and_is_put_right_is_followed() {
    let mut desk = Desk::new();
    let ahead = Observation {
        received_at: NOW,
        ..pulse(70, NOW + 60 * MINUTE)
    };
    desk.record(&[ahead], NOW);

    let recorded = desk.record(&[pulse(80, NOW + 10_000)], NOW + 10_000);

    assert_eq!(recorded.changed, [Parameter::Pulse]);
    assert_eq!(desk.view(NOW + 10_000).devices, []);
}

#[test]
fn a_skew_is_reported_beyond_the_limit_only() {
    for (behind_ms, reported) in [(DEFAULT_SKEW_LIMIT_MS, 0), (DEFAULT_SKEW_LIMIT_MS + 1, 1)] {
        let mut desk = Desk::new();
        let observation = Observation {
            received_at: NOW + behind_ms,
            ..pulse(70, NOW)
        };

        desk.record(&[observation], NOW + behind_ms);

        assert_eq!(
            desk.view(NOW + behind_ms).devices.len(),
            reported,
            "{behind_ms}"
        );
    }
}

#[test]
fn devices_beyond_the_limit_push_out_the_one_silent_for_longest() {
    let mut desk = Desk::new();
    for number in 0..=MAX_DEVICES {
        let at = NOW + u64::try_from(number).unwrap() * 1_000;
        let device = Device::new(&format!("device {number}"));
        desk.record(
            &[Observation {
                device,
                ..pulse(70, at)
            }],
            at,
        );
    }

    assert_eq!(desk.chart.devices.len(), MAX_DEVICES);
    assert!(!desk.chart.devices.contains_key("device 0"));
}

#[test]
fn a_cuff_counts_when_the_catheter_is_gone() {
    let mut desk = Desk::new();
    let pressure = |method, number, at| Observation {
        method,
        ..observed(
            Parameter::SystolicPressure,
            Value::Number(Quantity::whole(number)),
            at,
        )
    };
    desk.record(&everything(70, NOW), NOW);
    desk.record(&[pressure(Method::NonInvasive, 85, NOW + 1)], NOW + 1);
    desk.record(&[pressure(Method::Invasive, 120, NOW + 2)], NOW + 2);

    assert_eq!(desk.total(NOW + 2), Some(0));

    let later = NOW + 5 * MINUTE;
    desk.record(&everything(70, later)[..2], later);
    desk.record(&[pulse(70, later)], later);
    assert_eq!(desk.total(later), Some(3));
}

#[test]
fn a_correction_takes_the_place_of_the_value_of_its_time() {
    let mut desk = Desk::new();
    desk.record(&[pulse(170, NOW)], NOW);
    let corrected = Observation {
        status: Status::Corrected,
        ..pulse(70, NOW)
    };

    let recorded = desk.record(&[corrected], NOW + 1_000);

    assert_eq!(recorded.changed, [Parameter::Pulse]);
    assert_eq!(desk.value(Parameter::Pulse, NOW).number, Some(70.0));
}

#[test]
fn a_value_that_is_taken_back_is_missing() {
    let mut desk = Desk::new();
    desk.record(&everything(70, NOW), NOW);
    let device = Device::new("0011223344556677");
    let withdrawal = |parameter, taken_at| Withdrawal {
        parameter,
        method: Method::Unspecified,
        taken_at,
        device: device.clone(),
    };
    let withdrawn = |parameter, taken_at| Findings {
        withdrawn: vec![withdrawal(parameter, taken_at)],
        ..Findings::default()
    };

    assert_eq!(
        desk.take(&withdrawn(Parameter::Pulse, NOW - 1), NOW)
            .withdrawn,
        0
    );
    assert_eq!(desk.total(NOW), Some(0));
    assert_eq!(
        desk.take(&withdrawn(Parameter::Pulse, NOW), NOW).withdrawn,
        1
    );
    assert_eq!(
        desk.take(&withdrawn(Parameter::OxygenFlow, NOW), NOW)
            .withdrawn,
        2
    );

    let Assessment::Incomplete(incomplete) = desk.view(NOW).score.assessment else {
        panic!("complete");
    };
    assert_eq!(
        incomplete.missing,
        [Parameter::SupplementalOxygen, Parameter::Pulse]
    );
    let query = TrendQuery {
        from: 0,
        to: NOW + 1,
        points: 10,
    };
    assert_eq!(desk.chart.trend(Parameter::Pulse, &query)[0].points, []);
}

#[test]
fn of_two_sources_at_one_moment_oxygen_is_not_talked_away() {
    let flow = observed(
        Parameter::OxygenFlow,
        Value::Number(Quantity::whole(2)),
        NOW,
    );
    let air = observed(
        Parameter::OxygenFraction,
        Value::Number(Quantity::whole(21)),
        NOW,
    );
    for order in [[flow.clone(), air.clone()], [air, flow]] {
        let mut desk = Desk::new();

        desk.record(&order, NOW);

        let oxygen = desk.value(Parameter::SupplementalOxygen, NOW).oxygen;
        assert_eq!(oxygen, Some(Oxygen::Supplemental));
    }
}

#[test]
fn values_that_are_set_apart_are_shown_with_their_reason_and_never_scored() {
    let mut desk = Desk::new();
    let apart = SetApart {
        parameter: Some(Parameter::Temperature),
        method: Method::Unspecified,
        reason: Reason::Absurd,
        thousandths: Some(100_000),
        count: 1,
        received_at: NOW,
        device: None,
    };
    let findings = Findings {
        apart: vec![apart.clone(), apart],
        ..Findings::default()
    };

    desk.take(&findings, NOW);

    let view = desk.view(NOW);
    assert!(view.values.is_empty());
    assert_eq!((view.apart.len(), view.apart[0].count), (1, 2));
    assert_eq!(view.apart[0].number, Some(100.0));
}

#[test]
fn a_patient_who_deteriorates_is_told_once_per_band() {
    let mut desk = Desk::new();
    let mut events = Vec::new();
    for step in 0..200_u64 {
        let at = NOW + step * 10_000;
        let mut all = everything(if step < 20 { 70 } else { 135 }, at);
        if step >= 40 {
            all[0].value = Value::Number(Quantity::whole(26));
        }
        if step >= 60 {
            all[4].value = Value::Number(Quantity::whole(4));
        }
        events.extend(desk.record(&all, at).events);
        events.extend(desk.tick(at + 5_000));
    }

    let changed = events.iter().filter_map(|event| match event {
        BandEvent::Changed { to, .. } => Some(*to),
        _ => None,
    });
    assert_eq!(
        changed.collect::<Vec<_>>(),
        [Band::LowMedium, Band::Medium, Band::High]
    );
    assert_eq!(desk.total(NOW + 1_990_000), Some(8));
}

#[test]
fn what_a_nurse_charts_is_told_at_once_and_what_a_device_says_is_not() {
    for (source, told) in [(Source::Charted, 1), (Source::Device, 0)] {
        let mut desk = Desk::new();
        desk.record(&everything(70, NOW), NOW);
        desk.record(&everything(70, NOW + 10_000), NOW + 10_000);
        let at = NOW + 20_000;
        let voice = Observation {
            source,
            ..observed(
                Parameter::Consciousness,
                Value::Consciousness(Acvpu::Voice),
                at,
            )
        };

        let events = desk.record(&[voice], at).events;

        assert_eq!(events.len(), told, "{events:?}");
    }
}

#[test]
fn a_value_that_is_not_scored_is_no_sample() {
    let mut desk = Desk::new();
    desk.record(&everything(135, NOW), NOW);
    let mean = |at| {
        observed(
            Parameter::MeanPressure,
            Value::Number(Quantity::whole(80)),
            at,
        )
    };

    for step in 1..10 {
        let at = NOW + step * 5_000;
        assert_eq!(desk.record(&[mean(at)], at).events, []);
    }

    assert_eq!(desk.chart.watch().band(), None);
}

#[test]
fn there_is_room_for_what_a_person_charts_after_every_other_value_by_every_method() {
    let mut desk = Desk::new();
    let methods = [
        Method::Unspecified,
        Method::Invasive,
        Method::NonInvasive,
        Method::Electrocardiogram,
        Method::PulseOximetry,
        Method::Capnography,
    ];
    let numbers = Parameter::ALL
        .into_iter()
        .filter(|parameter| parameter.is_number());
    let all: Vec<_> = numbers
        .flat_map(|parameter| methods.map(|method| (parameter, method)))
        .map(|(parameter, method)| Observation {
            method,
            ..observed(parameter, Value::Number(Quantity::whole(40)), NOW)
        })
        .collect();
    desk.record(&all, NOW);

    let flow = Value::Number(Quantity::whole(2));
    let charted = Observation {
        source: Source::Charted,
        device: None,
        ..observed(Parameter::OxygenFlow, flow, NOW + 1)
    };
    desk.record(&[charted], NOW + 1);

    let breathed = desk.value(Parameter::SupplementalOxygen, NOW + 1);
    assert_eq!(breathed.source, Source::Charted);
    let shown = desk.view(NOW + 1).values;
    assert_eq!(shown.len(), all.len() + 1, "and what is breathed");
}

#[test]
fn a_chart_is_the_same_after_it_was_stored() {
    let mut desk = Desk::new();
    desk.record(&everything(135, NOW), NOW);
    desk.record(&everything(135, NOW + 10_000), NOW + 10_000);

    let bytes = postcard::to_allocvec(&desk.chart).unwrap();
    let read: Chart = postcard::from_bytes(&bytes).unwrap();

    assert!(read == desk.chart);
}

#[test]
fn a_debug_line_never_shows_a_value() {
    let mut desk = Desk::new();
    desk.record(&[pulse(173, NOW)], NOW);

    assert!(!format!("{:?} {:?}", desk.chart, pulse(173, NOW)).contains("173"));
}

proptest! {
    #[test]
    fn values_of_one_device_chart_the_same_in_any_order(
        samples in prop::collection::btree_map(0..600_000_u64, 30..200_i32, 1..40),
        order in any::<prop::sample::Index>(),
        repeats in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let now = NOW + 600_000;
        let in_order: Vec<_> = samples
            .iter()
            .map(|(after, number)| Observation { received_at: now, ..pulse(*number, NOW + after) })
            .collect();
        let mut shuffled = in_order.clone();
        shuffled.rotate_left(order.index(in_order.len()));
        shuffled.extend(repeats.iter().map(|at| in_order[at.index(in_order.len())].clone()));
        let (mut one, mut other) = (Desk::new(), Desk::new());

        one.record(&in_order, now);
        for observation in shuffled {
            other.record(&[observation], now);
        }

        let query = TrendQuery { from: 0, to: now + 1, points: 1000 };
        prop_assert_eq!(one.view(now).values, other.view(now).values);
        prop_assert_eq!(
            one.chart.trend(Parameter::Pulse, &query),
            other.chart.trend(Parameter::Pulse, &query)
        );
    }
}

/// A ward's monitor sends once a minute: its bed must not blink.
#[test]
fn a_feed_of_a_minute_is_fresh_until_its_next_value_is_well_overdue() {
    let mut desk = Desk::new();
    for minute in 0..3 {
        desk.record(&[pulse(80, NOW + minute * MINUTE)], NOW + minute * MINUTE);
    }
    let last = NOW + 2 * MINUTE;

    let value = |after| desk.value(Parameter::Pulse, last + after);

    assert_eq!(value(90_000).state, State::Fresh);
    assert_eq!(value(90_001).state, State::Stale);
    assert_eq!(value(0).limit_ms, 90_000);
}

/// A pause of a feed is no slow feed.
#[test]
fn after_a_pause_a_fast_feed_is_as_soon_stale_as_before() {
    let mut desk = Desk::new();
    for at in [0, 10_000, 110_000] {
        desk.record(&[pulse(80, NOW + at)], NOW + at);
    }

    assert_eq!(desk.value(Parameter::Pulse, NOW + 111_000).limit_ms, 60_000);
}

/// Monitors and this machine often have their time from one server.
#[test]
fn after_all_clocks_were_ahead_and_are_put_right_new_values_count_at_once() {
    let mut desk = Desk::new();
    let hour = 60 * MINUTE;
    desk.record(&everything(70, NOW + hour), NOW + hour);

    let mut told = Vec::new();
    for beat in 0..3 {
        let now = NOW + beat * 10_000;
        let recorded = desk.record(&everything(140, now), now);
        assert_eq!((recorded.late, recorded.changed.len()), (0, 8));
        told.extend(recorded.events);
    }

    assert_eq!(told.len(), 1, "the rise");
    let shown = desk.value(Parameter::Pulse, NOW + 20_000);
    assert_eq!((shown.number, shown.state), (Some(140.0), State::Fresh));
    let later = desk.value(Parameter::Pulse, NOW + hour);
    assert_eq!((later.number, later.state), (Some(140.0), State::Stale));
}
