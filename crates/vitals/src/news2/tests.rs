//! Every boundary of the chart, whole vectors, and what must hold for any input.

use proptest::prelude::*;

use super::*;
use crate::freshness::State;
use crate::observation::Quantity;

fn whole(number: i32) -> Value {
    Value::Number(Quantity::whole(number))
}

fn tenths(number: i32) -> Value {
    Value::Number(Quantity::from_tenths(number))
}

/// Respiratory rate, saturation, breathes, systolic pressure, pulse, level, temperature in tenths.
type Row = (i32, i32, Oxygen, i32, i32, Acvpu, i32);

const NORMAL: Row = (16, 97, Oxygen::Air, 120, 70, Acvpu::Alert, 370);

fn inputs(row: Row) -> Inputs {
    let (respiratory_rate, saturation, breathes, systolic, pulse, level, temperature) = row;
    Inputs::default()
        .with(Parameter::RespiratoryRate, whole(respiratory_rate))
        .with(Parameter::OxygenSaturation, whole(saturation))
        .with(Parameter::SupplementalOxygen, Value::Oxygen(breathes))
        .with(Parameter::SystolicPressure, whole(systolic))
        .with(Parameter::Pulse, whole(pulse))
        .with(Parameter::Consciousness, Value::Consciousness(level))
        .with(Parameter::Temperature, tenths(temperature))
}

fn adult(scale: SaturationScale) -> Subject {
    Subject {
        age_years: Some(70),
        pregnant: false,
        scale,
    }
}

fn complete(row: Row, scale: SaturationScale) -> Complete {
    match News2.assess(&inputs(row), adult(scale)) {
        Assessment::Complete(complete) => complete,
        other => panic!("not complete: {other:?}"),
    }
}

fn part(inputs: &Inputs, parameter: Parameter, scale: SaturationScale) -> Option<u8> {
    let assessment = News2.assess(inputs, adult(scale));
    let part = assessment
        .parts()
        .iter()
        .find(|part| part.parameter == parameter);
    part.map(|part| part.points)
}

#[test]
fn every_boundary_of_the_chart_is_where_the_chart_has_it() {
    use Parameter::{Pulse, RespiratoryRate, SystolicPressure};
    let table: [(Parameter, &[(i32, u8)]); 3] = [
        (
            RespiratoryRate,
            &[
                (0, 3),
                (8, 3),
                (9, 1),
                (11, 1),
                (12, 0),
                (20, 0),
                (21, 2),
                (24, 2),
                (25, 3),
                (60, 3),
            ],
        ),
        (
            SystolicPressure,
            &[
                (40, 3),
                (90, 3),
                (91, 2),
                (100, 2),
                (101, 1),
                (110, 1),
                (111, 0),
                (219, 0),
                (220, 3),
                (280, 3),
            ],
        ),
        (
            Pulse,
            &[
                (0, 3),
                (40, 3),
                (41, 1),
                (50, 1),
                (51, 0),
                (90, 0),
                (91, 1),
                (110, 1),
                (111, 2),
                (130, 2),
                (131, 3),
                (250, 3),
            ],
        ),
    ];
    for (parameter, rows) in table {
        for (number, points) in rows {
            let inputs = Inputs::default().with(parameter, whole(*number));

            let part = part(&inputs, parameter, SaturationScale::One);

            assert_eq!(part, Some(*points), "{parameter:?} {number}");
        }
    }
}

#[test]
fn every_boundary_of_temperature_is_where_the_chart_has_it() {
    for (number, points) in [
        (300, 3),
        (350, 3),
        (351, 1),
        (360, 1),
        (361, 0),
        (380, 0),
        (381, 1),
        (390, 1),
        (391, 2),
        (420, 2),
    ] {
        let inputs = Inputs::default().with(Parameter::Temperature, tenths(number));

        let part = part(&inputs, Parameter::Temperature, SaturationScale::One);

        assert_eq!(part, Some(points), "{number}");
    }
}

#[test]
fn every_boundary_of_saturation_on_scale_1_is_where_the_chart_has_it() {
    for breathes in [Oxygen::Air, Oxygen::Supplemental] {
        for (number, points) in [
            (50, 3),
            (91, 3),
            (92, 2),
            (93, 2),
            (94, 1),
            (95, 1),
            (96, 0),
            (100, 0),
        ] {
            let row = (16, number, breathes, 120, 70, Acvpu::Alert, 370);

            let part = part(
                &inputs(row),
                Parameter::OxygenSaturation,
                SaturationScale::One,
            );

            assert_eq!(part, Some(points), "{number}");
        }
    }
}

#[test]
fn every_boundary_of_saturation_on_scale_2_is_where_the_chart_has_it() {
    let low = [
        (50, 3),
        (83, 3),
        (84, 2),
        (85, 2),
        (86, 1),
        (87, 1),
        (88, 0),
        (92, 0),
    ];
    let on_air = [(93, 0), (94, 0), (95, 0), (96, 0), (97, 0), (100, 0)];
    let on_oxygen = [(93, 1), (94, 1), (95, 2), (96, 2), (97, 3), (100, 3)];
    for (breathes, high) in [(Oxygen::Air, on_air), (Oxygen::Supplemental, on_oxygen)] {
        for (number, points) in low.into_iter().chain(high) {
            let row = (16, number, breathes, 120, 70, Acvpu::Alert, 370);

            let part = part(
                &inputs(row),
                Parameter::OxygenSaturation,
                SaturationScale::Two,
            );

            assert_eq!(part, Some(points), "{breathes:?} {number}");
        }
    }
}

#[test]
fn oxygen_scores_two_and_everything_but_alert_scores_three() {
    for (breathes, points) in [(Oxygen::Air, 0), (Oxygen::Supplemental, 2)] {
        let inputs = Inputs::default().with(Parameter::SupplementalOxygen, Value::Oxygen(breathes));
        let part = part(&inputs, Parameter::SupplementalOxygen, SaturationScale::One);
        assert_eq!(part, Some(points));
    }
    for (level, points) in [
        (Acvpu::Alert, 0),
        (Acvpu::Confusion, 3),
        (Acvpu::Voice, 3),
        (Acvpu::Pain, 3),
        (Acvpu::Unresponsive, 3),
    ] {
        let inputs = Inputs::default().with(Parameter::Consciousness, Value::Consciousness(level));
        let part = part(&inputs, Parameter::Consciousness, SaturationScale::One);
        assert_eq!(part, Some(points), "{level:?}");
    }
}

#[test]
fn whole_patients_score_as_on_the_chart() {
    use SaturationScale::{One, Two};
    let (air, oxygen) = (Oxygen::Air, Oxygen::Supplemental);
    let with_saturation = |number, breathes| (16, number, breathes, 120, 70, Acvpu::Alert, 370);
    for (row, scale, total, band, single_three) in [
        (NORMAL, One, 0, Band::Low, false),
        (
            (25, 97, air, 120, 70, Acvpu::Alert, 370),
            One,
            3,
            Band::LowMedium,
            true,
        ),
        (
            (22, 94, air, 105, 95, Acvpu::Alert, 382),
            One,
            6,
            Band::Medium,
            false,
        ),
        (
            (26, 90, oxygen, 88, 135, Acvpu::Voice, 349),
            One,
            20,
            Band::High,
            true,
        ),
        (with_saturation(93, oxygen), Two, 3, Band::Low, false),
        (with_saturation(93, air), Two, 0, Band::Low, false),
        (with_saturation(97, oxygen), Two, 5, Band::Medium, true),
        (with_saturation(88, oxygen), Two, 2, Band::Low, false),
        (with_saturation(88, oxygen), One, 5, Band::Medium, true),
    ] {
        let complete = complete(row, scale);

        assert_eq!(complete.total, total, "{row:?}");
        assert_eq!(complete.band, band, "{row:?}");
        assert_eq!(complete.single_three, single_three, "{row:?}");
        assert_eq!(complete.parts.len(), 7);
    }
}

#[test]
fn bands_begin_at_five_and_at_seven() {
    for (total, single_three, expected) in [
        (0, false, Band::Low),
        (4, false, Band::Low),
        (3, true, Band::LowMedium),
        (4, true, Band::LowMedium),
        (5, false, Band::Medium),
        (6, true, Band::Medium),
        (7, false, Band::High),
        (20, true, Band::High),
    ] {
        assert_eq!(band(total, single_three), expected, "{total}");
    }
}

#[test]
fn decimals_are_rounded_before_they_are_banded() {
    let one = SaturationScale::One;
    for (parameter, thousandths, points) in [
        (Parameter::OxygenSaturation, 95_499, 1),
        (Parameter::OxygenSaturation, 95_500, 0),
        (Parameter::RespiratoryRate, 24_499, 2),
        (Parameter::RespiratoryRate, 24_500, 3),
        (Parameter::SystolicPressure, 90_499, 3),
        (Parameter::SystolicPressure, 90_500, 2),
        (Parameter::Temperature, 35_049, 3),
        (Parameter::Temperature, 35_050, 1),
        (Parameter::Temperature, 38_049, 0),
        (Parameter::Temperature, 38_050, 1),
    ] {
        let value = Value::Number(Quantity::from_thousandths(thousandths));
        let inputs = Inputs::default().with(parameter, value);

        assert_eq!(
            part(&inputs, parameter, one),
            Some(points),
            "{parameter:?} {thousandths}"
        );
    }
}

#[test]
fn each_missing_parameter_makes_the_score_incomplete_and_is_named() {
    for missing in PARAMETERS {
        let all = inputs((26, 90, Oxygen::Supplemental, 88, 135, Acvpu::Voice, 349));
        let mut inputs = Inputs::default();
        for parameter in PARAMETERS
            .into_iter()
            .filter(|parameter| *parameter != missing)
        {
            inputs.set(parameter, all.fresh(parameter).unwrap(), State::Fresh);
        }

        let assessment = News2.assess(&inputs, adult(SaturationScale::One));

        let Assessment::Incomplete(incomplete) = assessment else {
            panic!("complete")
        };
        assert_eq!(incomplete.missing, [missing]);
        assert!(incomplete.stale.is_empty());
        assert_eq!(incomplete.parts.len(), 6);
        assert_eq!(incomplete.at_least, Some(Band::High));
    }
}

#[test]
fn each_stale_parameter_makes_the_score_incomplete_and_is_named() {
    for stale in PARAMETERS {
        let mut inputs = inputs(NORMAL);
        inputs.set(stale, inputs.fresh(stale).unwrap(), State::Stale);

        let assessment = News2.assess(&inputs, adult(SaturationScale::One));

        let Assessment::Incomplete(incomplete) = assessment else {
            panic!("complete")
        };
        assert_eq!(incomplete.stale, [stale]);
        assert!(incomplete.missing.is_empty());
        assert!(incomplete.parts.iter().all(|part| part.parameter != stale));
        assert_eq!(incomplete.at_least, None);
    }
}

#[test]
fn without_anything_there_is_no_score() {
    let assessment = News2.assess(&Inputs::default(), adult(SaturationScale::One));

    assert_eq!(assessment.total(), None);
    assert_eq!(assessment.band(), None);
    assert!(assessment.parts().is_empty());
}

#[test]
fn on_scale_2_a_high_saturation_has_no_points_while_oxygen_is_unknown() {
    let saturation = |number| Inputs::default().with(Parameter::OxygenSaturation, whole(number));
    let two = SaturationScale::Two;

    assert_eq!(
        part(&saturation(92), Parameter::OxygenSaturation, two),
        Some(0)
    );
    assert_eq!(
        part(&saturation(93), Parameter::OxygenSaturation, two),
        None
    );
}

#[test]
fn children_and_pregnant_women_are_not_scored() {
    let subject = |age_years, pregnant| Subject {
        age_years,
        pregnant,
        ..Subject::default()
    };
    let assess = |subject| News2.assess(&inputs(NORMAL), subject);
    let not = |reason| Assessment::NotApplicable(reason);

    assert_eq!(
        assess(subject(Some(15), false)),
        not(NotApplicable::UnderSixteen)
    );
    assert_eq!(
        assess(subject(Some(15), true)),
        not(NotApplicable::UnderSixteen)
    );
    assert_eq!(
        assess(subject(Some(30), true)),
        not(NotApplicable::Pregnant)
    );
    assert_eq!(assess(subject(Some(16), false)).total(), Some(0));
}

#[test]
fn an_unknown_age_is_told_beside_the_score() {
    let assessment = News2.assess(&inputs(NORMAL), Subject::default());

    let Assessment::Complete(complete) = assessment else {
        panic!("not complete")
    };
    assert!(complete.age_unknown);
}

#[test]
fn a_value_of_the_wrong_kind_counts_as_none() {
    let inputs = inputs(NORMAL).with(Parameter::Pulse, Value::Oxygen(Oxygen::Air));

    let assessment = News2.assess(&inputs, adult(SaturationScale::One));

    assert_eq!(assessment.total(), None);
}

fn any_row() -> impl Strategy<Value = Row> {
    let breathes = prop_oneof![Just(Oxygen::Air), Just(Oxygen::Supplemental)];
    let level = prop::sample::select(vec![
        Acvpu::Alert,
        Acvpu::Confusion,
        Acvpu::Voice,
        Acvpu::Pain,
        Acvpu::Unresponsive,
    ]);
    (0..60, 50..=100, breathes, 40..260, 0..220, level, 300..420)
}

fn any_scale() -> impl Strategy<Value = SaturationScale> {
    prop_oneof![Just(SaturationScale::One), Just(SaturationScale::Two)]
}

proptest! {
    #[test]
    fn a_total_is_the_sum_of_its_parts_and_at_most_twenty(row in any_row(), scale in any_scale()) {
        let complete = complete(row, scale);

        let sum: u8 = complete.parts.iter().map(|part| part.points).sum();
        prop_assert_eq!(complete.total, sum);
        prop_assert!(complete.total <= 20);
        prop_assert!(complete.parts.iter().all(|part| part.points <= 3));
        prop_assert_eq!(complete.single_three, complete.parts.iter().any(|part| part.points == 3));
    }

    #[test]
    fn further_from_normal_never_scores_less(number in 0..260_i32, step in 1..40_i32) {
        for (parameter, middle) in [
            (Parameter::RespiratoryRate, 16),
            (Parameter::SystolicPressure, 150),
            (Parameter::Pulse, 70),
        ] {
            let further = if number < middle { number - step } else { number + step };
            let points = |number| {
                let inputs = Inputs::default().with(parameter, whole(number));
                part(&inputs, parameter, SaturationScale::One)
            };
            prop_assert!(points(further) >= points(number), "{:?} {}", parameter, number);
        }
    }

    #[test]
    fn a_lower_saturation_never_scores_less_on_scale_1(number in 1..=100_i32) {
        let points = |number| {
            let inputs = Inputs::default().with(Parameter::OxygenSaturation, whole(number));
            part(&inputs, Parameter::OxygenSaturation, SaturationScale::One)
        };

        prop_assert!(points(number - 1) >= points(number));
    }

    #[test]
    fn a_score_that_lacks_anything_is_never_a_total(
        row in any_row(),
        lacking in prop::collection::vec((0..7_usize, any::<bool>()), 1..7),
    ) {
        let all = inputs(row);
        let mut some = Inputs::default();
        for (at, parameter) in PARAMETERS.into_iter().enumerate() {
            let value = all.fresh(parameter).unwrap();
            match lacking.iter().find(|(lacks, _)| *lacks == at) {
                None => some.set(parameter, value, State::Fresh),
                Some((_, true)) => some.set(parameter, value, State::Stale),
                Some((_, false)) => {}
            }
        }

        let assessment = News2.assess(&some, adult(SaturationScale::One));

        prop_assert!(matches!(assessment, Assessment::Incomplete(_)));
        prop_assert_eq!(assessment.total(), None);
    }

    #[test]
    fn what_is_known_is_never_above_what_the_whole_would_be(row in any_row(), lacks in 0..7_usize) {
        let mut some = inputs(row);
        let parameter = PARAMETERS[lacks];
        some.set(parameter, some.fresh(parameter).unwrap(), State::Stale);
        let whole = complete(row, SaturationScale::One);

        let Assessment::Incomplete(known) = News2.assess(&some, adult(SaturationScale::One)) else {
            panic!("complete");
        };

        prop_assert!(known.at_least <= Some(whole.band));
    }
}
