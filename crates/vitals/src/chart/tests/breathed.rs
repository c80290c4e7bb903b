//! Air or oxygen: what lowers a score must be certain.

use super::*;
use crate::trend::Trend;

const ROUND: u64 = 4 * 60 * MINUTE + 15 * MINUTE;

fn number(parameter: Parameter, number: i32, at: UnixMillis) -> Observation {
    observed(parameter, Value::Number(Quantity::whole(number)), at)
}

fn charted(mut observation: Observation) -> Observation {
    observation.device = None;
    observation.source = Source::Charted;
    observation.status = Status::Final;
    observation
}

/// Sent by a gas sensor that hangs beside the patient.
fn by_sensor(observation: Observation) -> Observation {
    by("8899AABBCCDDEEFF", observation)
}

fn by(device: &str, mut observation: Observation) -> Observation {
    observation.device = Device::new(device);
    observation
}

fn flow(litres: i32, at: UnixMillis) -> Observation {
    number(Parameter::OxygenFlow, litres, at)
}

fn fraction(percent: i32, at: UnixMillis) -> Observation {
    number(Parameter::OxygenFraction, percent, at)
}

fn said(oxygen: Oxygen, at: UnixMillis) -> Observation {
    observed(Parameter::SupplementalOxygen, Value::Oxygen(oxygen), at)
}

/// What a chart says after these, at the time of the last: what is breathed, and whether that is contradicted.
fn after(told: &[Observation]) -> (Option<Oxygen>, bool) {
    let now = told.iter().map(|one| one.received_at).max().unwrap();
    let mut desk = Desk::new();
    desk.record(told, now);
    let mut backwards = Desk::new();
    for one in told.iter().rev() {
        backwards.record(std::slice::from_ref(one), now);
    }

    let value = desk.value(Parameter::SupplementalOxygen, now);

    assert_eq!(
        backwards.value(Parameter::SupplementalOxygen, now),
        value,
        "the order of arrival does not matter"
    );
    (value.oxygen, value.is_contradicted)
}

const OXYGEN: (Option<Oxygen>, bool) = (Some(Oxygen::Supplemental), false);
const OXYGEN_CONTRADICTED: (Option<Oxygen>, bool) = (Some(Oxygen::Supplemental), true);
const AIR: (Option<Oxygen>, bool) = (Some(Oxygen::Air), false);

#[test]
fn a_sensor_that_measures_room_air_takes_no_points_from_a_patient_with_a_charted_flow() {
    let mut desk = Desk::new();
    desk.record(&everything(70, NOW), NOW);
    desk.record(&[charted(flow(2, NOW + 1_000))], NOW + 1_000);
    assert_eq!(desk.total(NOW + 1_000), Some(2));

    desk.record(&[fraction(21, NOW + 30_000)], NOW + 30_000);

    assert_eq!(desk.total(NOW + 30_000), Some(2));
    let value = desk.value(Parameter::SupplementalOxygen, NOW + 30_000);
    assert_eq!(value.oxygen, Some(Oxygen::Supplemental));
    assert_eq!((value.source, value.age_ms), (Source::Charted, 29_000));
    assert!(value.is_contradicted);
}

#[test]
fn scale_2_scores_a_high_saturation_as_on_oxygen_while_a_sensor_says_air() {
    let mut desk = Desk::new();
    let subject = Subject {
        scale: crate::score::SaturationScale::Two,
        ..desk.chart.subject()
    };
    desk.chart.set_subject(subject);
    desk.record(&everything(70, NOW), NOW);
    assert_eq!(desk.total(NOW), Some(0));

    desk.record(&[charted(flow(2, NOW + 1)), fraction(21, NOW + 2)], NOW + 2);

    // 97 % on oxygen: 3, and 2 for the oxygen.
    assert_eq!(desk.total(NOW + 2), Some(5));
}

#[test]
fn a_fraction_of_air_does_not_end_a_flow_nor_a_flow_of_nothing_a_fraction_of_oxygen() {
    for (oxygen, air) in [
        (charted(flow(2, NOW)), charted(fraction(21, NOW + MINUTE))),
        (charted(flow(2, NOW)), fraction(21, NOW + MINUTE)),
        (charted(fraction(28, NOW)), charted(flow(0, NOW + MINUTE))),
        (
            charted(said(Oxygen::Supplemental, NOW)),
            fraction(21, NOW + MINUTE),
        ),
    ] {
        assert_eq!(after(&[oxygen, air]), OXYGEN_CONTRADICTED);
    }
}

#[test]
fn what_a_person_charted_is_not_ended_by_a_device_of_the_same_kind() {
    for (oxygen, air) in [
        (charted(fraction(40, NOW)), fraction(21, NOW + MINUTE)),
        (charted(flow(2, NOW)), flow(0, NOW + MINUTE)),
    ] {
        assert_eq!(after(&[oxygen, air]), OXYGEN_CONTRADICTED);
    }
}

#[test]
fn oxygen_ends_when_the_same_kind_says_so_or_when_air_is_said_outright() {
    for (oxygen, air) in [
        (charted(flow(2, NOW)), charted(flow(0, NOW + MINUTE))),
        (
            charted(fraction(40, NOW)),
            charted(fraction(21, NOW + MINUTE)),
        ),
        (fraction(40, NOW), fraction(21, NOW + MINUTE)),
        (flow(2, NOW), charted(flow(0, NOW + MINUTE))),
        (
            charted(flow(2, NOW)),
            charted(said(Oxygen::Air, NOW + MINUTE)),
        ),
        (
            charted(fraction(40, NOW)),
            charted(said(Oxygen::Air, NOW + MINUTE)),
        ),
        (
            charted(said(Oxygen::Supplemental, NOW)),
            charted(flow(0, NOW + MINUTE)),
        ),
    ] {
        assert_eq!(after(&[oxygen, air]), AIR);
    }
}

#[test]
fn what_one_device_measures_does_not_end_the_oxygen_that_another_gives() {
    for (oxygen, air) in [
        (fraction(40, NOW), fraction(21, NOW + 5_000)),
        (flow(2, NOW), flow(0, NOW + 5_000)),
        (
            said(Oxygen::Supplemental, NOW),
            said(Oxygen::Air, NOW + 5_000),
        ),
        (flow(2, NOW), said(Oxygen::Air, NOW + 5_000)),
    ] {
        assert_eq!(after(&[oxygen, by_sensor(air)]), OXYGEN_CONTRADICTED);
    }
}

#[test]
fn two_devices_that_take_turns_never_lower_the_score() {
    let mut desk = Desk::new();
    desk.record(&everything_but_oxygen(NOW), NOW);

    for turn in 0..10 {
        let at = NOW + turn * 5_000;
        let even = turn % 2 == 0;
        let one = if even {
            fraction(40, at)
        } else {
            by_sensor(fraction(21, at))
        };
        desk.record(&[one], at);

        assert_eq!(desk.total(at), Some(2), "turn {turn}");
    }
}

#[test]
fn a_device_ends_its_own_oxygen_and_not_that_of_another() {
    let both = [fraction(40, NOW), by_sensor(fraction(28, NOW + 1_000))];
    let one = by_sensor(fraction(21, NOW + 2_000));
    let other = fraction(21, NOW + 3_000);

    let [first, second] = both;
    let told = [first, second, one, other];

    assert_eq!(after(&told[..3]), OXYGEN_CONTRADICTED);
    assert_eq!(after(&told), AIR);
}

#[test]
fn what_three_devices_say_counts_the_same_in_any_order() {
    let told = [
        fraction(40, NOW),
        fraction(21, NOW + 10_000),
        by_sensor(fraction(35, NOW + 12_000)),
        by("third", fraction(21, NOW + 15_000)),
        by_sensor(fraction(21, NOW + 20_000)),
    ];
    let late = NOW + MINUTE;
    let told = told.map(|one| Observation {
        received_at: late,
        ..one
    });

    for shift in 0..told.len() {
        let mut order = told.clone();
        order.rotate_left(shift);
        assert_eq!(after(&order), AIR, "shift {shift}");
        assert_eq!(after(&told[..4]), OXYGEN_CONTRADICTED);
    }
}

#[test]
fn oxygen_by_a_device_that_fell_silent_ends_by_another_when_it_has_grown_old() {
    let told = |later| [fraction(40, NOW), by_sensor(fraction(21, NOW + later))];

    assert_eq!(after(&told(ROUND)), OXYGEN_CONTRADICTED);
    assert_eq!(after(&told(ROUND + 1)), AIR);
}

#[test]
fn a_device_that_says_no_oxygen_outright_does_not_end_what_a_person_said() {
    let on_oxygen = charted(said(Oxygen::Supplemental, NOW));
    let no = said(Oxygen::Air, NOW + MINUTE);

    assert_eq!(after(&[on_oxygen.clone(), no.clone()]), OXYGEN_CONTRADICTED);

    let a_person_says_no = charted(said(Oxygen::Air, NOW + 2 * MINUTE));
    assert_eq!(after(&[on_oxygen, no, a_person_says_no]), AIR);
}

#[test]
fn many_devices_that_measure_air_push_out_no_oxygen() {
    let mut desk = Desk::new();
    desk.record(&[fraction(40, NOW)], NOW);

    for number in 1..=20 {
        let at = NOW + number * 1_000;
        desk.record(&[by(&format!("sensor {number}"), fraction(21, at))], at);
    }

    let now = NOW + 21_000;
    let value = desk.value(Parameter::SupplementalOxygen, now);
    assert_eq!((value.oxygen, value.is_contradicted), OXYGEN_CONTRADICTED);
    let slots = desk.chart.slots.values();
    let most = slots.map(|slot| slot.newest().count()).max();
    assert_eq!(most, Some(slot::MAX_SAYING));
}

#[test]
fn what_two_devices_say_is_known_after_it_was_stored_and_when_charts_become_one() {
    let told = [fraction(40, NOW), by_sensor(fraction(21, NOW + 1))];
    let [mut one, mut other] = told.map(|one| {
        let mut desk = Desk::new();
        desk.record(&[one], NOW + 1);
        desk
    });
    let rules = rules(&other.freshness, &other.bands);

    other.chart.join(&one.chart, NOW + 1, &rules);
    let bytes = postcard::to_allocvec(&other.chart).unwrap();
    one.chart = postcard::from_bytes(&bytes).unwrap();

    assert!(one.chart == other.chart);
    let value = one.value(Parameter::SupplementalOxygen, NOW + 1);
    assert_eq!((value.oxygen, value.is_contradicted), OXYGEN_CONTRADICTED);
}

/// As charts were stored until each device's statement was kept.
#[test]
fn a_slot_that_was_stored_with_one_value_or_none_is_read() {
    for newest in [Some(fraction(40, NOW)), None] {
        let bytes = postcard::to_allocvec(&(newest.clone(), Trend::default())).unwrap();

        let slot: Slot = postcard::from_bytes(&bytes).unwrap();

        assert_eq!(slot.newest().next().cloned(), newest);
    }
}

#[test]
fn oxygen_that_is_newer_than_air_is_no_contradiction() {
    let told = [fraction(21, NOW), charted(flow(2, NOW + MINUTE))];

    assert_eq!(after(&told), OXYGEN);
}

#[test]
fn air_said_outright_stays_when_a_sensor_goes_on_to_measure_it() {
    let told = [
        charted(flow(2, NOW)),
        charted(said(Oxygen::Air, NOW + MINUTE)),
        fraction(21, NOW + 2 * MINUTE),
    ];

    assert_eq!(after(&told), AIR);
}

#[test]
fn a_charted_flow_that_grew_old_leaves_no_score_to_a_sensor_of_air() {
    let mut desk = Desk::new();
    desk.record(&[charted(flow(2, NOW))], NOW);
    let later = NOW + ROUND + 1;

    desk.record(&everything_but_oxygen(later), later);
    desk.record(&[fraction(21, later)], later);

    let Assessment::Incomplete(incomplete) = desk.view(later).score.assessment else {
        panic!("complete");
    };
    assert_eq!(incomplete.stale, [Parameter::SupplementalOxygen]);
}

#[test]
fn what_a_person_charts_ends_a_fraction_that_grew_old() {
    let told = [
        charted(fraction(28, NOW)),
        charted(flow(0, NOW + ROUND + 1)),
    ];

    assert_eq!(after(&told), AIR);
}

#[test]
fn a_flow_that_is_taken_back_takes_what_followed_from_it() {
    let mut desk = Desk::new();
    desk.record(&[charted(flow(2, NOW)), fraction(21, NOW)], NOW);
    let withdrawn = Findings {
        withdrawn: vec![Withdrawal {
            parameter: Parameter::OxygenFlow,
            method: Method::Unspecified,
            taken_at: NOW,
            device: None,
        }],
        ..Findings::default()
    };

    desk.take(&withdrawn, NOW);

    let value = desk.value(Parameter::SupplementalOxygen, NOW);
    assert_eq!((value.oxygen, value.is_contradicted), AIR);
}

#[test]
fn a_chart_shows_one_value_of_what_is_breathed() {
    let mut desk = Desk::new();

    desk.record(
        &[
            charted(flow(2, NOW)),
            fraction(21, NOW),
            charted(said(Oxygen::Supplemental, NOW)),
        ],
        NOW,
    );

    let is_it = |value: &&ValueView| value.parameter == Parameter::SupplementalOxygen;
    let values = desk.view(NOW).values;
    let shown: Vec<_> = values.iter().filter(is_it).collect();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].method, Method::Unspecified);
}

fn everything_but_oxygen(at: UnixMillis) -> Vec<Observation> {
    let mut all = everything(70, at);
    all.retain(|one| one.parameter != Parameter::OxygenFlow);
    all
}

/// All clocks were an hour ahead, and are put right.
#[test]
fn air_of_a_time_that_is_yet_to_come_takes_no_points_from_oxygen_that_is_charted_since() {
    let hour = 60 * MINUTE;
    let mut desk = Desk::new();
    desk.record(&[charted(said(Oxygen::Air, NOW + hour))], NOW + hour);

    desk.record(&everything(70, NOW), NOW);
    desk.record(&[charted(flow(4, NOW + MINUTE))], NOW + MINUTE);

    assert_eq!(desk.total(NOW + MINUTE), Some(2));
    let later = NOW + hour + MINUTE;
    desk.record(&[pulse(70, later)], later);
    let value = desk.value(Parameter::SupplementalOxygen, later);
    assert_eq!(
        (value.oxygen, value.is_contradicted),
        (Some(Oxygen::Supplemental), false)
    );
}

/// What lowers a score must be certain.
#[test]
fn oxygen_of_a_time_that_is_yet_to_come_is_not_ended_by_a_sensor() {
    let hour = 60 * MINUTE;
    let mut desk = Desk::new();
    desk.record(&[charted(flow(4, NOW + hour))], NOW + hour);

    desk.record(&[by_sensor(fraction(21, NOW))], NOW);

    let value = desk.value(Parameter::SupplementalOxygen, NOW);
    assert_eq!(value.oxygen, Some(Oxygen::Supplemental));
}
