//! Which moment a value is of.

use super::*;

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

/// The zone of MSH-7 holds also where the sender leaves out the point before milliseconds: else a clock eight hours ahead
/// would be read as the site's.
#[test]
fn a_time_with_milliseconds_and_no_point_is_read_with_its_zone() {
    let raw = "MSH|^~\\&|GATEWAY||||20260102110405000+0800||ORU^R01^ORU_R01|1|P|2.6\r\
        PID|||1\rOBR|1\r\
        OBX|1|NM|8867-4^HR^LN||72|/min|||||F|||20260102110401250+0800\r\
        OBX|2|NM|9279-1^RR^LN||14|/min|||||F|||20260102110402\r";

    let times: Vec<_> = findings(raw)
        .observations
        .iter()
        .map(|one| one.taken_at.at)
        .collect();

    assert_eq!(times, [RECEIVED - 4_000 + 250, RECEIVED - 3_000]);
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

/// HL7 writes times without separators (v2.5.1 §2.A.22, DTM). What is written otherwise is told, with the number.
#[test]
fn a_time_that_is_not_written_as_hl7_does_is_told_and_not_guessed() {
    for written in [
        "2026-01-02T03:04:01Z",
        "2026-01-02T03:04:01.250+01:00",
        "2026-01-02 03:04:01",
        "02.01.2026 03:04",
        "01/02/2026 03:04",
        "20260102T030401",
        "1767323041",
        "20261302030401",
    ] {
        let raw = charted(&format!(
            "OBX|1|NM|8867-4^HR^LN||72|/min|||||F|||{written}\r"
        ));

        let apart = findings(&raw).apart;

        let told: Vec<_> = apart.iter().map(|a| (a.reason, a.thousandths)).collect();
        assert_eq!(told, [(Reason::UnreadableTime, Some(72_000))], "{written}");
    }
}

#[test]
fn a_value_that_lacks_its_time_keeps_its_number() {
    for (time, reason) in [
        ("20260102", Reason::NoTime),
        ("20200102030405", Reason::AbsurdTime),
    ] {
        let raw = charted(&format!("OBX|1|NM|8867-4^HR^LN||72|/min|||||F|||{time}\r"));

        let apart = findings(&raw).apart.remove(0);

        assert_eq!((apart.reason, apart.thousandths), (reason, Some(72_000)));
    }
}
