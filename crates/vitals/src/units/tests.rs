//! Every unit, every bound, and any text.

use proptest::prelude::*;

use super::*;

fn read(parameter: Parameter, text: &str, unit: &str) -> Result<i32, Reason> {
    let unit = Unit::from_text(unit);
    let number = read_number(parameter, text, unit).map_err(|error| error.reason)?;
    Ok(number.thousandths())
}

#[test]
fn every_parameter_is_read_in_the_units_it_is_sent_in() {
    for (parameter, text, unit, thousandths) in [
        (Parameter::Temperature, "98.6", "[degF]", 37_000),
        (Parameter::Temperature, "310.15", "K", 37_000),
        (Parameter::Temperature, "36.6", "Cel", 36_600),
        (Parameter::Temperature, "36.6", "\u{2103}", 36_600),
        (Parameter::Temperature, "36.6", "deg C", 36_600),
        (Parameter::Temperature, "98.6", "\u{2109}", 37_000),
        (Parameter::Temperature, "98.6", "Deg F", 37_000),
        (Parameter::SystolicPressure, "16", "kPa", 120_010),
        (Parameter::SystolicPressure, "120", "mm[Hg]", 120_000),
        (Parameter::OxygenSaturation, "0.97", "1", 97_000),
        (Parameter::OxygenSaturation, "97", "%", 97_000),
        (Parameter::OxygenFraction, "0.21", "{fraction}", 21_000),
        (Parameter::Pulse, "1.2", "Hz", 72_000),
        (Parameter::Pulse, "72", "", 72_000),
        (Parameter::RespiratoryRate, "14", "{breaths}/min", 14_000),
        (Parameter::OxygenFlow, "500", "mL/min", 500),
    ] {
        assert_eq!(
            read(parameter, text, unit),
            Ok(thousandths),
            "{parameter:?} {text} {unit}"
        );
    }
}

#[test]
fn the_noise_of_binary_fractions_is_rounded_away() {
    assert_eq!(
        read(Parameter::Temperature, "36.049999237", "Cel"),
        Ok(36_050)
    );
    assert_eq!(
        read(Parameter::Temperature, "38.10000000000001", "Cel"),
        Ok(38_100)
    );
}

#[test]
fn a_unit_of_something_else_is_not_guessed() {
    for (parameter, unit) in [
        (Parameter::Temperature, ""),
        (Parameter::Temperature, "mm[Hg]"),
        (Parameter::OxygenSaturation, ""),
        (Parameter::SystolicPressure, ""),
        (Parameter::SystolicPressure, "cm[H2O]"),
        (Parameter::Pulse, "%"),
    ] {
        assert_eq!(
            read(parameter, "37", unit),
            Err(Reason::UnknownUnit),
            "{parameter:?} {unit}"
        );
    }
}

#[test]
fn what_is_no_number_is_named() {
    for text in [
        "", "-", ".", "---", "NaN", "1e3", "12,5", "1 2", ">200", "0x10",
    ] {
        assert_eq!(
            read(Parameter::Pulse, text, "/min"),
            Err(Reason::NotANumber),
            "{text}"
        );
    }
    for text in ["8388607", "8388606", "-8388608", "8388607.0"] {
        assert_eq!(
            read(Parameter::Pulse, text, "/min"),
            Err(Reason::Invalid),
            "{text}"
        );
    }
    assert_eq!(
        read(Parameter::Pulse, &"1".repeat(19), "/min"),
        Err(Reason::NotANumber)
    );
}

#[test]
fn the_bounds_are_believed_and_one_step_beyond_is_absurd() {
    for parameter in Parameter::ALL {
        let Some((least, greatest)) = bounds(parameter) else {
            continue;
        };
        let unit = Unit::from_text(parameter.unit());
        let shown = |thousandths: i32| format!("{:.3}", f64::from(thousandths) / 1000.0);
        for (thousandths, believed) in [
            (least.thousandths(), true),
            (least.thousandths() - 1, false),
            (greatest.thousandths(), true),
            (greatest.thousandths() + 1, false),
        ] {
            let read = read_number(parameter, &shown(thousandths), unit);
            assert_eq!(read.is_ok(), believed, "{parameter:?} {thousandths}");
        }
    }
}

#[test]
fn an_absurd_value_keeps_its_number() {
    let absurd = read_number(Parameter::Temperature, "212", Some(Unit::Fahrenheit));

    let expected = NotAValue {
        reason: Reason::Absurd,
        thousandths: Some(100_000),
    };
    assert_eq!(absurd, Err(expected));
}

proptest! {
    #[test]
    fn any_text_is_read_or_named(text: String, unit: Option<u8>) {
        let unit = unit.map(|at| NAMES[usize::from(at) % NAMES.len()].1);
        for parameter in Parameter::ALL {
            let _read = read_number(parameter, &text, unit);
        }
    }

    #[test]
    fn a_number_in_its_canonical_unit_is_itself(thousandths in 25_000..45_000_i32) {
        let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);

        prop_assert_eq!(read(Parameter::Temperature, &text, "Cel"), Ok(thousandths));
    }

    #[test]
    fn fahrenheit_is_right_to_the_thousandth(tenths in 770..1130_i32) {
        let text = format!("{}.{}", tenths / 10, tenths % 10);
        let exact = (f64::from(tenths) / 10.0 - 32.0) * 5.0 / 9.0;

        let read = f64::from(read(Parameter::Temperature, &text, "[degF]").unwrap()) / 1000.0;

        prop_assert!((read - exact).abs() <= 0.000_501);
    }

    #[test]
    fn a_higher_number_is_a_higher_value(low in 40..200_i32, more in 1..50_i32) {
        for (parameter, unit) in [(Parameter::SystolicPressure, "mmHg"), (Parameter::Pulse, "bpm")] {
            let (low, high) = (low.to_string(), (low + more).to_string());
            prop_assert!(read(parameter, &low, unit) < read(parameter, &high, unit));
        }
    }
}
