//! Codes, numbers, answers, and what is set apart.

use super::*;

#[test]
fn charted_values_are_read_by_loinc_with_the_time_of_the_request() {
    let findings = findings(&charted(
        "OBX|1|NM|9279-1^Respiratory rate^LN||18|/min|||||F\r\
         OBX|2|NM|8310-5^Body temperature^LN||98.6|[degF]|||||F|||202601020301\r\
         OBX|3|CWE|67775-7^Level of responsiveness^LN||LA17108-4^Verbal^LN||||||F\r\
         OBX|4|TX|80288-4^Level of consciousness AVPU^LN||Alert||||||F\r\
         OBX|5|NM|3151-8^Inhaled oxygen flow rate^LN||2|L/min|||||F\r\
         OBX|6|CWE|371825009^Patient on oxygen^SCT||373066001^Yes^SCT||||||F\r\
         OBX|7|SN|8867-4^Heart rate^LN||^72|/min|||||C\r",
    ));

    assert_eq!(findings.apart, []);
    let read: Vec<_> = findings
        .observations
        .iter()
        .map(|one| (one.parameter, one.value))
        .collect();
    assert_eq!(
        read,
        [
            (Parameter::RespiratoryRate, number(18_000)),
            (Parameter::Temperature, number(37_000)),
            (Parameter::Consciousness, Value::Consciousness(Acvpu::Voice)),
            (Parameter::Consciousness, Value::Consciousness(Acvpu::Alert)),
            (Parameter::OxygenFlow, number(2_000)),
            (
                Parameter::SupplementalOxygen,
                Value::Oxygen(Oxygen::Supplemental)
            ),
            (Parameter::Pulse, number(72_000)),
        ]
    );
    assert!(
        findings
            .observations
            .iter()
            .all(|one| one.source == Source::Charted)
    );
    assert_eq!(
        findings.observations[0].taken_at.source,
        TimeSource::Request
    );
    assert_eq!(findings.observations[0].taken_at.at, RECEIVED - 65_000);
    assert_eq!(
        findings.observations[1].taken_at.precision,
        Precision::Minute
    );
    assert_eq!(findings.observations[6].status, Status::Corrected);
}

/// A gateway that knows the names of the nomenclature and not its numbers.
#[test]
fn a_one_before_every_name_is_neither_a_code_nor_the_unit_of_a_fraction() {
    let rate = one(&device_message(
        "OBX|1|NM|1^MDC_ECG_HEART_RATE^MDC||80.000000|1^MDC_DIM_BEAT_PER_MIN^MDC|||||F\r",
    ));
    let saturation = one(&device_message(
        "OBX|1|NM|1^MDC_PULS_OXIM_SAT_O2^MDC||0.97|1^^UCUM|||||F\r",
    ));

    assert_eq!(
        (rate.parameter, rate.value),
        (Parameter::Pulse, number(80_000))
    );
    assert_eq!(saturation.value, number(97_000));
}

/// What monitors write for a lead that is off: every number that no patient has is set apart, and none is scored.
#[test]
fn the_numbers_that_monitors_send_for_nothing_measured_are_no_values() {
    for (code, number, unit) in [
        (
            "150301^MDC_PRESS_CUFF_SYS^MDC",
            "-999",
            "266016^MDC_DIM_MMHG^MDC",
        ),
        (
            "150456^MDC_PULS_OXIM_SAT_O2^MDC",
            "-100",
            "262688^MDC_DIM_PERCENT^MDC",
        ),
        (
            "147842^MDC_ECG_HEART_RATE^MDC",
            "-1",
            "264864^MDC_DIM_BEAT_PER_MIN^MDC",
        ),
        ("150344^MDC_TEMP^MDC", "-99.9", "268192^MDC_DIM_DEGC^MDC"),
        ("150344^MDC_TEMP^MDC", "384.5", "268192^MDC_DIM_DEGC^MDC"),
    ] {
        let row = format!("OBX|1|NM|{code}|1.3.1|{number}|{unit}|||||F\r");

        assert_eq!(
            reason(&device_message(&row)),
            Reason::Absurd,
            "{code} {number}"
        );
    }
}

#[test]
fn vital_signs_of_simulated_hospital_are_read_by_name() {
    let findings = findings(&charted(
        "OBX|1|TX|tt-0005-01^AVPU^LOINC^^||Alert||||||F|||20260102030200\r\
         OBX|2|NM|tt-0005-05^MDC_PRESS_BLD_NONINV_SYS^MDC^^||100|MDC_DIM_MMHG|70-190||||F|||20260102030200\r\
         OBX|3||tt-0005-03^InsOxy^WelchAllyn^^||28|MDC_DIM_PERCENT|20-40||||F|||20260102030200\r\
         OBX|4||tt-0005-08^MDC_RESP_RATE^MDC^^||17||10-50||||F|||20260102030200\r\
         OBX|5|NM|tt-0005-09^MDC_TEMP^MDC^^||37.5|MDC_DIM_DEGC|36-38||||F|||20260102030200\r\
         OBX|6||tt-0005-10^OxyL^WelchAllyn^^||5|MDC_DIM_X_L_PER_MIN|1-15||||F|||20260102030200\r\
         OBX|7|TX|tt-0005-13^TemperatureSite^WelchAllyn^^||Axillary||||||F|||20260102030200\r",
    ));

    let read: Vec<_> = findings
        .observations
        .iter()
        .map(|one| one.parameter)
        .collect();
    assert_eq!(
        read,
        [
            Parameter::Consciousness,
            Parameter::SystolicPressure,
            Parameter::OxygenFraction,
            Parameter::RespiratoryRate,
            Parameter::Temperature,
            Parameter::OxygenFlow,
        ]
    );
    assert_eq!(
        (findings.apart.len(), findings.apart[0].reason),
        (1, Reason::UnknownCode)
    );
}

#[test]
fn what_cannot_be_a_value_is_set_apart_with_its_reason() {
    let row = |rest: &str| {
        device_message(&format!(
            "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|{rest}\r"
        ))
    };
    for (rest, expected) in [
        ("||||||X", Reason::Invalid),
        ("80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||X", Reason::Invalid),
        (
            "8388607|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R",
            Reason::Invalid,
        ),
        (
            "80|264864^MDC_DIM_BEAT_PER_MIN^MDC||INV|||R",
            Reason::Invalid,
        ),
        (
            "80|264864^MDC_DIM_BEAT_PER_MIN^MDC||L~QUES|||R",
            Reason::Questionable,
        ),
        ("|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R", Reason::NotANumber),
        (
            "\"\"|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R",
            Reason::NotANumber,
        ),
        (
            "---|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R",
            Reason::NotANumber,
        ),
        (
            "80~81|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R",
            Reason::NotANumber,
        ),
        ("80|262688^MDC_DIM_PERCENT^MDC|||||R", Reason::UnknownUnit),
        ("80|264864^MDC_DIM_PERCENT^MDC|||||R", Reason::UnknownUnit),
        ("80|furlong|||||R", Reason::UnknownUnit),
        ("900|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R", Reason::Absurd),
        (
            "80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||I",
            Reason::UnknownStatus,
        ),
        (
            "80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||20260102",
            Reason::NoTime,
        ),
        (
            "80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||yesterday",
            Reason::UnreadableTime,
        ),
        (
            "80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||20200102030405",
            Reason::AbsurdTime,
        ),
        (
            "80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||20260104030405",
            Reason::AbsurdTime,
        ),
    ] {
        assert_eq!(reason(&row(rest)), expected, "{rest}");
    }
}

#[test]
fn an_absurd_value_keeps_its_number_and_its_device() {
    let raw = device_message(
        "OBX|1|NM|150344^MDC_TEMP^MDC|1.1.1.1|212|266560^MDC_DIM_FAHR^MDC|||||R|||||||AABBCCDDEEFF0011^EUI-64\r",
    );

    let apart = findings(&raw).apart.remove(0);

    assert_eq!(
        (apart.reason, apart.thousandths),
        (Reason::Absurd, Some(100_000))
    );
    assert_eq!(apart.device.unwrap().id(), "AABBCCDDEEFF0011");
}

#[test]
fn a_structured_number_with_a_comparator_is_no_number() {
    for (value, expected) in [
        ("=^72", None),
        ("^72", None),
        (">^72", Some(())),
        ("^72^-^80", Some(())),
    ] {
        let raw = charted(&format!(
            "OBX|1|SN|8867-4^Heart rate^LN||{value}|/min|||||F\r"
        ));

        let apart = findings(&raw).apart;

        assert_eq!(
            apart
                .first()
                .map(|apart| assert_eq!(apart.reason, Reason::NotANumber)),
            expected
        );
    }
}

#[test]
fn answers_that_disagree_are_no_answer() {
    for value in ["A^Unresponsive", "A~U", "drowsy"] {
        let raw = charted(&format!(
            "OBX|1|CWE|67775-7^Responsiveness^LN||{value}||||||F\r"
        ));
        assert_eq!(reason(&raw), Reason::UnknownAnswer, "{value}");
    }
}

#[test]
fn codes_that_disagree_are_unknown_and_agreeing_ones_are_not() {
    let row = |code: &str| charted(&format!("OBX|1|NM|{code}||72|/min|||||F\r"));

    assert_eq!(
        reason(&row("8867-4^HR^LN^151562^MDC_RESP_RATE^MDC")),
        Reason::UnknownCode
    );
    assert_eq!(
        one(&row("8867-4^HR^LN^147842^MDC_ECG_HEART_RATE^MDC")).parameter,
        Parameter::Pulse
    );
    assert_eq!(
        one(&row("HR^HR^99X^8867-4^Heart rate^LN")).parameter,
        Parameter::Pulse
    );
}

#[test]
fn unknown_codes_are_counted_once_per_message() {
    let rows = "OBX|1|NM|2951-2^Sodium^LN||140|mmol/L|||||F\r".repeat(30);

    let apart = findings(&charted(&rows)).apart;

    assert_eq!(
        (apart.len(), apart[0].count, apart[0].reason),
        (1, 30, Reason::UnknownCode)
    );
}

#[test]
fn a_value_that_is_taken_back_is_told() {
    for status in ["W", "D"] {
        let raw = charted(&format!(
            "OBX|1|NM|8867-4^HR^LN||172|/min|||||{status}|||20260102030200\r"
        ));

        let findings = findings(&raw);

        assert!(findings.observations.is_empty() && findings.apart.is_empty());
        assert_eq!(findings.withdrawn[0].parameter, Parameter::Pulse);
        assert_eq!(findings.withdrawn[0].taken_at, RECEIVED - 125_000);
    }
}

#[test]
fn a_value_over_the_api_follows_the_same_rules() {
    let given = |parameter, value, unit| Given {
        parameter,
        method: Method::Unspecified,
        value,
        unit,
        taken_at: RECEIVED - 1_000,
        device: None,
    };
    let read = |given| read_given(given, RECEIVED).map_err(|apart| apart.reason);

    let temperature = read(given(Parameter::Temperature, "98.6", "[degF]")).unwrap();
    assert_eq!(
        (temperature.value, temperature.source),
        (number(37_000), Source::Charted)
    );
    let level = read(given(Parameter::Consciousness, "alert", "")).unwrap();
    assert_eq!(level.value, Value::Consciousness(Acvpu::Alert));
    assert_eq!(
        read(given(Parameter::Temperature, "37", "")).err(),
        Some(Reason::UnknownUnit)
    );
    assert_eq!(
        read(given(Parameter::Temperature, "37", "x")).err(),
        Some(Reason::UnknownUnit)
    );
    assert_eq!(
        read(given(Parameter::Pulse, "9000", "/min")).err(),
        Some(Reason::Absurd)
    );
    let late = Given {
        taken_at: 0,
        ..given(Parameter::Pulse, "90", "/min")
    };
    assert_eq!(read(late).err(), Some(Reason::AbsurdTime));
}

/// As Mindray's gateway sends "IBP, channel 1-8" and others `P1`: a pulmonary artery shows 25 over 10.
#[test]
fn a_pressure_of_a_line_that_nobody_labelled_is_set_apart_with_its_number() {
    let findings = findings(&device_message(
        "OBX|1|NM|150017^MDC_PRESS_BLD_SYS^MDC|1.13.2.150017|42|266016^MDC_DIM_MMHG^MDC|||||R\r\
         OBX|2|NM|150018^MDC_PRESS_BLD_DIA^MDC|1.13.2.150018|14|266016^MDC_DIM_MMHG^MDC|||||R\r\
         OBX|3|NM|150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC|1.13.1.150037|118|266016^MDC_DIM_MMHG^MDC|||||R\r",
    ));

    let apart = findings.apart.iter();
    let apart: Vec<_> = apart
        .map(|apart| (apart.parameter, apart.reason, apart.thousandths))
        .collect();
    assert_eq!(
        apart,
        [
            (
                Some(Parameter::SystolicPressure),
                Reason::UnknownSite,
                Some(42_000)
            ),
            (
                Some(Parameter::DiastolicPressure),
                Reason::UnknownSite,
                Some(14_000)
            ),
        ]
    );
    assert_eq!(findings.observations.len(), 1);
    assert_eq!(findings.observations[0].value, number(118_000));
}

#[test]
fn a_second_code_that_names_the_site_makes_it_known() {
    let raw = device_message(
        "OBX|1|NM|150017^MDC_PRESS_BLD_SYS^MDC^76215-3^Invasive systolic^LN|1.13.2.1|118|266016^MDC_DIM_MMHG^MDC|||||R\r",
    );

    assert_eq!(one(&raw).method, Method::Invasive);
}

#[test]
fn a_second_code_that_is_no_such_pressure_makes_nothing_of_it() {
    let raw = device_message(
        "OBX|1|NM|150017^MDC_PRESS_BLD_SYS^MDC^8867-4^Heart rate^LN|1.13.2.1|42|266016^MDC_DIM_MMHG^MDC|||||R\r",
    );

    assert_eq!(reason(&raw), Reason::UnknownSite);
}

/// Shapes of monitors in use that earlier tests do not have.
#[test]
fn what_monitors_in_use_send_is_read_or_told() {
    // The number of a line that nobody labelled beside the name of the cuff: the name says where it is measured.
    let cuff = one(&device_message(
        "OBX||NM|150017^MDC_PRESS_BLD_NONINV_SYS^MDC|1.1.1|128|266016^MDC_DIM_MMHG^MDC|||||F\r",
    ));
    assert_eq!(
        (cuff.parameter, cuff.method),
        (Parameter::SystolicPressure, Method::NonInvasive)
    );

    // The name of a heart rate beside the number of a diastolic pressure means neither.
    let two = device_message("OBX|1|NM|150022^MDC_ECG_HEART_RATE^MDC||77||||||F\r");
    assert_eq!(reason(&two), Reason::UnknownCode);

    // What a sensor that is off shows as a number.
    let off = device_message(
        "OBX|5|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.150456|-999|262688^MDC_DIM_PERCENT^MDC||||||||20260102030405\r",
    );
    assert_eq!(reason(&off), Reason::Absurd);

    let millimetres = one(&charted(
        "OBX|1|ST|^SBP^^8480-6^Systolic blood pressure^LN||154|mm(hg)||||R\r",
    ));
    assert_eq!(millimetres.value, number(154_000));
}

/// IHE PCD-01: what the ventilator is set to is no breath of the patient's. What oxygen is set to, the patient gets.
#[test]
fn what_a_device_is_set_to_do_is_no_measurement() {
    let row = |code: &str, number: &str, unit: &str, method: &str| {
        device_message(&format!(
            "OBX|1|NM|{code}|1.3.1|{number}|{unit}|||||R||||||{method}\r"
        ))
    };
    let rate = |method: &str| {
        let (code, unit) = (
            "151562^MDC_RESP_RATE^MDC",
            "264928^MDC_DIM_RESP_PER_MIN^MDC",
        );
        row(code, "14", unit, method)
    };
    for method in [
        "MSET",
        "ASET^auto-setting^MDC",
        "RSET^^MDC",
        "AMEAS^^MDC~MSET^^MDC",
    ] {
        assert_eq!(reason(&rate(method)), Reason::Setting, "{method}");
    }

    let measured = one(&rate("AMEAS^auto-measurement^MDC"));
    let oxygen = one(&row(
        "152196^MDC_CONC_AWAY_O2^MDC",
        "40",
        "262688^MDC_DIM_PERCENT^MDC",
        "MSET^manual-setting^MDC",
    ));

    assert_eq!(measured.value, number(14_000));
    assert_eq!(oxygen.value, number(40_000));
}
