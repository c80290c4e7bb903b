//! Philips' monitors: codes of MDC in hexadecimal, and the manufacturer's own.

use super::*;

/// A message as a spot-check monitor sends it: no profile, no zone, codes and units of MDIL.
fn spot_check(rows: &str) -> String {
    format!(
        "MSH|^~\\&|^SureSignsVS||||20260102030405||ORU^R01^ORU_R01|US1|P|2.4\r\
         PID|||4711\rPV1|||^^\rOBR||||SPOTCHECK|||20260102030400\r{rows}"
    )
}

#[test]
fn codes_and_units_are_read_by_their_numbers() {
    use Method::{Electrocardiogram, Invasive, NonInvasive, PulseOximetry, Unspecified};
    use Parameter::{OxygenSaturation, Pulse, RespiratoryRate, SystolicPressure, Temperature};
    for (row, meant, expected) in [
        (
            "0002-4bb8^SpO2^MDIL||97|0004-0220^%^MDIL",
            (OxygenSaturation, PulseOximetry),
            97_000,
        ),
        (
            "0002-4182^HR^MDIL|0|80|0004-0aa0^bpm^MDIL",
            (Pulse, Electrocardiogram),
            80_000,
        ),
        (
            "0002-500a^RR^MDIL|0|30|0004-0ae0^rpm^MDIL",
            (RespiratoryRate, Unspecified),
            30_000,
        ),
        (
            "0002-4a05^NBPs^MDIL||118|0004-0f20^mmHg^MDIL",
            (SystolicPressure, NonInvasive),
            118_000,
        ),
        (
            "0002-4a15^ABPs^MDIL|0|119|0004-0f20^mmHg^MDIL",
            (SystolicPressure, Invasive),
            119_000,
        ),
        (
            "0002-4b60^Tcore^MDIL|0|37.2|0004-17a0^C^MDIL",
            (Temperature, Unspecified),
            37_200,
        ),
        // 99 degrees Fahrenheit.
        (
            "0002-4b48^Temp^MDIL|0|99|0004-1780^F^MDIL",
            (Temperature, Unspecified),
            37_222,
        ),
    ] {
        let value = one(&spot_check(&format!("OBX||NM|{row}|||||F\r")));

        assert_eq!((value.parameter, value.method), meant, "{row}");
        assert_eq!(value.value, number(expected), "{row}");
        assert_eq!(value.source, Source::Device, "{row}");
    }
}

#[test]
fn a_question_mark_on_the_screen_is_invalid_and_a_line_that_nobody_labelled_is_no_artery() {
    let question = spot_check("OBX||NM|0002-4182^HR^MDIL|||0004-0aa0^bpm^MDIL|||||X\r");
    let unlabelled = spot_check("OBX||NM|0002-4a01^P1s^MDIL||25|0004-0f20^mmHg^MDIL|||||F\r");

    assert_eq!(reason(&question), Reason::Invalid);
    assert_eq!(reason(&unlabelled), Reason::UnknownSite);
}

#[test]
fn the_manufacturers_own_codes_are_not_guessed_and_are_named() {
    let raw = spot_check(
        "OBX||NM|0401-0b54^Temp^MDIL||37.2|0004-17a0^C^MDIL|||||F\r\
         OBX||NM|0002-f0c7^T1^MDIL||37.2|0004-17a0^C^MDIL|||||F\r\
         OBX||NM|0002-4bb0^Perf^MDIL||1.2|||||F\r\
         OBX||TX|5^HardInop^MDIL-ALERT||No pulse||||||F\r\
         OBX||NM|DOE^AVPU^MDIL||1|||||F\r",
    );
    let message = Message::parse(raw.as_bytes()).unwrap();

    let report = read(&message, &OPTIONS).unwrap();

    let findings = &report.patients[0].findings;
    assert!(findings.observations.is_empty());
    assert_eq!(findings.apart[0].reason, Reason::UnknownCode);
    assert_eq!(findings.apart[0].count, 5);
    let named: Vec<&str> = report.unknown_codes.iter().map(String::as_str).collect();
    assert_eq!(
        named,
        ["MDIL 0002-4bb0", "MDIL 0002-f0c7", "MDIL 0401-0b54"]
    );
}
