//! Messages of devices and of people, whole and broken.

use super::*;
use crate::observation::{
    Acvpu, Method, Observation, Oxygen, Parameter, Precision, Quantity, Reason, Source, Status,
    Value,
};

/// 2026-01-02 03:04:05 UTC.
const RECEIVED: UnixMillis = 1_767_323_045_000;
const OPTIONS: ReadOptions = ReadOptions {
    received_at: RECEIVED,
    zone: LocalZone::UTC,
};

const DEVICE_HEADER: &str = "MSH|^~\\&|MONITOR^0011223344556677^EUI-64|HOSP|||20260102030405+0000||\
    ORU^R01^ORU_R01|1|P|2.6|||NE|AL||UNICODE UTF-8|||IHE_PCD_ORU_R01^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO\r\
    PID|||4711^^^HOSP^MR||DOE\rPV1||I|ICU^2^B\rOBR|1||1^M|69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|||20260102030400+0000\r";

fn device_message(rows: &str) -> String {
    format!("{DEVICE_HEADER}{rows}")
}

fn charted(rows: &str) -> String {
    format!(
        "MSH|^~\\&|EHR|HOSP|||20260102030405+0000||ORU^R01^ORU_R01|1|P|2.5.1\r\
         PID|||4711^^^HOSP^MR\rOBR|1||1|85353-1^Vital signs^LN|||20260102030300+0000\r{rows}"
    )
}

/// Findings of a message about one patient.
fn findings(raw: &str) -> Findings {
    let message = Message::parse(raw.as_bytes()).unwrap();
    let mut report = read(&message, &OPTIONS).unwrap();
    assert_eq!(report.patients.len(), 1);
    report.patients.remove(0).findings
}

fn one(raw: &str) -> Observation {
    let mut findings = findings(raw);
    assert_eq!(
        (findings.observations.len(), &findings.apart),
        (1, &Vec::new())
    );
    findings.observations.remove(0)
}

fn reason(raw: &str) -> Reason {
    let findings = findings(raw);
    assert_eq!(
        (findings.observations.len(), findings.apart.len()),
        (0, 1),
        "{raw}"
    );
    findings.apart[0].reason
}

fn number(thousandths: i32) -> Value {
    Value::Number(Quantity::from_thousandths(thousandths))
}

#[test]
fn a_monitors_message_is_read_with_its_containment() {
    let raw = device_message(
        "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||20260102030401+0000||||AABBCCDDEEFF0011^^AABBCCDDEEFF0011^EUI-64\r\
         OBX|2||69854^MDC_DEV_METER_PRESS_BLD_VMD^MDC|1.1.0.0|||||||X|||20260102030402+0000\r\
         OBX|3||69855^MDC_DEV_METER_PRESS_BLD_CHAN^MDC|1.1.1.0|||||||X\r\
         OBX|4|NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.1.1.150021|128|266016^MDC_DIM_MMHG^MDC|||||R\r\
         OBX|5|NM|147842^MDC_ECG_HEART_RATE^MDC|1.7.4.147842|80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R|||20260102030403.250+0000||||FFFFFFFFFFFFFFFF^EUI-64\r\
         OBX|6|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.9.1.150456|97.5|262688^MDC_DIM_PERCENT^MDC|||||F\r",
    );
    let message = Message::parse(raw.as_bytes()).unwrap();

    let report = read(&message, &OPTIONS).unwrap();

    assert!(report.is_device_profile);
    let patient = &report.patients[0];
    assert_eq!(
        patient.pid.unwrap().identifiers(3).next().unwrap().id,
        b"4711"
    );
    assert_eq!(
        patient.pv1.unwrap().field(3).unwrap().value().written(),
        b"ICU^2^B"
    );
    assert!(patient.findings.apart.is_empty());
    let [pressure, heart, saturation] = patient.findings.observations.as_slice() else {
        panic!("three values")
    };
    assert_eq!(pressure.value, number(128_000));
    assert_eq!(pressure.method, Method::NonInvasive);
    assert_eq!(pressure.taken_at.at, RECEIVED - 3_000);
    assert_eq!(pressure.taken_at.source, TimeSource::Container);
    assert_eq!(pressure.device.as_ref().unwrap().id(), "AABBCCDDEEFF0011");
    assert_eq!(heart.method, Method::Electrocardiogram);
    assert_eq!(heart.taken_at.at, RECEIVED - 1_750);
    assert_eq!(heart.taken_at.precision, Precision::Fraction);
    assert_eq!(heart.device.as_ref().unwrap().id(), "FFFFFFFFFFFFFFFF");
    assert_eq!(
        (heart.source, heart.status),
        (Source::Device, Status::Unverified)
    );
    assert_eq!(saturation.value, number(97_500));
    assert_eq!(saturation.status, Status::Final);
    assert_eq!(saturation.taken_at.at, RECEIVED - 4_000);
}

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
            Reason::NoTime,
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
fn a_value_without_any_time_is_set_apart() {
    let raw = "MSH|^~\\&|||||20260102030405+0000||ORU^R01|1|P|2.5.1\rPID|||1\rOBR|1\r\
        OBX|1|NM|8867-4^HR^LN||72|/min|||||F\r";

    assert_eq!(reason(raw), Reason::NoTime);
}

#[test]
fn a_time_without_a_zone_is_in_the_zone_of_the_message_and_else_in_the_sites() {
    let row = "ORU^R01|1|P|2.5.1\rPID|||1\rOBR|1\rOBX|1|NM|8867-4^HR^LN||72|/min|||||F|||20260102040405\r";
    let with_zone = format!("MSH|^~\\&|||||20260102040405+0100||{row}");
    let without = format!("MSH|^~\\&|||||20260102040405||{row}");
    let message = Message::parse(without.as_bytes()).unwrap();
    let options = ReadOptions {
        zone: LocalZone::fixed(60),
        ..OPTIONS
    };

    let site = read(&message, &options)
        .unwrap()
        .patients
        .remove(0)
        .findings;

    assert_eq!(one(&with_zone).taken_at.at, RECEIVED);
    assert_eq!(one(&with_zone).taken_at.zone_minutes, None);
    assert_eq!(site.observations[0].taken_at.at, RECEIVED);
    assert_eq!(one(&without).taken_at.at, RECEIVED + 3_600_000);
    assert_eq!(one(&without).effective_at(), RECEIVED);
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
fn a_participation_names_the_device_of_the_row_before_and_of_no_other() {
    let raw = device_message(
        "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|80|264864^MDC_DIM_BEAT_PER_MIN^MDC|||||R\r\
         OBX|2|NM|150344^MDC_TEMP^MDC|1.2.1.1||268192^MDC_DIM_DEGC^MDC|||||X\r\
         PRT|1|UC||EQUIP|||||| AABBCCDDEEFF0011^^AABBCCDDEEFF0011^EUI-64\r\
         OBX|3|NM|151562^MDC_RESP_RATE^MDC|1.3.1.1|16|264928^MDC_DIM_RESP_PER_MIN^MDC|||||R\r\
         PRT|2|UC||EQUIP||||||AABBCCDDEEFF0011^^AABBCCDDEEFF0011^EUI-64\r",
    );

    let observations = findings(&raw).observations;

    assert_eq!(observations[0].device, None);
    assert_eq!(
        observations[1].device.as_ref().unwrap().id(),
        "AABBCCDDEEFF0011"
    );
}

#[test]
fn every_patient_of_a_message_has_a_report_of_its_own() {
    let raw = "MSH|^~\\&|||||20260102030405+0000||ORU^R01|1|P|2.5.1\r\
        PID|||1\rPV1||I|A\rOBR|1||||||20260102030300\rOBX|1|NM|8867-4^HR^LN||71|/min|||||F\r\
        PID|||2\rOBR|1||||||20260102030300\rOBX|1|NM|8867-4^HR^LN||72|/min|||||F\r";
    let message = Message::parse(raw.as_bytes()).unwrap();

    let report = read(&message, &OPTIONS).unwrap();

    assert_eq!(report.patients.len(), 2);
    assert!(report.patients[1].pv1.is_none());
    assert_eq!(
        report.patients[1].findings.observations[0].value,
        number(72_000)
    );
}

#[test]
fn the_time_of_one_patients_request_is_not_anothers() {
    let raw = "MSH|^~\\&|||||20260102030405+0000||ORU^R01|1|P|2.5.1\r\
        PID|||1\rOBR|1||||||20260102030300\rOBX|1|NM|8867-4^HR^LN||71|/min|||||F\r\
        PID|||2\rOBX|1|NM|8867-4^HR^LN||72|/min|||||F\r";
    let message = Message::parse(raw.as_bytes()).unwrap();

    let report = read(&message, &OPTIONS).unwrap();

    assert_eq!(report.patients[1].findings.apart[0].reason, Reason::NoTime);
}

#[test]
fn rows_beyond_the_limit_are_counted_and_not_read() {
    for (rows, unread) in [(MAX_OBSERVATIONS, 0), (MAX_OBSERVATIONS + 1, 1)] {
        let raw = charted(&"OBX|1|NM|8867-4^HR^LN||72|/min|||||F\r".repeat(rows));
        let message = Message::parse(raw.as_bytes()).unwrap();

        let report = read(&message, &OPTIONS).unwrap();

        assert_eq!(report.unread, unread);
        assert_eq!(
            report.patients[0].findings.observations.len(),
            MAX_OBSERVATIONS
        );
    }
}

#[test]
fn patients_beyond_the_limit_are_counted_and_nobody_gets_their_values() {
    for (patients, unread) in [(MAX_PATIENTS, 0), (MAX_PATIENTS + 2, 2)] {
        let group = "PID|||1\rOBR|1||||||20260102030300\rOBX|1|NM|8867-4^HR^LN||72|/min|||||F\r";
        let raw = format!(
            "MSH|^~\\&|||||||ORU^R01|1|P|2.5.1\r{}",
            group.repeat(patients)
        );
        let message = Message::parse(raw.as_bytes()).unwrap();

        let report = read(&message, &OPTIONS).unwrap();

        assert_eq!(
            (report.patients.len(), report.unread),
            (MAX_PATIENTS, unread)
        );
        assert!(
            report
                .patients
                .iter()
                .all(|one| one.findings.observations.len() == 1)
        );
    }
}

#[test]
fn a_message_of_another_kind_is_refused() {
    let read = |raw: &str| read(&Message::parse(raw.as_bytes()).unwrap(), &OPTIONS).err();

    assert_eq!(
        read("MSH|^~\\&|||||||ADT^A01|1|P|2.5.1\rOBX|1\r"),
        Some(ReadError::NotAResult)
    );
    assert_eq!(
        read("MSH|^~\\&|||||||ORU^R01|1|P|2.5.1\rPID|||1\r"),
        Some(ReadError::NoObservation)
    );
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

/// As bedside monitors with two temperature probes and two oximeters send them: the code twice, told apart by OBX-4.
#[test]
fn of_two_probes_of_one_kind_the_first_channel_counts_and_the_other_is_set_apart() {
    let findings = findings(&device_message(
        "OBX|1|NM|150344^MDC_TEMP^MDC|1.2.1.150344|38.9|268192^MDC_DIM_DEGC^MDC|||||R\r\
         OBX|2|NM|150344^MDC_TEMP^MDC|1.2.2.150344|33.1|268192^MDC_DIM_DEGC^MDC|||||R\r\
         OBX|3|NM|188420^MDC_TEMP_RECT^MDC|1.2.3.188420|39.0|268192^MDC_DIM_DEGC^MDC|||||R\r\
         OBX|4|NM|999999^MNDRY_X^99MNDRY|1.2.4.1|1||||||R\rOBX|5|NM|999998^^99MNDRY|1.2.4.2|1||||||R\r",
    ));

    let values: Vec<_> = findings.observations.iter().map(|o| o.value).collect();
    assert_eq!(values, [number(38_900)]);
    let apart = findings.apart.iter();
    let apart: Vec<_> = apart
        .map(|apart| (apart.reason, apart.thousandths, apart.count))
        .collect();
    assert_eq!(
        apart,
        [
            (Reason::OtherChannel, Some(33_100), 1),
            (Reason::OtherChannel, Some(39_000), 1),
            (Reason::UnknownCode, None, 2),
        ]
    );
}

#[test]
fn a_second_probe_counts_while_the_first_shows_nothing() {
    let findings = findings(&device_message(
        "OBX|1|NM|150344^MDC_TEMP^MDC|1.2.1.150344||268192^MDC_DIM_DEGC^MDC|||||X\r\
         OBX|2|NM|150344^MDC_TEMP^MDC|1.2.2.150344|37.1|268192^MDC_DIM_DEGC^MDC|||||R\r",
    ));

    assert_eq!(findings.observations[0].value, number(37_100));
    assert_eq!(findings.apart[0].reason, Reason::Invalid);
}

#[test]
fn one_channel_may_correct_itself_and_each_request_has_channels_of_its_own() {
    let findings = findings(&device_message(
        "OBX|1|NM|150344^MDC_TEMP^MDC|1.2.1.150344|37.1|268192^MDC_DIM_DEGC^MDC|||||R\r\
         OBX|2|NM|150344^MDC_TEMP^MDC|1.2.1.150344|37.2|268192^MDC_DIM_DEGC^MDC|||||C\r\
         OBR|2||2^M|69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|||20260102030405+0000\r\
         OBX|1|NM|150344^MDC_TEMP^MDC|1.9.1.150344|37.3|268192^MDC_DIM_DEGC^MDC|||||R\r",
    ));

    let values: Vec<_> = findings.observations.iter().map(|o| o.value).collect();
    assert_eq!(values, [number(37_100), number(37_200), number(37_300)]);
}

#[test]
fn a_time_of_the_older_form_with_its_precision_is_read() {
    let raw = charted("OBX|1|NM|8867-4^HR^LN||72|/min|||||F|||20260102030401+0000^S\r");

    assert_eq!(one(&raw).taken_at.at, RECEIVED - 4_000);
}

#[test]
fn a_time_with_microseconds_is_read() {
    let raw = charted("OBX|1|NM|8867-4^HR^LN||72|/min|||||F|||20260102030401.123456+0000\r");

    assert_eq!(one(&raw).taken_at.at, RECEIVED - 4_000 + 123);
}

/// 2026-07-02 12:00:00 UTC is 14:00 on a wall in Berlin; a fixed zone would make every value an hour old or early.
#[test]
fn a_time_without_a_zone_follows_the_sites_summer_and_winter() {
    let zone = LocalZone::named("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    for (local, received_at) in [
        ("20260702140000", 1_782_993_600_000),
        ("20260102130000", 1_767_355_200_000),
    ] {
        let raw = format!(
            "MSH|^~\\&|||||{local}||ORU^R01|1|P|2.5.1\rPID|||1\rOBR|1\r\
             OBX|1|NM|8867-4^HR^LN||72|/min|||||F|||{local}\r"
        );
        let message = Message::parse(raw.as_bytes()).unwrap();
        let options = ReadOptions {
            received_at,
            zone: zone.clone(),
        };

        let findings = read(&message, &options)
            .unwrap()
            .patients
            .remove(0)
            .findings;

        assert_eq!(findings.observations[0].taken_at.at, received_at, "{local}");
    }
}
