//! What a message is made of: devices and their channels, patients, limits.

use super::*;

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
